from __future__ import annotations

import pytest

from accounts import known_values
from accounts.known_values import containing, different_values
from tests.factories import AccountFactory

pytestmark = pytest.mark.django_db
OF = ("accounts_account", "industry")


@pytest.fixture(autouse=True)
def _accounts():
    for industry in ("Banking", "Banking", "", "Investment banking", "100% Tea", "Öl"):
        AccountFactory(industry=industry)


def test_each_value_is_known_once_and_in_order():
    assert different_values(*OF) == ["100% Tea", "Banking", "Investment banking", "Öl"]
    assert different_values(*OF, at_most=2) == ["100% Tea", "Banking"]


@pytest.mark.parametrize("most", [known_values.LOOKED_THROUGH, 2], ids=["few", "many"])
@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("BANK", ["Banking", "Investment banking"]),
        (" banking ", ["Banking", "Investment banking"]), ("%", ["100% Tea"]),
        ("öL", ["Öl"]), ("b_nk", []), ("", None), (" \0 ", None),
    ],
)  # fmt: skip
def test_a_part_in_any_letters_means_the_same_however_many_there_are(typed, found, most, monkeypatch):
    monkeypatch.setattr(known_values, "LOOKED_THROUGH", most)

    assert containing(*OF, typed) == found


def test_nothing_is_known_without_accounts():
    AccountFactory._meta.model.objects.all().delete()

    assert different_values(*OF) == []
    assert containing(*OF, "bank") == []
