from __future__ import annotations

from typing import Any

import pytest

from accounts.models import PersonScore
from accounts.references import Found
from actions.registry import ACTIONS
from journeys.models import Entry
from journeys.nodes.take_action import TakeAction
from tests.factories import AccountFactory, AccountListFactory, PersonFactory, ScoreFactory
from tests.journeys.nodes.tools import (
    ONWARD,
    RemovesAll,
    accounts_in,
    cohort_of,
    findings,
    frozen,
    knowing,
    said,
    travel,
    upper,
)

KIND = TakeAction()
KNOWN = knowing(account_list=[Found(3, "Enterprise", is_live=True, kind="static")])
TOLD = {"type": "milestone", "description": "Large"}
TELL = {
    "key": "tell",
    "kind": "take_action",
    "on": "accounts",
    "action": "account_interesting_moment",
    "settings": TOLD,
    "next": "join",
}
MARK = {**TELL, "action": "add_to_account_list", "settings": {"account_list": "Enterprise"}}
BARE = {"key": "tell", "kind": "take_action"}


class TestTheDocument:
    def test_has_one_form_for_each_action_and_one_without(self):
        bare, *variants = KIND.variants()

        assert bare["settings"] == {"type": "object", "maxProperties": 0}
        assert [variant["action"]["const"] for variant in variants] == list(ACTIONS)
        told = next(variant for variant in variants if variant["action"]["const"] == TELL["action"])
        assert told["on"] == {"const": "accounts"}
        assert told["settings"] == ACTIONS[TELL["action"]].schema()

    @pytest.mark.parametrize("node", [TELL, MARK])
    def test_nothing_is_wrong_with_a_right_one(self, node: dict[str, Any]):
        assert said(KIND, node, KNOWN) == []

    @pytest.mark.parametrize(
        ("node", "found"),
        [
            (BARE, [("missing", "/on", False), ("missing", "/action", False)]),
            ({**BARE, "on": "people"}, [("missing", "/action", False)]),
            ({key: TELL[key] for key in TELL if key != "on"}, [("missing", "/on", False)]),
            (
                {**BARE, "on": "people", "settings": {"score": "fit"}},
                [("missing", "/action", False), ("unknown_setting", "/settings", True)],
            ),
            ({**TELL, "action": "fly"}, [("unknown_action", "/action", True)]),
            ({**TELL, "on": "people"}, [("action_not_for", "/action", True)]),
            ({**TELL, "settings": {**TOLD, "colour": "red"}}, [("unknown_setting", "/settings/colour", True)]),
            ({**TELL, "settings": {"description": "Large"}}, [("missing", "/settings/type", False)]),
            ({**MARK, "settings": {"account_list": "Gone"}}, [("reference_missing", "/settings/account_list", False)]),
        ],
    )  # fmt: skip
    def test_says_what_is_wrong_and_where(self, node: dict[str, Any], found: list[tuple[str, str, bool]]):
        assert said(KIND, node, KNOWN) == found

    def test_says_it_in_words(self):
        (wrong,) = findings(KIND, {**TELL, "on": "people"})
        (unknown,) = findings(KIND, {**TELL, "action": "fly"})

        assert wrong.message == "Account Interesting Moment is an action on accounts, not on people."
        assert unknown.message.startswith("There is no action “fly”; known are account_change_data_value,")

    def test_hands_the_references_of_its_action_over(self):
        mapped = KIND.map_references(MARK, upper)

        assert mapped == {**MARK, "settings": {"account_list": "account_list: ENTERPRISE"}}
        assert KIND.map_references(BARE, upper) == BARE
        assert KIND.map_references({**TELL, "action": "fly"}, upper) == {**TELL, "action": "fly"}

    def test_a_bare_copy_keeps_whom_it_is_for(self):
        assert KIND.without_details(TELL) == {
            "key": "tell", "kind": "take_action", "on": "accounts", "next": "join",
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("node", "line"),
        [
            (TELL, "Account Interesting Moment: Milestone, Large"),
            ({**TELL, "settings": {}}, "Account Interesting Moment"),
            (BARE, ""),
        ],
    )
    def test_says_action_and_settings_in_one_line(self, node: dict[str, Any], line: str):
        assert KIND.summary(node) == line


@pytest.mark.django_db
class TestTheWalk:
    def test_takes_its_action_on_the_people_of_each_account(self):
        ScoreFactory(name="fit")
        one, two, nobody = AccountFactory.create_batch(3)
        PersonFactory(accounts=[one])
        PersonFactory(accounts=[two])
        node = frozen("take_action", on="people", action="change_score", score="fit", change="+5")

        step = KIND.leave(node, cohort_of(one, two, nobody), travel())

        assert list(PersonScore.objects.values_list("value", flat=True)) == [5, 5]
        assert (step.outcome.n_done, step.outcome.n_skipped) == (2, 0)
        (way,) = step.ways
        assert (way.path, accounts_in(way.cohort)) == (ONWARD, [one.pk, two.pk, nobody.pk])

    def test_lets_those_go_on_who_were_skipped(self):
        member, other = AccountFactory.create_batch(2)
        marked = AccountListFactory(members=[member])
        named = {"id": marked.pk, "name": marked.name}
        node = frozen("take_action", on="accounts", action="add_to_account_list", account_list=named)

        step = KIND.leave(node, cohort_of(member, other), travel())

        assert (step.outcome.n_done, step.outcome.n_skipped) == (1, 1)
        assert accounts_in(step.ways[0].cohort) == [member.pk, other.pk]

    def test_ends_the_way_of_those_whom_it_removes_from_this_very_journey(self):
        account = AccountFactory()
        here = {"id": 7, "name": "This one"}
        node = frozen("take_action", on="accounts", action="remove_account_from_journey", journey=here)

        (way,) = KIND.leave(node, cohort_of(account), travel(journeys=RemovesAll())).ways

        assert (way.path, way.status, way.end) == (
            None,
            Entry.Status.REMOVED,
            Entry.Reason.REMOVED_BY_JOURNEY,
        )
        assert accounts_in(way.cohort) == [account.pk]
