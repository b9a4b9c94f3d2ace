"""What staff and clients can do with creation jobs, and with runs: have groups made and maintained (reference 6.4)."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.errors import Conflict, User, require
from accounts.findings import Finding, Invalid
from accounts.models import AccountList, Audience
from accounts.services import saving
from buying_groups.jobs.creation import count_missing
from buying_groups.models import CreationJob, JobRun, SolutionInterest
from buying_groups.services.opening import opened

OPEN = (JobRun.Status.QUEUED, JobRun.Status.RUNNING)


@transaction.atomic
def create(
    interest: SolutionInterest, *, audience: Audience | None = None, account_list: AccountList | None = None,
    by: User, now: datetime,
) -> CreationJob:  # fmt: skip
    """A job that makes a group for each account of an audience or a list: every night, and when it is run.

    :raises PermissionDenied: if `by` may not add creation jobs
    :raises Invalid: unless it is one audience or one live list
    :raises Conflict: `exists` if there is such a job; `gone` if what it is about has been deleted
    """
    require(by, "buying_groups.add_creationjob")
    saving.nothing_goes()
    for named in (interest, audience, account_list):
        if named is not None:
            opened(named)
    job = _job(interest, audience, account_list)
    job.created_at, job.created_by_id = now, by.pk if by is not None else None
    try:
        with transaction.atomic():
            job.save()
    except IntegrityError as error:
        if "one_creation_job_per_input" not in str(error):
            raise
        raise _exists(job) from error
    return job


def refusal(
    interest: SolutionInterest, *, audience: Audience | None = None, account_list: AccountList | None = None
) -> Conflict | None:
    """Why `create` would refuse such a job, before it is asked for: there is one.

    :raises Invalid: as `create`
    """
    job = _job(interest, audience, account_list)
    same = CreationJob.objects.filter(
        solution_interest=interest, audience=audience, account_list=account_list
    )
    return _exists(job) if same.exists() else None


def _exists(job: CreationJob) -> Conflict:
    return Conflict("exists", _("There is a job for %(job)s already; run that one again.") % {"job": job})


def estimate(
    interest: SolutionInterest, *, audience: Audience | None = None, account_list: AccountList | None = None,
    now: datetime,
) -> int:  # fmt: skip
    """How many groups such a job would make now.

    :raises Invalid: as `create`
    """
    return count_missing(_job(interest, audience, account_list), now=now)


@transaction.atomic
def delete(job: CreationJob, *, by: User, now: datetime) -> None:
    """Delete a job and its runs; the groups that it has made stay (reference U 14).

    :raises PermissionDenied: if `by` may not delete creation jobs
    """
    require(by, "buying_groups.delete_creationjob")
    CreationJob.objects.filter(pk=job.pk).delete()


@transaction.atomic
def run(job: CreationJob, *, by: User, now: datetime) -> JobRun:
    """Have a job make its groups as soon as a worker comes; while such a run is open, that one.

    :raises PermissionDenied: if `by` may not add creation jobs
    :raises Conflict: `gone` if the job has been deleted
    """
    require(by, "buying_groups.add_creationjob")
    if not CreationJob.objects.select_for_update(no_key=True).filter(pk=job.pk).exists():
        raise Conflict("gone", _("The job for %(job)s has been deleted.") % {"job": job})
    return _queued(JobRun(kind=JobRun.Kind.CREATION, job=job), by=by, now=now)


@transaction.atomic
def maintain(interest: SolutionInterest | None, *, by: User, now: datetime) -> JobRun:
    """Have the groups of a solution interest (None: of all) maintained as soon as a worker comes.

    :raises PermissionDenied: if `by` may not change solution interests
    :raises Conflict: `gone` if the solution interest has been deleted
    """
    require(by, "buying_groups.change_solutioninterest")
    if interest is not None:
        held = SolutionInterest.objects.select_for_update(no_key=True).filter(pk=interest.pk)
        if not held.exists():
            raise Conflict("gone", _("“%(interest)s” has been deleted.") % {"interest": interest})
    return _queued(JobRun(kind=JobRun.Kind.MAINTENANCE, solution_interest=interest), by=by, now=now)


def _queued(wanted: JobRun, *, by: User, now: datetime) -> JobRun:
    """The run, queued; asking twice for what waits already is asking once."""
    wanted.queued_at, wanted.asked_by_id = now, by.pk if by is not None else None
    JobRun.objects.bulk_create([wanted], ignore_conflicts=True)
    return JobRun.objects.filter(
        kind=wanted.kind, job=wanted.job, solution_interest=wanted.solution_interest
    ).latest("pk")


def _job(
    interest: SolutionInterest, audience: Audience | None, account_list: AccountList | None
) -> CreationJob:
    if (audience is None) == (account_list is None):
        raise Invalid([Finding("missing", _("Choose one audience or one account list."), ("audience",))])
    if account_list is not None and account_list.status != AccountList.Status.LIVE:
        message = _("The account list “%(name)s” is not live; publish it first.") % {
            "name": account_list.name
        }
        raise Invalid([Finding("not_live", message, ("account_list",))])
    return CreationJob(solution_interest=interest, audience=audience, account_list=account_list)
