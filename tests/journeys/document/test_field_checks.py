from __future__ import annotations

import pytest

from journeys.document.field_checks import check_fields
from tests.journeys.document.example import EXAMPLE, make_world, refused

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _world() -> None:
    make_world()


class TestFields:
    @pytest.mark.parametrize(
        ("old", "new", "pointer", "code"),
        [
            ("name: Welcome large banks", "name: ' '", "/name", "missing"),
            ("name: Welcome large banks", f"name: {'x' * 201}", "/name", "too_long"),
            ("name: Welcome large banks", "name: 5", "/name", "wrong_type"),
            ("name: Welcome large banks", 'name: "Welcome\\tbanks"', "/name", "bad_character"),
            ("name: Welcome large banks", 'name: "Welcome\\x85banks"', "/name", "bad_character"),
            ('description: ""', 'description: "a\\x07"', "/description", "bad_character"),
            ("name: Welcome large banks\n", "", "/name", "missing"),
            ('description: ""', f"description: {'x' * 2001}", "/description", "too_long"),
            ("end: 2027-06-30T22:00:00Z", "end: 2027-06-30", "/end", "wrong_type"),
            ("start: immediately", "start: soon", "/start", "wrong_type"),
            ("email_deduplication: false", "email_deduplication: no", "/email_deduplication", "wrong_type"),
            ("timing: from_end", "timing: never", "/re_entry/timing", "unknown_choice"),
            ("{value: 30, unit: days}", "{value: 30, unit: weeks}", "/re_entry/delay/unit", "unknown_choice"),
            ("{value: 30, unit: days}", "30", "/re_entry/delay", "wrong_type"),
            ("enabled: true", "enabled: yes", "/re_entry/enabled", "wrong_type"),
            ("enabled: true", "enabled: true, colour: red", "/re_entry/colour", "unknown_field"),
            (
                "email_deduplication: false",
                "content: {emails: [{name: Hello}]}",
                "/content",
                "not_in_this_version",
            ),
            ("email_deduplication: false", "scenarios: [{}]", "/scenarios", "not_in_this_version"),
        ],
    )
    def test_are_refused_with_their_place(self, old: str, new: str, pointer: str, code: str) -> None:
        assert old in EXAMPLE
        assert refused(EXAMPLE.replace(old, new)) == {pointer: code}

    @pytest.mark.parametrize(
        ("given", "message"),
        [
            ({"re_entry": {"enabled": "yes"}}, "Re-entry: enabled: true or false is needed."),
            ({"email_deduplication": 1}, "Email deduplication: true or false is needed."),
            ({"re_entry": {"entry_limit": "3"}}, "Re-entry: entry_limit: a whole number is needed."),
            ({"re_entry": {"entry_limit": 0}}, "Re-entry: entry_limit: from 1 to 1,000,000, not 0."),
            (
                {"re_entry": {"delay": {"value": 1, "unit": "years"}}},
                "Re-entry: delay, unit: one of hours, days is needed.",
            ),
        ],
    )
    def test_name_the_setting(self, given: dict[str, object], message: str) -> None:
        assert [finding.message for finding in check_fields(given)] == [message]

    def test_name_a_text_that_nobody_sees(self) -> None:
        [finding] = check_fields({"name": "\u200b"})

        assert (finding.code, finding.at) == ("bad_character", ("name",))
        assert finding.message == "Name: holds only characters that cannot be seen."

    def test_take_a_name_as_it_is_stored(self) -> None:
        assert check_fields({"name": "A" + " " * 300 + "b"}) == []
        assert [found.code for found in check_fields({"name": "\u0958" * 150})] == ["too_long"]

    def test_name_the_place_of_a_control_character(self) -> None:
        [finding] = check_fields({"name": "Acme\x07"})
        assert finding.message == "Name: may not contain control characters: position 5."
        assert check_fields({"name": " Acme\n", "description": "a\n\tb"}) == []
