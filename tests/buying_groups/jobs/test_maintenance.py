"""The daily maintenance (reference 6.7)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import AccountChange, AccountPerson, Event, Person
from buying_groups.jobs.creation import run_creation
from buying_groups.jobs.maintenance import run_maintenance
from buying_groups.models import BuyingGroup, GroupMember, GroupScore, IgnoredChange, JobRun, MemberSource
from buying_groups.services import members as by_hand
from tests.buying_groups.jobs.conftest import figures, members
from tests.conftest import NOW
from tests.factories import AudienceFactory, BuyingGroupFactory, PersonFactory, SolutionInterestFactory
from tests.factories.buying_groups import LONG_AGO, job_title, role

pytestmark = pytest.mark.django_db
TOMORROW = NOW + timedelta(days=1)


@pytest.fixture
def group(creation_of, company, clock) -> BuyingGroup:
    company("Director", "Engineer", "Clerk")
    run_creation(creation_of(AudienceFactory()), clock)
    return BuyingGroup.objects.get()


def maintain(interest=None, *, size=5_000) -> JobRun:
    made = JobRun.objects.create(kind=JobRun.Kind.MAINTENANCE, solution_interest=interest, queued_at=NOW)
    assert run_maintenance(made, lambda: TOMORROW, size=size)
    return made


def retitle(old: str, new: str) -> None:
    assert Person.objects.filter(job_title=old).update(job_title=new)


def person(title: str) -> Person:
    return Person.objects.get(job_title=title)


class TestMembers:
    def test_that_came_to_the_account_are_added(self, group):
        PersonFactory(accounts=[group.account], job_title="Chief engineer")

        assert figures(maintain()) == {"added": 1}

        assert members(group)["Chief engineer"] == "Decision Maker"

    def test_that_fit_now_are_added(self, group):
        retitle("Clerk", "Engineer")

        assert figures(maintain())["added"] == 1

    def test_that_fit_another_role_change_to_it(self, group):
        retitle("Engineer", "Chief engineer")

        assert figures(maintain()) == {"changed_role": 1, "rescored": 1}

        assert members(group)["Chief engineer"] == "Decision Maker"

    def test_that_fit_no_more_are_removed(self, group):
        retitle("Engineer", "Pensioner")

        assert figures(maintain()) == {"removed": 1, "rescored": 1}

        assert members(group) == {"Director": "Decision Maker"}
        group.refresh_from_db()
        assert (group.completeness, group.updated_at) == (50, TOMORROW)

    def test_stay_as_they_are_where_groups_are_not_updated(self, group, interest):
        interest.updates_groups = False
        interest.save()
        retitle("Engineer", "Pensioner")
        retitle("Clerk", "Director")

        assert figures(maintain()) == {}

        assert members(group)["Pensioner"] == "Practitioner"

    def test_of_each_interest_follow_its_own_template(self, group, company):
        other = SolutionInterestFactory(
            roles={"Other": {"condition": job_title("Clerk")}}, updates_groups=True
        )
        second = BuyingGroupFactory(solution_interest=other, account=group.account)

        maintain()

        assert members(second) == {"Clerk": "Other"}
        assert members(group) == {"Director": "Decision Maker", "Engineer": "Practitioner"}

    def test_of_other_interests_are_left_alone_by_the_run_of_one(self, group, interest):
        second = BuyingGroupFactory(
            solution_interest=SolutionInterestFactory(
                roles={"Other": {"condition": job_title("Clerk")}}, updates_groups=True
            ),
            account=group.account,
        )

        maintain(interest)

        assert members(second) == {}
        assert BuyingGroup.objects.get(pk=second.pk).completeness is None

    def test_that_have_left_the_account_leave_even_if_they_were_assigned_by_hand(self, group, interest):
        """Reference U 18, for relations that ended without telling; also where groups are not updated."""
        interest.updates_groups = False
        interest.save()
        by_hand.assign(group, {person("Director").pk: role("Champion").pk}, by=None, now=NOW)
        AccountPerson.objects.all().delete()

        assert figures(maintain())["removed"] == 2

        assert members(group) == {}
        assert set(GroupMember.objects.values_list("source", flat=True)) == {MemberSource.SYSTEM}


class TestPrecedence:
    """Spec 3.5, with the documented cases of reference 6.6."""

    @pytest.fixture
    def standing(self, group):
        def stand(title: str, source: MemberSource, *, role_name: str, is_removed: bool = False) -> None:
            GroupMember.objects.update_or_create(
                group=group, person=person(title),
                defaults={"role": role(role_name), "source": source, "is_removed": is_removed, "changed_at": LONG_AGO},
            )  # fmt: skip

        return stand

    @pytest.mark.parametrize("source", [MemberSource.MANUAL, MemberSource.JOURNEY])
    def test_who_was_assigned_by_hand_or_by_a_journey_stays(self, group, standing, source):
        standing("Clerk", source, role_name="Champion")

        done = maintain()

        assert figures(done)["ignored"] == 1
        assert members(group)["Clerk"] == "Champion"
        assert IgnoredChange.objects.get().is_removal

    @pytest.mark.parametrize("source", [MemberSource.MANUAL, MemberSource.JOURNEY])
    def test_who_was_removed_by_hand_or_by_a_journey_stays_away(self, group, standing, source):
        standing("Director", source, role_name="Decision Maker", is_removed=True)

        assert figures(maintain())["ignored"] == 1

        assert "Director" not in members(group)

    def test_what_is_ignored_every_night_is_on_record_once(self, standing):
        standing("Clerk", MemberSource.MANUAL, role_name="Champion")

        maintain()
        maintain()

        assert IgnoredChange.objects.count() == 1


class TestCompleteness:
    def test_is_brought_up_to_date_in_every_group(self, group, interest):
        """Also where groups are not updated, and also where nobody came or went."""
        interest.updates_groups = False
        interest.save()
        BuyingGroup.objects.update(completeness=None)

        assert figures(maintain()) == {"rescored": 1}

        assert BuyingGroup.objects.get().completeness == 100


class TestAgain:
    def test_changes_nothing(self, group):
        PersonFactory(accounts=[group.account], job_title="Chief engineer")
        GroupMember.objects.filter(person=person("Director")).update(
            source=MemberSource.MANUAL, is_removed=True
        )
        maintain()
        watched = (Event, AccountChange, GroupScore, IgnoredChange, BuyingGroup)
        before = [list(model.objects.order_by("pk").values()) for model in watched]
        stood = list(
            GroupMember.objects.order_by("person_id").values("person_id", "role_id", "changed_at", "source")
        )

        assert set(figures(maintain())) <= {"ignored"}

        assert before == [list(model.objects.order_by("pk").values()) for model in watched]
        assert stood == list(
            GroupMember.objects.order_by("person_id").values("person_id", "role_id", "changed_at", "source")
        )


class TestRun:
    def test_goes_over_all_groups_in_batches(self, creation_of, company, clock):
        for _ in range(5):
            company("Director")
        run_creation(creation_of(AudienceFactory()), clock)
        retitle("Director", "Pensioner")

        done = maintain(size=2)

        found = JobRun.objects.get(pk=done.pk)
        assert (found.status, found.total, found.done) == (JobRun.Status.DONE, 5, 5)
        assert figures(done) == {"removed": 5, "rescored": 5}

    def test_is_over_at_once_where_there_is_nothing(self):
        assert figures(maintain()) == {}

    def test_takes_as_many_statements_for_thirty_groups_as_for_one(
        self, creation_of, company, clock, count_queries
    ):
        def changed(n):
            for _ in range(n):
                company("Director", "Engineer", "Clerk")
            run_creation(creation_of(AudienceFactory()), clock)
            retitle("Director", "Pensioner")
            JobRun.objects.all().delete()
            return JobRun.objects.create(kind="maintenance", queued_at=NOW)

        one = changed(1)
        few = count_queries(lambda: run_maintenance(one, clock))
        many = changed(30)

        assert count_queries(lambda: run_maintenance(many, clock)) == few
