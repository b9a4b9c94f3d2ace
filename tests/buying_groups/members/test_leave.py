from __future__ import annotations

import pytest

from accounts.events import Source
from accounts.models import Event, EventType
from accounts.services import accounts, people, relations
from buying_groups.members import leave
from buying_groups.models import BuyingGroup, GroupMember, GroupScore, IgnoredChange, MemberSource
from tests.factories import (
    AccountFactory,
    BuyingGroupFactory,
    PersonFactory,
    SolutionInterestFactory,
    UserFactory,
)
from tests.factories.buying_groups import LONG_AGO, role

REMOVED = EventType.BuiltIn.REMOVED_FROM_BUYING_GROUP
pytestmark = pytest.mark.django_db


@pytest.fixture
def interest():
    return SolutionInterestFactory()


def group_of(account, interest, *members) -> BuyingGroup:
    return BuyingGroupFactory(
        account=account, solution_interest=interest, members=dict.fromkeys(members, "Decision Maker")
    )


class TestWhoLeavesAnAccount:
    """Reference U 18: a system removal, even of who was assigned by hand, and told."""

    def test_leaves_its_groups(self, interest, now):
        account = AccountFactory()
        anna = PersonFactory(accounts=[account])
        groups = [group_of(account, interest, anna), group_of(account, SolutionInterestFactory(), anna)]

        relations.remove(account.pk, anna.pk, by=None, now=now)

        found = GroupMember.objects.order_by("group_id").values_list(
            "group_id", "is_removed", "source", "source_id"
        )
        assert list(found) == [(group.pk, True, MemberSource.SYSTEM, None) for group in groups]
        events = Event.objects.filter(type_id=REMOVED)
        assert {event.payload["group"] for event in events} == {group.pk for group in groups}
        assert {event.source for event in events} == {Event.Source.SYSTEM}
        assert list(BuyingGroup.objects.values_list("completeness", flat=True)) == [0, 0]

    def test_stays_in_the_groups_of_others(self, interest, now):
        left, other = AccountFactory.create_batch(2)
        anna = PersonFactory(accounts=[left, other])
        groups = [group_of(account, interest, anna) for account in (left, other)]

        relations.remove(left.pk, anna.pk, by=None, now=now)

        assert GroupMember.objects.get(is_removed=False).group_id == groups[1].pk

    def test_takes_nobody_along(self, interest, now):
        account = AccountFactory()
        anna, ben = PersonFactory.create_batch(2, accounts=[account])
        group_of(account, interest, anna, ben)

        relations.remove(account.pk, anna.pk, by=None, now=now)

        assert GroupMember.objects.get(is_removed=False).person_id == ben.pk

    def test_many_take_as_many_statements_as_one(self, interest, now, count_queries):
        def pairs(n):
            made = []
            for account in AccountFactory.create_batch(n):
                person = PersonFactory(accounts=[account])
                group_of(account, interest, person)
                made.append((account.pk, person.pk))
            return made

        one, many = pairs(1), pairs(30)

        assert count_queries(lambda: leave.people(one, now=now)) == 2
        assert count_queries(lambda: leave.people(many, now=now)) == 2
        assert not GroupMember.objects.filter(is_removed=False).exists()


class TestWhoIsDeleted:
    def test_is_a_member_no_more_and_the_group_is_less_complete(self, interest, now):
        account = AccountFactory()
        anna = PersonFactory(accounts=[account])
        group = group_of(account, interest, anna)
        ignored(group, anna)
        BuyingGroup.objects.update(completeness=100)

        people.delete([anna.pk], by=None, now=now)

        assert (GroupMember.objects.count(), IgnoredChange.objects.count()) == (0, 0)
        assert BuyingGroup.objects.get().completeness == 0

    def test_leaves_a_record_in_the_groups_with_the_name_and_who_deleted_them(self, interest, now):
        account, staff = AccountFactory(), UserFactory()
        anna, ben = (
            PersonFactory(first_name=name, last_name="Doe", accounts=[account]) for name in ("Anna", "Ben")
        )
        nameless = PersonFactory(first_name="", last_name="", email="c@x.example", accounts=[account])
        gone = PersonFactory(accounts=[account])
        group = group_of(account, interest, anna, nameless, gone, ben)
        GroupMember.objects.filter(person=gone).update(is_removed=True)

        people.delete([anna.pk, nameless.pk, gone.pk], by=staff, now=now)

        told = Event.objects.filter(type_id=EventType.BuiltIn.MEMBER_OF_BUYING_GROUP_DELETED)
        assert sorted(event.payload.pop("person") for event in told) == ["Anna Doe", "c@x.example"]
        event = told[0]
        assert (event.account_id, event.person_id, event.occurred_at) == (account.pk, None, now)
        assert (event.source, event.source_id) == (Event.Source.STAFF, staff.pk)
        assert event.payload["group"] == group.pk
        assert (event.payload["name"], event.payload["role"]) == (interest.name, "Decision Maker")

    def test_many_take_as_many_statements_as_one(self, interest, now, count_queries):
        def deleted(n):
            account = AccountFactory()
            found = PersonFactory.create_batch(n, accounts=[account])
            group_of(account, interest, *found)
            pairs = [(account.pk, person.pk) for person in found]
            by = Source(Event.Source.SYSTEM)
            return count_queries(lambda: leave.people(pairs, now=now, deleted_by=by))

        assert deleted(1) == deleted(20) == 3


class TestADeletedAccount:
    def test_takes_its_groups_with_all_that_hangs_on_them(self, interest):
        gone, other = AccountFactory.create_batch(2)
        anna = PersonFactory(accounts=[gone, other])
        for account in (gone, other):
            group = group_of(account, interest, anna)
            ignored(group, anna)
            GroupScore.objects.create(group=group, day=LONG_AGO.date(), completeness=100)

        accounts.delete([gone.pk], by=None)

        assert BuyingGroup.objects.get().account_id == other.pk
        for model in (GroupMember, GroupScore, IgnoredChange):
            assert model.objects.get().group.account_id == other.pk


def ignored(group, person) -> None:
    IgnoredChange.objects.create(
        group=group, person=person, source=MemberSource.SYSTEM, role=role("Champion"), is_removal=False,
        reason=IgnoredChange.Reason.MANUAL_MEMBER, against=LONG_AGO, at=LONG_AGO,
    )  # fmt: skip
