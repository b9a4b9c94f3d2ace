"""Conditions on buying groups: account.matched_buying_group, person.member_of_buying_group (spec 1.9, 3.4)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import conditions
from accounts.models import Person
from accounts.sql import rows
from buying_groups.models import GroupMember, SolutionInterest, Stage
from tests.accounts.conditions.conftest import asked, condition
from tests.factories import AccountFactory, PersonFactory
from tests.factories.buying_groups import BuyingGroupFactory, SolutionInterestFactory
from tests.factories.stages import StageModelFactory

pytestmark = pytest.mark.django_db


def matched(*filters: dict[str, Any], operator: str = "has", match: str = "all") -> dict[str, Any]:
    return asked("account.matched_buying_group", operator, condition(*filters, match=match))


def member(*filters: dict[str, Any], operator: str = "has") -> dict[str, Any]:
    return asked("person.member_of_buying_group", operator, condition(*filters))


@pytest.fixture
def crm() -> SolutionInterest:
    return SolutionInterestFactory(name="CRM", roles={"Decision Maker": {}, "Champion": {}})


class TestMatchedBuyingGroup:
    def test_an_account_without_a_group_matches_none(self, holds, crm):
        account = AccountFactory()
        assert not holds(matched(), account)
        assert holds(matched(operator="has_not"), account)

    def test_all_filters_are_about_one_and_the_same_group(self, holds, crm):
        account = AccountFactory()
        BuyingGroupFactory(account=account, solution_interest=crm, completeness=40)
        BuyingGroupFactory(account=account, completeness=90)
        in_crm = asked("solution_interest", "is", ["crm"])
        assert not holds(matched(in_crm, asked("completeness_score", "at_least", 50)), account)
        assert holds(matched(in_crm, asked("completeness_score", "less_than", 50)), account)
        assert holds(matched(asked("completeness_score", "at_least", 50)), account)

    def test_scores_compare_unrounded_and_are_missing_until_computed(self, holds, crm):
        account = AccountFactory()
        group = BuyingGroupFactory(account=account, solution_interest=crm, completeness=200 / 3)
        assert not holds(matched(asked("completeness_score", "at_least", 67)), account)
        assert holds(matched(asked("completeness_score", "greater_than", 66.6)), account)
        assert holds(matched(asked("engagement_score", "is_empty")), account)
        group.engagement = 0
        group.save()
        assert holds(matched(asked("engagement_score", "is", [0])), account)

    def test_counts_the_people_in_a_role_who_are_still_members(self, holds, crm):
        account = AccountFactory()
        people = PersonFactory.create_batch(3, accounts=[account])
        members = {people[0]: "Decision Maker", people[1]: "Decision Maker", people[2]: "Champion"}
        group = BuyingGroupFactory(account=account, solution_interest=crm, members=members)
        two_deciders = matched(
            asked("solution_interest", "is", ["CRM"]),
            asked("people_in_role", "at_least", 2, role="decision maker"),
        )
        assert holds(two_deciders, account)
        assert holds(matched(asked("people_in_role", "is", 1, role="Champion")), account)
        assert holds(matched(asked("people_in_role", "is", 0, role="Other")), account)
        GroupMember.objects.filter(group=group, person=people[0]).update(is_removed=True)
        assert not holds(two_deciders, account)

    def test_stage_by_name_or_none_yet(self, holds, crm):
        StageModelFactory()
        account = AccountFactory()
        group = BuyingGroupFactory(account=account, solution_interest=crm)
        assert holds(matched(asked("stage", "is_empty")), account)
        assert holds(matched(asked("stage", "is_not", ["Purchase"])), account)
        assert not holds(matched(asked("stage", "is", ["Purchase"])), account)
        group.stage = Stage.objects.get(name="Purchase")
        group.save()
        assert holds(matched(asked("stage", "is", ["Awareness", "PURCHASE"])), account)
        assert holds(matched(asked("stage", "is_not_empty")), account)

    def test_status_is_a_text(self, holds, crm):
        account = AccountFactory()
        BuyingGroupFactory(account=account, solution_interest=crm, status="In contact")
        assert holds(matched(asked("status", "contains", "CONTACT")), account)
        assert not holds(matched(asked("status", "is_empty")), account)


class TestMemberOfBuyingGroup:
    @pytest.fixture
    def person(self, crm) -> Person:
        account = AccountFactory()
        person: Person = PersonFactory(accounts=[account])
        BuyingGroupFactory(
            account=account, solution_interest=crm, completeness=50, members={person: "Champion"}
        )
        return person

    def test_with_role_and_group_in_one_membership(self, holds, person):
        account = person.accounts.get()
        assert holds(member(asked("role", "is", ["champion"])), account, person)
        assert holds(
            member(
                asked("role", "is_not", ["Other"]),
                asked("solution_interest", "is", "CRM"),
                asked("completeness_score", "between", {"from": 49, "to": 51}),
            ),
            account,
            person,
        )
        assert not holds(member(asked("role", "is", ["Decision Maker"])), account, person)
        assert holds(member(operator="has_not"), account, PersonFactory(accounts=[account]))

    def test_former_members_count_only_when_asked_for(self, holds, person):
        account = person.accounts.get()
        assert holds(member(asked("is_removed", "is", False)), account, person)
        GroupMember.objects.update(is_removed=True)
        assert not holds(member(), account, person)
        assert holds(member(asked("is_removed", "is", True)), account, person)
        assert not holds(member(asked("is_removed", "is", False)), account, person)


class TestCheck:
    @pytest.mark.parametrize(
        ("filter", "code", "place"),
        [
            (matched(asked("people_in_role", "at_least", 2)), "missing_key", ()),
            (matched(asked("people_in_role", "at_least", 2, role=7)), "wrong_value", ("role",)),
            (matched(asked("people_in_role", "is_empty", role="Other")), "unknown_operator", ("operator",)),
            (matched(asked("people_in_role", "at_least", "x", role="Other")), "wrong_value", ("value",)),
            (matched(asked("people_in_role", "at_least", 2, role="Boss")), "not_found", ("role",)),
            (matched(asked("people_in_role", "at_least", -1, role="Other")), "out_of_range", ("value",)),
            (matched(asked("people_in_role", "is", [0, -1], role="Other")), "out_of_range", ("value", 1)),
            (matched(asked("completeness_score", "at_most", -0.5)), "out_of_range", ("value",)),
            (
                matched(asked("engagement_score", "between", {"from": -1, "to": 5})),
                "out_of_range",
                ("value", "from"),
            ),
            (matched(asked("completeness_score", "at_least", 150)), "out_of_range", ("value",)),
            (matched(asked("engagement_score", "is", [100, 100.5])), "out_of_range", ("value", 1)),
            (matched(asked("stage", "is", ["Nowhere"])), "not_found", ("value", 0)),
            (matched(asked("stage", "is_empty") | {"value": 1}), "wrong_value", ("value",)),
            (matched(asked("solution_interest", "is", ["ERP"])), "not_found", ("value", 0)),
            (matched(asked("role", "is", ["Other"])), "unknown_field", ("field",)),
        ],
    )
    def test_what_is_wrong_is_named_with_its_place(self, filter, code, place):
        [finding] = conditions.check(condition(filter))
        assert (finding.code, finding.at) == (code, ("filters", 0, "value", "filters", 0, *place))

    def test_nobody_at_all_may_be_asked_for(self):
        for operator in ("is", "at_most", "at_least", "greater_than"):
            assert (
                conditions.check(condition(matched(asked("people_in_role", operator, 0, role="Other")))) == []
            )

    @pytest.mark.parametrize("score", ["completeness_score", "engagement_score"])
    def test_a_full_score_may_be_asked_for(self, score):
        assert conditions.check(condition(matched(asked(score, "at_least", 100)))) == []

    def test_a_condition_on_accounts_cannot_ask_about_a_person(self):
        [finding] = conditions.check(condition(member()), about="account")
        assert finding.code == "wrong_subject"


class TestReferences:
    def test_names_are_pinned_and_survive_a_rename(self, holds, crm):
        account = AccountFactory()
        person = PersonFactory(accounts=[account])
        BuyingGroupFactory(account=account, solution_interest=crm, members={person: "Champion"})
        whole = condition(
            matched(
                asked("solution_interest", "is", ["crm"]), asked("people_in_role", "is", 1, role="champion")
            )
        )
        pinned = conditions.pin_condition(whole)
        assert {resource for resource, _ in conditions.references(pinned)} == {
            "solution_interest",
            "buying_group_role",
        }
        crm.name = "Customer relations"
        crm.save()
        assert holds(pinned, account)
        assert "Customer relations" in str(conditions.unpin_condition(pinned))

    def test_is_said_in_words(self):
        whole = condition(
            matched(
                asked("solution_interest", "is", ["CRM"]),
                asked("people_in_role", "at_least", 2, role="Decision Maker"),
            )
        )
        assert conditions.describe(whole) == (
            "Matched buying group has Solution interest is CRM, and People in role Decision Maker at least 2"
        )


def test_one_query_whatever_the_number_of_accounts(crm, now):
    whole = conditions.pin_condition(
        condition(matched(asked("people_in_role", "at_least", 1, role="Champion")), matched(operator="has"))
    )

    def asked_once() -> int:
        with CaptureQueriesContext(connection) as captured:
            rows(conditions.matching_accounts(whole, now=now))
        return len(captured)

    BuyingGroupFactory(solution_interest=crm)
    few = asked_once()
    BuyingGroupFactory.create_batch(20, solution_interest=crm)
    assert asked_once() == few == 1
