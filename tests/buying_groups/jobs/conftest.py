from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from accounts.models import Account, AccountList, Audience
from buying_groups.models import BuyingGroup, CreationJob, GroupMember, JobRun, SolutionInterest
from tests.conftest import NOW
from tests.factories import AccountFactory, PersonFactory, SolutionInterestFactory
from tests.factories.buying_groups import job_title

FIGURES = ("created_groups", "added", "removed", "changed_role", "ignored", "rescored")


@pytest.fixture
def interest() -> SolutionInterest:
    """Directors and chiefs decide, engineers practise; who is both decides. “Champion” is for staff and journeys."""
    roles = {
        "Decision Maker": {"condition": job_title("Director", "Chief engineer")},
        "Practitioner": {"condition": job_title("Engineer", "Chief engineer")},
        "Champion": {"is_required": False},
    }
    made: SolutionInterest = SolutionInterestFactory(name="CRM", roles=roles, updates_groups=True)
    return made


@pytest.fixture
def company() -> Callable[..., Account]:
    """An account with people of these job titles."""

    def make(*titles: str, **account: Any) -> Account:
        made: Account = AccountFactory(**account)
        for title in titles:
            PersonFactory(accounts=[made], job_title=title)
        return made

    return make


@pytest.fixture
def clock() -> Callable[[], datetime]:
    return lambda: NOW


@pytest.fixture
def creation_of(interest: SolutionInterest) -> Callable[[Audience | AccountList], JobRun]:
    """A queued run of a job for this audience or list."""

    def make(source: Audience | AccountList) -> JobRun:
        key = "audience" if isinstance(source, Audience) else "account_list"
        job, _ = CreationJob.objects.get_or_create(
            solution_interest=interest, **{key: source}, defaults={"created_at": NOW}
        )
        made = JobRun.objects.create(kind=JobRun.Kind.CREATION, job=job, queued_at=NOW)
        return JobRun.objects.get(pk=made.pk)

    return make


def figures(job_run: JobRun) -> dict[str, int]:
    """Those of a run that are not zero."""
    found = JobRun.objects.values(*FIGURES).get(pk=job_run.pk)
    return {name: n for name, n in found.items() if n}


def members(group: BuyingGroup) -> dict[str, str]:
    """The role of each member, by job title."""
    found = GroupMember.objects.filter(group=group, is_removed=False)
    return dict(found.values_list("person__job_title", "role__name"))
