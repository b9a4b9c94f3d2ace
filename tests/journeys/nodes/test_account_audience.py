from __future__ import annotations

from typing import Any

import pytest

from accounts.references import Found
from journeys.nodes.account_audience import AccountAudience
from tests.factories import AccountFactory
from tests.journeys.nodes.tools import (
    ONWARD,
    accounts_in,
    cohort_of,
    findings,
    frozen,
    knowing,
    said,
    travel,
    upper,
)

KIND = AccountAudience()
KNOWN = knowing(
    account_list=[Found(3, "Enterprise", is_live=True), Found(4, "Draft list", is_live=False)],
    audience=[Found(5, "Banks", is_live=True)],
)


def start(**settings: Any) -> dict[str, Any]:
    return {"key": "start", "kind": "account_audience", "label": "Who", "settings": settings, "next": "tell"}


class TestTheDocument:
    def test_has_a_list_or_an_audience_and_a_mode(self):
        schema = KIND.schema()

        assert list(schema["properties"]) == ["account_list", "audience", "mode"]
        assert schema["properties"]["account_list"]["format"] == "account_list"
        assert schema["properties"]["mode"]["enum"] == ["once", "continuous"]
        assert schema["additionalProperties"] is False

    @pytest.mark.parametrize(
        "settings",
        [
            {"account_list": "Enterprise"},
            {"audience": "Banks", "mode": "once"},
            {"account_list": "Enterprise", "mode": "continuous"},
        ],
    )
    def test_nothing_is_wrong_with_a_right_one(self, settings: dict[str, Any]):
        assert said(KIND, start(**settings), KNOWN) == []

    @pytest.mark.parametrize(
        ("settings", "found"),
        [
            ({}, ("no_audience", "/settings", False)),
            ({"account_list": ""}, ("no_audience", "/settings", False)),
            (
                {"account_list": "Enterprise", "audience": "Banks"},
                ("not_together", "/settings/audience", True),
            ),
            ({"account_list": "Nobody"}, ("reference_missing", "/settings/account_list", False)),
            ({"account_list": "Draft list"}, ("reference_unfit", "/settings/account_list", False)),
            ({"account_list": 5}, ("wrong_type", "/settings/account_list", True)),
            ({"audience": "Banks", "mode": "daily"}, ("unknown_choice", "/settings/mode", True)),
            ({"audience": "Banks", "size": 5}, ("unknown_setting", "/settings/size", True)),
        ],
    )
    def test_says_what_is_wrong_and_where(self, settings: dict[str, Any], found: tuple[str, str, bool]):
        assert said(KIND, start(**settings), KNOWN) == [found]

    def test_says_it_in_words(self):
        (missing,) = findings(KIND, start(audience="Nobody"), KNOWN)
        (draft,) = findings(KIND, start(account_list="Draft list"), KNOWN)

        assert missing.message == "Audience: there is no audience named “Nobody”."
        assert draft.message == "Account list: “Draft list” is a draft; a live list is needed."

    def test_a_node_without_settings_is_only_unfinished(self):
        assert said(KIND, {"key": "start", "kind": "account_audience"}) == [
            ("no_audience", "/settings", False)
        ]

    def test_hands_its_references_over(self):
        mapped = KIND.map_references(start(account_list="Enterprise", mode="once"), upper)

        assert mapped == start(account_list="account_list: ENTERPRISE", mode="once")

    def test_a_bare_copy_forgets_who_comes_in(self):
        assert KIND.without_details(start(account_list="Enterprise", mode="once")) == start()

    @pytest.mark.parametrize(
        ("settings", "line"),
        [
            ({}, ""),
            ({"mode": "once"}, ""),
            ({"account_list": {"id": 3, "name": "Enterprise"}}, "Account list “Enterprise”, continuous"),
            ({"audience": "Banks", "mode": "once"}, "Audience “Banks”, once"),
        ],
    )
    def test_says_its_settings_in_one_line(self, settings: dict[str, Any], line: str):
        assert KIND.summary(start(**settings)) == line

    def test_publishing_writes_the_mode_out(self):
        assert KIND.prepare(start(audience="Banks")) == {"audience": "Banks", "mode": "continuous"}
        assert KIND.prepare(start(audience="Banks", mode="once")) == {"audience": "Banks", "mode": "once"}


@pytest.mark.django_db
class TestTheWalk:
    def test_keeps_nobody_and_has_one_way_out(self):
        accounts = AccountFactory.create_batch(2)
        arriving = cohort_of(*accounts)
        node = frozen("account_audience", audience={"id": 5, "name": "Banks"}, mode="continuous")

        arrival = KIND.arrive(node, arriving, travel())
        (way,) = KIND.leave(node, arrival.onward, travel()).ways

        assert not arrival.waiting
        assert (way.path, accounts_in(way.cohort)) == (ONWARD, [account.pk for account in accounts])
