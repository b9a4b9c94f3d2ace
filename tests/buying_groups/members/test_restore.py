"""What undoing a change by hand gives back: also whose word counts (reference 6.6)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.events import Source
from accounts.models import Event, EventType, Person
from accounts.sql import sql
from buying_groups.members.write import change
from buying_groups.models import BuyingGroup, GroupMember, MemberSource
from buying_groups.services import members
from buying_groups.services.members import WANTED
from tests.factories import BuyingGroupFactory, PersonFactory, SolutionInterestFactory
from tests.factories.buying_groups import GroupMemberFactory, role

pytestmark = pytest.mark.django_db
Kinds = EventType.BuiltIn


@pytest.fixture
def group() -> BuyingGroup:
    interest = SolutionInterestFactory(roles={"Decision Maker": {}, "Champion": {}})
    made: BuyingGroup = BuyingGroupFactory(solution_interest=interest)
    return made


@pytest.fixture
def anna(group: BuyingGroup) -> Person:
    made: Person = PersonFactory(accounts=[group.account])
    return made


def stands(group: BuyingGroup) -> list[tuple[Any, ...]]:
    columns = ("person_id", "role__name", "source", "source_id", "is_removed", "changed_at")
    return list(GroupMember.objects.filter(group=group).order_by("person_id").values_list(*columns))


@pytest.mark.parametrize("source", MemberSource)
@pytest.mark.parametrize("was_removed", [False, True])
@pytest.mark.parametrize("done", ["assign", "re-role", "remove"])
def test_a_membership_is_what_it_was(
    group: BuyingGroup, anna: Person, source: MemberSource, was_removed: bool, done: str, now: datetime
):
    GroupMemberFactory(
        group=group, person=anna, role="Champion", source=source, source_id=7, is_removed=was_removed
    )
    before = stands(group)
    if done == "remove":
        made = members.remove(group, [anna.pk], by=None, now=now)
    else:
        wanted = {anna.pk: role("Champion" if done == "assign" else "Decision Maker").pk}
        made = members.assign(group, wanted, by=None, now=now)

    undone = members.undo(group, made.former, at=made.at, by=None, now=now + timedelta(seconds=1))

    assert stands(group) == before
    assert undone.n == len(made.former)
    assert undone.kept == {}


def test_who_was_never_a_member_has_no_membership(group: BuyingGroup, anna: Person, now: datetime):
    made = members.assign(group, {anna.pk: role("Champion").pk}, by=None, now=now)

    members.undo(group, made.former, at=made.at, by=None, now=now)

    assert stands(group) == []
    kinds = Event.objects.filter(person_id=anna.pk).order_by("id").values_list("type_id", flat=True)
    assert list(kinds) == [Kinds.ASSIGNED_TO_BUYING_GROUP, Kinds.REMOVED_FROM_BUYING_GROUP]


def test_completeness_follows(group: BuyingGroup, anna: Person, now: datetime):
    GroupMemberFactory(group=group, person=anna, role="Champion", source=MemberSource.SYSTEM)
    gone = members.remove(group, [anna.pk], by=None, now=now)
    assert BuyingGroup.objects.get().completeness == 0

    members.undo(group, gone.former, at=gone.at, by=None, now=now)

    assert BuyingGroup.objects.get().completeness == 50


def test_the_system_and_journeys_may_decide_again(group: BuyingGroup, anna: Person, now: datetime):
    made = members.assign(group, {anna.pk: role("Champion").pk}, by=None, now=now)
    members.undo(group, made.former, at=made.at, by=None, now=now)
    wanted = sql(
        WANTED, group=group.pk, account=group.account_id, interest=group.solution_interest_id, people=[anna.pk],
        roles=[role("Champion").pk],
    )  # fmt: skip

    assert change(wanted, source=Source(Event.Source.SYSTEM), now=now).figures.assigned == 1


def test_many_take_as_many_statements_as_one(group: BuyingGroup, now: datetime, count_queries: Any):
    def undo_of(n: int) -> int:
        people = PersonFactory.create_batch(n, accounts=[group.account])
        wanted = dict.fromkeys([person.pk for person in people], role("Champion").pk)
        made = members.assign(group, wanted, by=None, now=now)
        return int(count_queries(lambda: members.undo(group, made.former, at=made.at, by=None, now=now)))

    assert undo_of(1) == undo_of(30)


def test_who_was_taken_over_by_hand_is_given_back_and_told(group: BuyingGroup, anna: Person, now: datetime):
    GroupMemberFactory(group=group, person=anna, role="Champion", source=MemberSource.SYSTEM)
    made = members.assign(group, {anna.pk: role("Champion").pk}, by=None, now=now)

    members.undo(group, made.former, at=made.at, by=None, now=now)

    told = Event.objects.order_by("id").values_list("type_id", "payload__old_by", "payload__by")
    kind = Kinds.CONFIRMED_IN_BUYING_GROUP
    assert list(told) == [(kind, "system", "manual"), (kind, "manual", "system")]
