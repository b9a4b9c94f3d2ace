"""Jobs that make groups (spec 3.4, reference 6.4)."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.conditions import CannotCompile
from accounts.models import AccountChange, Event, EventType
from accounts.sql import run, sql
from buying_groups.jobs.creation import run_creation
from buying_groups.models import BuyingGroup, GroupMember, GroupScore, JobRun, MemberSource
from tests.buying_groups.jobs.conftest import figures, members
from tests.factories import (
    AccountFactory,
    AccountListFactory,
    AudienceFactory,
    CustomAttributeFactory,
    PersonFactory,
    SolutionInterestFactory,
)
from tests.factories.maps import condition

pytestmark = pytest.mark.django_db
TYPES = EventType.BuiltIn


class TestGroups:
    def test_are_made_for_the_accounts_of_an_audience(self, creation_of, company, clock, interest, now):
        steel, _ = company(industry="Steel"), company(industry="Banking")
        audience = AudienceFactory(condition=condition("account.industry", "is", "Steel"))

        assert run_creation(creation_of(audience), clock)

        group = BuyingGroup.objects.get()
        assert (group.account, group.solution_interest) == (steel, interest)
        assert (group.stage, group.status, group.engagement) == (None, "", None)
        assert (group.created_at, group.updated_at) == (now, now)
        assert str(group) == f"CRM for {steel}"

    def test_are_made_for_the_accounts_of_a_list(self, creation_of, company, clock):
        listed, _ = company(), company()

        run_creation(creation_of(AccountListFactory(members=[listed])), clock)

        assert BuyingGroup.objects.get().account == listed

    def test_are_there_also_when_nobody_fits(self, creation_of, company, clock):
        company()

        run_creation(creation_of(AudienceFactory()), clock)

        assert BuyingGroup.objects.get().completeness == 0

    def test_mark_their_accounts(self, creation_of, company, clock):
        account = company("Director")

        run_creation(creation_of(AudienceFactory()), clock)

        assert list(AccountChange.objects.values_list("account_id", flat=True)) == [account.pk]


class TestMembers:
    def test_get_the_first_role_whose_condition_they_meet(self, creation_of, company, clock):
        """Reference 6.2: by priority, one role a person, and none who meets no condition."""
        company("Director", "Engineer", "Chief engineer", "Clerk")

        run_creation(creation_of(AudienceFactory()), clock)

        assert members(BuyingGroup.objects.get()) == {
            "Director": "Decision Maker", "Engineer": "Practitioner", "Chief engineer": "Decision Maker",
        }  # fmt: skip
        assert set(GroupMember.objects.values_list("source", "source_id")) == {(MemberSource.SYSTEM, None)}

    def test_are_people_of_the_account_only(self, creation_of, company, clock):
        one, _ = company("Director"), company("Director")

        run_creation(creation_of(AccountListFactory(members=[one])), clock)

        assert GroupMember.objects.get().person.accounts.get() == one

    def test_of_two_accounts_are_in_the_groups_of_both(self, creation_of, clock):
        PersonFactory(accounts=2, job_title="Director")

        run_creation(creation_of(AudienceFactory()), clock)

        assert GroupMember.objects.values("group").distinct().count() == 2

    def test_may_be_asked_about_their_account_and_their_role_there(self, creation_of, clock, interest):
        role = interest.template.roles.get(priority=1)
        role.condition = {"match": "all", "filters": [
            *condition("account.industry", "is", "Steel")["filters"],
            *condition("person.role_in_account", "is", "buyer")["filters"],
        ]}  # fmt: skip
        role.save()
        for industry in ("Steel", "Coal"):
            account = AccountFactory(industry=industry)
            PersonFactory(accounts=[account], accounts__role="buyer", job_title=industry)
            PersonFactory(accounts=[account], accounts__role="seller")

        run_creation(creation_of(AudienceFactory()), clock)

        assert list(GroupMember.objects.values_list("person__job_title", flat=True)) == ["Steel"]

    def test_are_told(self, creation_of, company, clock):
        company("Director")

        run_creation(creation_of(AudienceFactory()), clock)

        told = dict(Event.objects.values_list("type_id", "payload"))
        assert told[TYPES.ASSIGNED_TO_BUYING_GROUP]["role"] == "Decision Maker"
        assert told[TYPES.BUYING_GROUP_COMPLETENESS_CHANGED].items() >= {"old": None, "new": 50}.items()

    def test_make_the_group_as_complete_as_they_are(self, creation_of, company, clock):
        company("Director")

        run_creation(creation_of(AudienceFactory()), clock)

        assert BuyingGroup.objects.get().completeness == 50
        assert GroupScore.objects.values_list("day", "completeness", "engagement").get() == (
            date(2027, 3, 1), 50, None,
        )  # fmt: skip

    def test_are_none_where_no_role_assigns_automatically(self, company, clock, now):
        account = company("Director")
        job = SolutionInterestFactory().creation_jobs.create(
            account_list=AccountListFactory(members=[account]), created_at=now
        )

        run_creation(JobRun.objects.create(kind="creation", job=job, queued_at=now), clock)

        assert (BuyingGroup.objects.count(), GroupMember.objects.count()) == (1, 0)


class TestAgain:
    def test_makes_groups_for_those_who_came_later(self, creation_of, company, clock):
        old = company("Director")
        audience = AudienceFactory()
        run_creation(creation_of(audience), clock)
        new = company("Engineer")

        second = creation_of(audience)
        run_creation(second, clock)

        assert {group.account for group in BuyingGroup.objects.all()} == {old, new}
        assert figures(second) == {"created_groups": 1, "added": 1, "rescored": 1}

    def test_changes_nothing(self, creation_of, company, clock):
        company("Director")
        audience = AudienceFactory()
        run_creation(creation_of(audience), clock)
        for model in (Event, AccountChange, GroupScore):
            model.objects.all().delete()
        before = list(BuyingGroup.objects.values()), list(GroupMember.objects.values("changed_at", "role_id"))

        again = creation_of(audience)
        run_creation(again, clock)

        assert figures(again) == {}
        assert before == (
            list(BuyingGroup.objects.values()), list(GroupMember.objects.values("changed_at", "role_id")),
        )  # fmt: skip
        assert [model for model in (Event, AccountChange, GroupScore) if model.objects.exists()] == []

    def test_another_job_makes_no_second_group(self, creation_of, company, clock):
        account = company("Director")
        run_creation(creation_of(AudienceFactory()), clock)

        run_creation(creation_of(AccountListFactory(members=[account])), clock)

        assert BuyingGroup.objects.count() == 1


class TestRun:
    def test_says_what_it_has_done(self, creation_of, company, clock, now):
        for _ in range(3):
            company("Director", "Clerk")
        one = creation_of(AudienceFactory())

        run_creation(one, clock, size=2)

        found = JobRun.objects.get(pk=one.pk)
        assert (found.status, found.started_at, found.finished_at) == (JobRun.Status.DONE, now, now)
        assert (found.total, found.done, found.progress) == (3, 3, 1)
        assert figures(one) == {"created_groups": 3, "added": 3, "rescored": 3}

    def test_without_an_account_is_done_all_the_same(self, creation_of, clock):
        one = creation_of(AudienceFactory())
        assert one.progress == 0

        run_creation(one, clock)

        found = JobRun.objects.get(pk=one.pk)
        assert (found.status, found.total, found.progress) == (JobRun.Status.DONE, 0, 1)

    def test_leaves_when_it_is_told_and_goes_on_where_it_stood(self, creation_of, company, clock):
        for _ in range(5):
            company("Director")
        one = creation_of(AudienceFactory())

        assert not run_creation(one, clock, lambda: True, size=2)
        assert BuyingGroup.objects.count() == 2
        assert JobRun.objects.get().done == 2
        assert run_creation(JobRun.objects.get(pk=one.pk), clock, size=2)

        assert figures(one) == {"created_groups": 5, "added": 5, "rescored": 5}

    def test_ends_when_it_is_deleted_on_its_way(self, creation_of, company, clock):
        for _ in range(4):
            company("Director")
        one = creation_of(AudienceFactory())

        def delete(point: str) -> None:
            if point == "after:commit":
                run(sql("DELETE FROM buying_groups_jobrun"))

        assert run_creation(one, clock, size=2, fail=delete)
        assert BuyingGroup.objects.count() == 2

    def test_takes_as_many_statements_for_thirty_accounts_as_for_one(
        self, creation_of, company, clock, count_queries
    ):
        company("Director", "Engineer")
        audience = AudienceFactory()
        one = creation_of(audience)
        few = count_queries(lambda: run_creation(one, clock))
        for _ in range(30):
            company("Director", "Engineer", "Clerk")
        many = creation_of(audience)

        assert count_queries(lambda: run_creation(many, clock)) == few
        assert figures(many)["created_groups"] == 30

    def test_says_when_a_field_is_gone(self, creation_of, company, clock):
        company()
        CustomAttributeFactory(name="tier")
        audience = AudienceFactory(condition=condition("account.custom.tier", "is", "gold"))
        CustomAttributeFactory._meta.model.objects.all().delete()

        with pytest.raises(CannotCompile, match=r"account\.custom\.tier"):
            run_creation(creation_of(audience), clock)
