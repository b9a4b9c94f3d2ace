"""Runs of buying groups that have failed: what the first page says of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from buying_groups.models import JobRun
from buying_groups.reports.failed_runs import failed_runs
from journeys.admin import door
from journeys.admin.attention import SHOWN, Item

VIEW = "buying_groups.view_buyinggroup"
Kind = JobRun.Kind


def items(request: HttpRequest, now: datetime) -> Iterator[Item]:
    """The last runs that have failed, for whoever may view buying groups; why, for whoever may view runs."""
    if not door.may(request, VIEW):
        return
    may_view_runs = door.may(request, "buying_groups.view_jobrun")
    for run in failed_runs(SHOWN):
        said = {"time": timesince(run.finished_at or run.queued_at, now), "error": run.error}
        text = (
            _("It ended %(time)s ago: %(error)s")
            if may_view_runs and run.error
            else _("It ended %(time)s ago.")
        )
        yield Item("bad", "sync_problem", _title(run), text % said, _url(request, run), _("Open"))


def _title(run: JobRun) -> str:
    job, interest = run.job, run.solution_interest
    if job is not None:
        said = {"interest": job.solution_interest, "source": job.audience or job.account_list}
        return _("Creating buying groups of “%(interest)s” from “%(source)s” has failed") % said
    if run.kind == Kind.ENGAGEMENT:
        return _("Scoring the engagement of buying groups has failed")
    if run.kind == Kind.STAGES:
        return _("Taking away the stages of “%(interest)s” has failed") % {"interest": interest}
    if interest is not None:
        return _("Updating the buying groups of “%(interest)s” has failed") % {"interest": interest}
    return _("Updating the members of buying groups has failed")


def _url(request: HttpRequest, run: JobRun) -> str:
    """The page of its interest, where it can be run again; else the groups."""
    interest_id = run.job.solution_interest_id if run.job else run.solution_interest_id
    if interest_id and door.may(request, "buying_groups.view_solutioninterest"):
        return reverse("admin:buying_groups_solutioninterest_change", args=[interest_id])
    return reverse("admin:buying_groups_buyinggroup_overview")
