"""Runs over buying groups: stopping one, and those over all groups that are under way."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.admin import door
from buying_groups.models import BuyingGroup, JobRun, SolutionInterest
from buying_groups.services import runs

OPEN = (JobRun.Status.QUEUED, JobRun.Status.RUNNING)
CANCEL = "buying_groups.change_jobrun"
RUNS = JobRun.objects.select_related(
    "solution_interest", "job__solution_interest", "job__audience", "job__account_list"
)


def cancel(request: HttpRequest, run_id: int) -> HttpResponse:
    """How far it has come and what becomes of the rest; then it is stopped."""
    run = door.one(request, RUNS, run_id)
    door.require(request, CANCEL)
    back = _back(request, run)
    if request.method == "POST":
        door.attempt(
            request,
            lambda: runs.cancel(run.pk, **door.said(request)),
            lambda _run: _("The run is cancelled; what is done stays."),
        )
        return HttpResponseRedirect(back)
    return door.page(
        request,
        "buying_groups/admin/run_cancel.html",
        SolutionInterest,
        title=_("Cancel run"),
        heading=_heading(run),
        object=run.job.solution_interest if run.job else run.solution_interest,
        form=forms.Form(),
        run=run,
        is_over=run.status not in OPEN,
        unit=_unit(run),
        says=_says(run),
        icon="cancel",
        danger=True,
        back=back,
        submit=_("Cancel the run"),
    )


def of_all_groups() -> QuerySet[JobRun]:
    """Runs over all groups that wait or are under way: those of the night."""
    return JobRun.objects.filter(job=None, solution_interest=None, status__in=OPEN).order_by("pk")


def figures(runs: Any) -> dict[int, dict[str, Any]]:
    """How far those that are open have come, for their bars."""
    return {
        run.pk: {"label": run.get_status_display(), "percent": round(100 * run.progress)}
        for run in runs
        if run.status in OPEN
    }


def _back(request: HttpRequest, run: JobRun) -> str:
    interest_id = run.job.solution_interest_id if run.job else run.solution_interest_id
    if interest_id and door.may(request, "buying_groups.view_solutioninterest"):
        return door.to(SolutionInterest, "change", interest_id)
    return door.to(BuyingGroup, "overview")


def _heading(run: JobRun) -> str:
    if run.job:
        said = {"interest": run.job.solution_interest, "source": run.job.audience or run.job.account_list}
        return _("Cancel creating groups of “%(interest)s” from “%(source)s”") % said
    if run.kind == JobRun.Kind.ENGAGEMENT:
        return _("Cancel scoring the engagement of all groups")
    if run.kind == JobRun.Kind.STAGES:
        return _("Cancel taking away the stages of “%(interest)s”") % {"interest": run.solution_interest}
    if run.solution_interest:
        return _("Cancel updating the groups of “%(interest)s”") % {"interest": run.solution_interest}
    return _("Cancel updating all groups")


def _unit(run: JobRun) -> str:
    if run.job:
        return _("accounts looked at")
    if run.kind == JobRun.Kind.ENGAGEMENT:
        return _("scores written")
    return _("groups looked at")


def _says(run: JobRun) -> list[tuple[str, str]]:
    """What stays, what is undone, and who does the rest."""
    return [
        ("inventory_2", _stays(run)),
        ("undo", _("What is under way at this moment is undone: a batch, of up to 5,000.")),
        ("event_repeat", _rest(run)),
    ]


def _stays(run: JobRun) -> str:
    if run.job:
        made = ngettext("%(n)s new group stays", "%(n)s new groups stay", run.created_groups)
        assigned = ngettext("with %(n)s member.", "with %(n)s members.", run.added)
        return f"{made % {'n': f'{run.created_groups:,}'}}, {assigned % {'n': f'{run.added:,}'}}"
    changes = run.added + run.removed + run.changed_role
    if run.kind == JobRun.Kind.MAINTENANCE:
        said = ngettext("%(n)s change of a member stays.", "%(n)s changes of members stay.", changes)
        return said % {"n": f"{changes:,}"}
    said = ngettext("What is done to %(n)s stays.", "What is done to %(n)s stays.", run.done)
    return said % {"n": f"{run.done:,}"}


def _rest(run: JobRun) -> str:
    if run.job:
        return _("The job stays: it goes on with the rest the next night, or when somebody runs it.")
    if run.kind == JobRun.Kind.ENGAGEMENT:
        return _("The rest keeps the scores of before until the next night.")
    if run.kind == JobRun.Kind.STAGES:
        return _("The other groups keep their stages until the next night takes them away.")
    return _("The other groups are updated the next night, or when somebody asks for it.")
