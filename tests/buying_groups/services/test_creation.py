from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from accounts.errors import Conflict
from accounts.findings import Invalid
from accounts.services import audiences
from buying_groups.models import BuyingGroup, CreationJob, JobRun
from buying_groups.services import creation
from tests.factories import (
    AccountFactory,
    AccountListFactory,
    AudienceFactory,
    BuyingGroupFactory,
    SolutionInterestFactory,
)
from tests.factories.maps import condition

pytestmark = pytest.mark.django_db


@pytest.fixture
def interest():
    return SolutionInterestFactory(name="CRM")


@pytest.fixture
def said(staff, now):
    return {"by": staff, "now": now}


class TestCreate:
    def test_keeps_who_made_it_and_when(self, interest, said, staff, now):
        audience = AudienceFactory(name="Enterprise")

        job = creation.create(interest, audience=audience, **said)

        found = CreationJob.objects.get(pk=job.pk)
        assert (found.solution_interest, found.audience, found.account_list) == (interest, audience, None)
        assert (found.created_by, found.created_at) == (staff, now)
        assert not JobRun.objects.exists()

    def test_takes_a_live_list(self, interest, said):
        assert creation.create(interest, account_list=AccountListFactory(), **said).pk

    def test_refuses_a_draft_list(self, interest, said):
        with pytest.raises(Invalid, match="is not live"):
            creation.create(interest, account_list=AccountListFactory(status="draft"), **said)

    def test_needs_one_of_both(self, interest, said):
        for given in ({}, {"audience": AudienceFactory(), "account_list": AccountListFactory()}):
            with pytest.raises(Invalid, match="one audience or one account list"):
                creation.create(interest, **given, **said)

    def test_refuses_a_second_one_of_the_same(self, interest, said):
        audience = AudienceFactory(name="Enterprise")
        creation.create(interest, audience=audience, **said)

        with pytest.raises(Conflict, match="buying groups of CRM from Enterprise") as refused:
            creation.create(interest, audience=audience, **said)

        assert refused.value.code == "exists"

    def test_needs_the_permission(self, interest, someone, now):
        with pytest.raises(PermissionDenied):
            creation.create(interest, audience=AudienceFactory(), by=someone, now=now)

    def test_keeps_its_audience_from_being_deleted(self, interest, said):
        audience = AudienceFactory(name="Enterprise")
        creation.create(interest, audience=audience, **said)

        with pytest.raises(Conflict, match="buying groups of CRM from Enterprise"):
            audiences.delete(audience, by=said["by"])


class TestEstimate:
    def test_counts_the_groups_that_would_be_made(self, interest, now):
        steel = AccountFactory.create_batch(3, industry="Steel")
        AccountFactory()
        BuyingGroupFactory(account=steel[0], solution_interest=interest)
        audience = AudienceFactory(condition=condition("account.industry", "is", "Steel"))

        assert creation.estimate(interest, audience=audience, now=now) == 2
        assert creation.estimate(interest, account_list=AccountListFactory(members=steel[1:2]), now=now) == 1


class TestDelete:
    def test_takes_the_runs_and_leaves_the_groups(self, interest, said):
        job = creation.create(interest, audience=AudienceFactory(), **said)
        creation.run(job, **said)
        BuyingGroupFactory(solution_interest=interest)

        creation.delete(job, **said)

        assert not CreationJob.objects.exists()
        assert not JobRun.objects.exists()
        assert BuyingGroup.objects.count() == 1

    def test_needs_the_permission(self, interest, said, someone, now):
        job = creation.create(interest, audience=AudienceFactory(), **said)

        with pytest.raises(PermissionDenied):
            creation.delete(job, by=someone, now=now)


class TestRun:
    @pytest.fixture
    def job(self, interest, said):
        return creation.create(interest, audience=AudienceFactory(), **said)

    def test_is_queued(self, job, said, staff, now):
        made = JobRun.objects.get(pk=creation.run(job, **said).pk)

        assert (made.kind, made.job, made.status) == ("creation", job, "queued")
        assert (made.asked_by, made.queued_at) == (staff, now)

    def test_asked_for_twice_is_one(self, job, said, now):
        first = creation.run(job, **said)

        assert creation.run(job, by=None, now=now + timedelta(hours=1)) == first
        JobRun.objects.update(status="done")
        assert creation.run(job, **said) != first

    def test_needs_the_permission(self, job, someone, now):
        with pytest.raises(PermissionDenied):
            creation.run(job, by=someone, now=now)

    def test_says_when_the_job_is_gone(self, job, said):
        CreationJob.objects.all().delete()

        with pytest.raises(Conflict, match="has been deleted"):
            creation.run(job, **said)


class TestMaintain:
    def test_is_queued_for_one_interest_or_all(self, interest, said):
        one, every = creation.maintain(interest, **said), creation.maintain(None, **said)

        assert (one.kind, one.solution_interest) == ("maintenance", interest)
        assert (every.kind, every.solution_interest) == ("maintenance", None)
        assert creation.maintain(interest, **said) == one
        assert creation.maintain(None, **said) == every

    def test_needs_the_permission(self, interest, someone, now):
        with pytest.raises(PermissionDenied):
            creation.maintain(interest, by=someone, now=now)

    def test_says_when_the_interest_is_gone(self, interest, said):
        type(interest).objects.all().delete()

        with pytest.raises(Conflict, match="“CRM” has been deleted"):
            creation.maintain(interest, **said)
