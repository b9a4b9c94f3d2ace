from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.events import Source
from accounts.models import AccountChange, Event, EventType
from accounts.sql import Sql, join, sql
from buying_groups.members.write import Figures, change
from buying_groups.models import BuyingGroup, GroupMember, GroupScore, IgnoredChange, MemberSource
from tests.factories import BuyingGroupFactory, PersonFactory, SolutionInterestFactory
from tests.factories.buying_groups import role

ASSIGNED = EventType.BuiltIn.ASSIGNED_TO_BUYING_GROUP
REMOVED = EventType.BuiltIn.REMOVED_FROM_BUYING_GROUP
COMPLETENESS = EventType.BuiltIn.BUYING_GROUP_COMPLETENESS_CHANGED
BY_HAND = Source(Event.Source.STAFF, 3)
BY_JOURNEY = Source(Event.Source.JOURNEY, 7)
BY_SYSTEM = Source(Event.Source.SYSTEM)
pytestmark = pytest.mark.django_db


@pytest.fixture
def interest():
    return SolutionInterestFactory(
        name="CRM", roles={"Decision Maker": {"members_needed": 2}, "Champion": {}}
    )


@pytest.fixture
def group(interest) -> BuyingGroup:
    return BuyingGroupFactory(solution_interest=interest)


@pytest.fixture
def person(group):
    return PersonFactory(accounts=[group.account])


@pytest.fixture
def make(now):
    """Change memberships: (group, person, name of a role or None) each."""

    def act(*wanted, source=BY_SYSTEM, now=now, **how) -> Figures:
        rows = [
            sql("({group}::bigint, {person}::bigint, {role}::bigint)", group=group.pk, person=person.pk,
                role=role(name).pk if name else None)
            for group, person, name in wanted
        ]  # fmt: skip
        return change(of_groups(join(", ", rows)), source=source, now=now, **how).figures

    return act


def of_groups(rows: Sql) -> Sql:
    """What is wanted, from rows of (group, person, role)."""
    return sql(
        "SELECT given.*, held.account_id, held.solution_interest_id AS interest_id"
        " FROM (VALUES {rows}) AS given (group_id, person_id, role_id)"
        " JOIN buying_groups_buyinggroup held ON held.id = group_id",
        rows=rows,
    )


def told(type: EventType.BuiltIn) -> list[dict]:
    return [event.payload for event in Event.objects.filter(type_id=type).order_by("id")]


class TestAssignment:
    def test_makes_a_member(self, make, group, person, now):
        assert make((group, person, "Champion"), source=BY_JOURNEY) == Figures(assigned=1)

        member = GroupMember.objects.get()
        assert (member.group_id, member.person_id, member.role.name) == (group.pk, person.pk, "Champion")
        assert (member.source, member.source_id) == (MemberSource.JOURNEY, 7)
        assert (member.is_removed, member.changed_at) == (False, now)

    def test_is_told_with_group_interest_role_account_and_person(self, make, group, person, interest):
        make((group, person, "Champion"), source=BY_JOURNEY)

        event = Event.objects.get(type_id=ASSIGNED)
        assert event.payload == {
            "group": group.pk, "solution_interest": interest.pk, "name": "CRM",
            "role": "Champion", "role_id": role("Champion").pk,
        }  # fmt: skip
        assert (event.account_id, event.person_id) == (group.account_id, person.pk)
        assert (event.source, event.source_id) == (Event.Source.JOURNEY, 7)

    def test_of_another_role_tells_the_old_one(self, make, group, person):
        make((group, person, "Champion"))

        assert make((group, person, "Decision Maker")) == Figures(re_roled=1)

        assert told(ASSIGNED)[-1].items() >= {
            "role": "Decision Maker", "old_role": "Champion", "old_role_id": role("Champion").pk,
        }.items()  # fmt: skip
        assert told(REMOVED) == []

    def test_after_a_removal_is_a_new_one(self, make, group, person):
        make((group, person, "Champion"))
        make((group, person, None))

        assert make((group, person, "Decision Maker")) == Figures(assigned=1)

        assert GroupMember.objects.values_list("role__name", "is_removed").get() == ("Decision Maker", False)
        assert "old_role" not in told(ASSIGNED)[-1]

    def test_brings_completeness_up_to_date(self, make, group, person, now):
        make((group, person, "Decision Maker"))

        group.refresh_from_db()
        assert (group.completeness, group.updated_at) == (25, now)
        assert [(event["old"], event["new"]) for event in told(COMPLETENESS)] == [(None, 25)]
        assert GroupScore.objects.get().completeness == 25

    def test_marks_the_account(self, make, group, person):
        make((group, person, "Champion"))

        assert list(AccountChange.objects.values_list("account_id", flat=True)) == [group.account_id]

    def test_does_not_mark_it_when_the_caller_does(self, make, group, person):
        make((group, person, "Champion"), marks=False)

        assert not AccountChange.objects.exists()

    def test_to_a_group_that_is_gone_is_nothing(self, make, group, person):
        BuyingGroup.objects.all().delete()

        assert make((group, person, "Champion")) == Figures()


class TestTakingOver:
    """The same role by a higher source: from now on a lower one cannot undo it; nobody's role has changed."""

    def test_keeps_a_journey_from_removing(self, make, group, person, now):
        make((group, person, "Champion"), source=BY_JOURNEY)
        later = now + timedelta(hours=1)

        assert make((group, person, "Champion"), source=BY_HAND, now=later) == Figures(confirmed=1)
        assert make((group, person, None), source=BY_JOURNEY) == Figures(ignored=1)

        member = GroupMember.objects.get()
        assert (member.source, member.source_id, member.changed_at) == (MemberSource.MANUAL, 3, later)

    def test_is_told_in_its_own_way_and_marks_nobody(self, make, group, person, now):
        make((group, person, "Champion"))
        AccountChange.objects.all().delete()
        Event.objects.all().delete()
        later = now + timedelta(hours=1)

        make((group, person, "Champion"), source=BY_HAND, now=later)

        event = Event.objects.get()
        assert event.type_id == EventType.BuiltIn.CONFIRMED_IN_BUYING_GROUP
        assert (event.source, event.source_id, event.occurred_at) == (BY_HAND.kind, BY_HAND.id, later)
        assert (event.account_id, event.person_id) == (group.account_id, person.pk)
        said = {key: event.payload[key] for key in ("group", "role", "by", "old_by")}
        assert said == {"group": group.pk, "role": "Champion", "by": "manual", "old_by": "system"}
        assert not AccountChange.objects.exists()
        assert BuyingGroup.objects.get().updated_at == now


class TestRemoval:
    def test_is_soft(self, make, group, person, now):
        make((group, person, "Champion"), source=BY_JOURNEY)
        later = now + timedelta(hours=1)

        assert make((group, person, None), source=BY_HAND, now=later) == Figures(removed=1)

        member = GroupMember.objects.get()
        assert (member.role.name, member.is_removed, member.changed_at) == ("Champion", True, later)
        assert (member.source, member.source_id) == (MemberSource.MANUAL, 3)

    def test_is_told_with_the_role(self, make, group, person):
        make((group, person, "Champion"))
        make((group, person, None))

        [payload] = told(REMOVED)
        assert payload["role"] == "Champion"
        assert Event.objects.get(type_id=REMOVED).person_id == person.pk

    def test_brings_completeness_up_to_date(self, make, group, person):
        make((group, person, "Champion"))
        make((group, person, None))

        assert [(event["old"], event["new"]) for event in told(COMPLETENESS)] == [(None, 50), (50, 0)]

    def test_that_overrules_removes_who_was_assigned_by_hand(self, make, group, person):
        """Reference U 18: who leaves the account leaves the group, as a system removal."""
        make((group, person, "Champion"), source=BY_HAND)

        assert make((group, person, None), overrules=True) == Figures(removed=1)
        assert GroupMember.objects.values_list("source", "source_id").get() == (MemberSource.SYSTEM, None)


class TestIgnored:
    @pytest.fixture
    def by_hand(self, make, group, person):
        make((group, person, "Champion"), source=BY_HAND)

    def test_is_on_record_with_its_reason(self, make, group, person, now, by_hand):
        make((group, person, None), source=BY_JOURNEY)

        ignored = IgnoredChange.objects.get()
        assert (ignored.group_id, ignored.person_id) == (group.pk, person.pk)
        assert (ignored.source, ignored.source_id) == (MemberSource.JOURNEY, 7)
        assert (ignored.is_removal, ignored.role) == (True, None)
        assert ignored.get_reason_display() == "Assigned by hand"
        assert (ignored.against, ignored.at) == (now, now)

    def test_is_on_record_once_for_what_stands_in_its_way(self, make, group, person, now, by_hand):
        for day in range(3):
            make((group, person, None), now=now + timedelta(days=day))
        assert IgnoredChange.objects.count() == 1

        make((group, person, "Decision Maker"), source=BY_HAND, now=now + timedelta(days=3))
        make((group, person, None), now=now + timedelta(days=4))
        assert IgnoredChange.objects.count() == 2

    def test_is_not_told(self, make, group, person, by_hand):
        events = Event.objects.count()

        make((group, person, None))

        assert Event.objects.count() == events


class TestMany:
    def test_each_of_many_gets_its_own_outcome(self, make, interest):
        groups = BuyingGroupFactory.create_batch(2, solution_interest=interest)
        people = [PersonFactory(accounts=[group.account]) for group in groups for _ in range(2)]
        make((groups[0], people[0], "Champion"), source=BY_HAND)

        figures = make(
            (groups[0], people[0], None), (groups[0], people[1], "Champion"),
            (groups[1], people[2], None), (groups[1], people[3], "Decision Maker"),
        )  # fmt: skip

        assert figures == Figures(ignored=1, assigned=2, unchanged=1)
        assert set(BuyingGroup.objects.values_list("pk", "completeness")) == {
            (groups[0].pk, 50),
            (groups[1].pk, 25),
        }

    def test_takes_two_statements_however_many(self, make, interest, count_queries):
        def wanted(n):
            groups = BuyingGroupFactory.create_batch(n, solution_interest=interest)
            return [(group, PersonFactory(accounts=[group.account]), "Champion") for group in groups]

        role_queries = 1  # the fixture looks roles up
        for n in (1, 30):
            given = wanted(n)
            assert count_queries(lambda given=given: make(*given)) == 2 + n * role_queries

    def test_takes_one_when_nothing_changes(self, make, group, person, count_queries):
        make((group, person, "Champion"))

        assert count_queries(lambda: make((group, person, "Champion"))) == 1 + 1

    def test_records_nothing_when_events_are_off(self, make, group, person, settings):
        settings.RECORD_EVENTS = False

        make((group, person, "Champion"))
        make((group, person, None))

        assert not Event.objects.exists()

    def test_answers_what_is_asked(self, group, person, now):
        wanted = of_groups(
            sql("({group}, {person}, {role})", group=group.pk, person=person.pk, role=role("Champion").pk)
        )
        answer = Sql("SELECT max(person_id), max(account_id) FROM decided")

        assert change(wanted, source=BY_HAND, now=now, answer=answer).answer == (person.pk, group.account_id)
