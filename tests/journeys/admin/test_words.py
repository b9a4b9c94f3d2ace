from __future__ import annotations

import pytest

from actions.types import Reason
from journeys.admin.words import REASONS, reason_of, value_of
from journeys.models import Entry


@pytest.mark.parametrize("code", [*Entry.Reason.labels, *Reason.labels])
def test_every_reason_has_words_that_can_be_translated(code: str):
    assert reason_of(code) == str(REASONS[code])


def test_a_reason_of_later_days_is_shown_all_the_same():
    assert reason_of("sent_to_mars") == "sent to mars"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "nothing"),
        ("", "nothing"),
        (True, "yes"),
        (12000, "12,000"),
        (["a", 1000, False], "a, 1,000, no"),
    ],
)
def test_a_plain_value_in_words(value: object, words: str):
    assert value_of(value) == words
