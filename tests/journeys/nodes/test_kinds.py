"""The document side of each kind: what a map shows of it, what a bare copy keeps, what publishing freezes."""

from __future__ import annotations

from typing import Any

import pytest

from journeys.nodes.registry import KINDS

ENTERPRISE = {"id": 3, "name": "Enterprise"}
SPLIT = {
    "key": "size",
    "kind": "split_accounts",
    "label": "How large?",
    "paths": [
        {"key": "large", "label": "Large", "condition": {"match": "all", "filters": []}, "next": "tell"},
        {"key": "rest", "other": True, "next": None},
    ],
}
TELL = {
    "key": "tell",
    "kind": "take_action",
    "on": "accounts",
    "action": "account_interesting_moment",
    "settings": {"type": "milestone", "description": "Large"},
}


def node(kind: str, **settings: Any) -> dict[str, Any]:
    return {"key": "it", "kind": kind, "settings": settings, "next": "on"}


def wait(**settings: Any) -> dict[str, Any]:
    return node("wait", **settings)


class TestSummary:
    @pytest.mark.parametrize(
        ("given", "said"),
        [
            (node("account_audience"), ""),
            (node("account_audience", account_list=ENTERPRISE), "Account list “Enterprise”, continuous"),
            (node("account_audience", audience="Banks", mode="once"), "Audience “Banks”, once"),
            (wait(), ""),
            (wait(duration={"value": 1, "unit": "days"}), "1 day"),
            (wait(until="2027-05-01T11:00:00+02:00"), "until 2027-05-01 09:00 UTC"),
            (
                wait(
                    duration={"value": 5, "unit": "hours"},
                    must_end_on={"days": ["fri", "mon"], "time": "09:00", "time_zone": "account"},
                ),
                "5 hours, ends Mon, Fri at 09:00 (account)",
            ),
            (SPLIT, "1 path, and other accounts"),
            ({"key": "it", "kind": "split_accounts", "paths": []}, "0 paths"),
            (TELL, "Account Interesting Moment: Milestone, Large"),
            ({"key": "it", "kind": "take_action"}, ""),
            (node("merge"), ""),
        ],
    )
    def test_says_the_settings_in_one_line(self, given: dict[str, Any], said: str) -> None:
        assert KINDS[given["kind"]].summary(given) == said


class TestWithoutDetails:
    @pytest.mark.parametrize(
        ("given", "kept"),
        [
            (node("account_audience", account_list=ENTERPRISE, mode="once"), {"settings": {}}),
            (wait(until="2027-05-01T09:00:00Z"), {"settings": {"duration": {"value": 5, "unit": "days"}}}),
            ({"key": "it", "kind": "wait"}, {"settings": {"duration": {"value": 5, "unit": "days"}}}),
            ({"key": "it", "kind": "merge", "next": None}, {}),
        ],
    )
    def test_puts_settings_back(self, given: dict[str, Any], kept: dict[str, Any]) -> None:
        assert KINDS[given["kind"]].without_details(given) == {**given, **kept}

    def test_keeps_whom_an_action_is_for(self) -> None:
        assert KINDS["take_action"].without_details(TELL) == {
            "key": "tell",
            "kind": "take_action",
            "on": "accounts",
        }

    def test_keeps_paths_and_other_but_no_condition(self) -> None:
        bare = KINDS["split_accounts"].without_details(SPLIT)

        assert bare["paths"] == [
            {"key": "large", "label": "Large", "next": "tell"},
            {"key": "rest", "other": True, "next": None},
        ]
        assert bare["label"] == "How large?"
        assert "condition" in SPLIT["paths"][0]


class TestPrepare:
    def test_the_mode_is_written_out(self) -> None:
        given = node("account_audience", account_list=ENTERPRISE)

        assert KINDS["account_audience"].prepare(given) == {"account_list": ENTERPRISE, "mode": "continuous"}
        assert KINDS["merge"].prepare({"key": "it", "kind": "merge"}) == {}


def test_every_kind_is_listed_under_its_name_with_a_label_and_a_schema() -> None:
    for name, kind in KINDS.items():
        assert kind.kind == name
        assert kind.label
        assert kind.schema()["additionalProperties"] is False
