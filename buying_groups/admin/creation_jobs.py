"""The buying groups of a solution interest: what makes them, how far it has come, and having it done now."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db import OperationalError, transaction
from django.db.models import F, Sum
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.admin import door
from accounts.admin.conditions import PATIENCE
from accounts.conditions import CannotCompile
from accounts.models import AccountList, Audience
from accounts.sql import Sql
from accounts.sql import run as run_sql
from buying_groups.admin import run_pages
from buying_groups.admin.run_pages import OPEN
from buying_groups.admin.solution_interest_pages import CHANGE, INTERESTS, count_groups, many, show
from buying_groups.models import BuyingGroup, CreationJob, JobRun, SolutionInterest
from buying_groups.services import creation

ADD = "buying_groups.add_creationjob"
# Of the maintenance that are shown.
LAST = 5


class SourceForm(forms.Form):
    """Where the accounts come from: an audience or a list."""

    audience = forms.ModelChoiceField(
        label=gettext_lazy("Audience"),
        queryset=Audience.objects.order_by("name"),
        required=False,
        empty_label=gettext_lazy("Choose an audience"),
    )
    account_list = forms.ModelChoiceField(
        label=gettext_lazy("Account list"),
        queryset=AccountList.objects.filter(status=AccountList.Status.LIVE).order_by("name"),
        required=False,
        empty_label=gettext_lazy("or an account list"),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if bool(given.get("audience")) == bool(given.get("account_list")) and not self.errors:
            raise forms.ValidationError(_("Choose one audience or one account list."))
        return given


def page(request: HttpRequest, interest_id: Any) -> HttpResponse:
    """How many groups there are, the creation jobs with their last run, and the last runs of the maintenance."""
    interest = door.one(request, INTERESTS, interest_id)
    may_see_jobs, may_see_runs = (
        door.may(request, f"buying_groups.view_{name}") for name in ("creationjob", "jobrun")
    )
    jobs = list(_jobs(interest)) if may_see_jobs else []
    runs = {run.job_id: run for run in _last_runs(jobs)} if may_see_runs else {}
    maintenance = list(_maintenance(interest)) if may_see_runs else []
    return show(
        request,
        interest,
        "interest.html",
        "change",
        groups=many(count_groups(interest)),
        browse_url=_browse(request, interest),
        jobs=[_line(request, interest, job, runs.get(job.pk)) for job in jobs],
        maintenance=maintenance,
        may_see_jobs=may_see_jobs,
        running=any(run.status in OPEN for run in [*runs.values(), *maintenance]),
        may_cancel_runs=door.may(request, run_pages.CANCEL),
        progress_url=door.to(interest, "progress", interest.pk),
        template_url=door.to(interest.template, "change", interest.template_id)
        if door.may(request, "buying_groups.view_roletemplate")
        else "",
    )


def progress(request: HttpRequest, interest_id: int) -> JsonResponse:
    """How far the runs that are open have come, for their bars."""
    interest = door.one(request, SolutionInterest.objects.all(), interest_id)
    door.require(request, "buying_groups.view_jobrun")
    runs = [*_last_runs(list(_jobs(interest))), *_maintenance(interest)]
    return JsonResponse({"runs": run_pages.figures(runs)})


def create(request: HttpRequest, interest_id: int) -> HttpResponse:
    """First where the accounts come from, then how many groups that will make; then it starts."""
    interest = door.one(request, INTERESTS, interest_id)
    door.require(request, ADD)
    form = SourceForm(request.POST or None)
    is_sure = "confirm" in request.POST
    made = door.submit(request, form, lambda given: _create(request, interest, given)) if is_sure else None
    if made is not None:
        said = _("The buying groups are being created. The job goes on every night.")
        return door.done(request, said, door.to(interest, "change", interest.pk))
    chosen = form.cleaned_data if form.is_bound and form.is_valid() else None
    if chosen and (refused := creation.refusal(interest, **chosen)):
        form.add_error(None, str(refused))
        chosen = None
    return door.page(
        request,
        "buying_groups/admin/create_groups.html",
        SolutionInterest,
        title=_("Create buying groups"),
        heading=_("Create buying groups for “%(name)s”") % {"name": interest.name},
        object=interest,
        status=400 if form.errors else 200,
        form=form,
        source=chosen and (chosen["audience"] or chosen["account_list"]),
        estimate=_estimate(interest, chosen) if chosen else None,
        icon="group_add",
        back=door.to(interest, "change", interest.pk),
        submit=_("Create buying groups") if chosen else _("Continue"),
    )


def _create(request: HttpRequest, interest: SolutionInterest, given: dict[str, Any]) -> CreationJob:
    with transaction.atomic():
        job = creation.create(interest, **given, **door.said(request))
        creation.run(job, **door.said(request))
    return job


def _estimate(interest: SolutionInterest, given: dict[str, Any]) -> int | None:
    """How many groups there will be more; None when that takes too long or cannot be asked."""
    try:
        with transaction.atomic():
            run_sql(Sql(PATIENCE))
            return creation.estimate(interest, **given, now=timezone.now())
    except (OperationalError, CannotCompile):
        return None


@require_POST
def run(request: HttpRequest, interest_id: int, job_id: int) -> HttpResponse:
    """Have a job run now."""
    interest = door.one(request, INTERESTS, interest_id)
    job = _job(interest, job_id)
    door.attempt(
        request,
        lambda: creation.run(job, **door.said(request)),
        lambda _run: _("The job runs as soon as a worker is free."),
    )
    return HttpResponseRedirect(door.to(interest, "change", interest.pk))


def delete(request: HttpRequest, interest_id: int, job_id: int) -> HttpResponse:
    """The job goes; the groups that it has made stay."""
    interest = door.one(request, INTERESTS, interest_id)
    job = _job(interest, job_id)
    door.require(request, "buying_groups.delete_creationjob")
    back = door.to(interest, "change", interest.pk)
    if request.method == "POST" and door.attempt(
        request,
        lambda: creation.delete(job, **door.said(request)),
        lambda _none: _("The creation job is deleted."),
    ):
        return HttpResponseRedirect(back)
    says = [
        ("event_busy", _("No more buying groups are created for accounts that come later.")),
        ("groups", _("The groups that it has made stay, and are maintained as before.")),
    ]
    return door.page(
        request,
        "buying_groups/admin/delete.html",
        SolutionInterest,
        title=_("Delete creation job"),
        heading=_("Delete the creation job from “%(name)s”") % {"name": job.audience or job.account_list},
        object=interest,
        says=says,
        back=back,
        submit=_("Delete creation job"),
    )


def maintain(request: HttpRequest, interest_id: int) -> HttpResponse:
    """What the maintenance does; then it does it."""
    interest = door.one(request, INTERESTS, interest_id)
    door.require(request, CHANGE)
    form = forms.Form(request.POST if request.method == "POST" else None)
    queued = door.submit(request, form, lambda _given: creation.maintain(interest, **door.said(request)))
    back = door.to(interest, "change", interest.pk)
    if queued is not None:
        return door.done(request, _("The groups are maintained as soon as a worker is free."), back)
    return door.page(
        request,
        "buying_groups/admin/maintain.html",
        SolutionInterest,
        title=_("Maintain now"),
        heading=_("Maintain the groups of “%(name)s” now") % {"name": interest.name},
        object=interest,
        status=409 if form.errors else 200,
        form=form,
        groups=many(count_groups(interest)),
        icon="autorenew",
        back=back,
        submit=_("Maintain now"),
    )


def _browse(request: HttpRequest, interest: SolutionInterest) -> str:
    """The list of its groups, for whoever may view groups."""
    if not admin.site.is_registered(BuyingGroup) or not door.may(request, "buying_groups.view_buyinggroup"):
        return ""
    return f"{door.to(BuyingGroup, 'changelist')}?solution_interest={interest.pk}"


def _line(
    request: HttpRequest, interest: SolutionInterest, job: CreationJob, last: JobRun | None
) -> dict[str, Any]:
    source: Any = job.audience or job.account_list
    seen = door.may(request, door.permission(type(source), "view"))
    may_delete = door.may(request, "buying_groups.delete_creationjob")
    return {
        "job": job,
        "source": source,
        "source_url": door.to(source, "change", source.pk) if seen else "",
        "kind": _("Audience") if job.audience_id else _("Account list"),
        "run": last,
        "run_url": door.to(interest, "job_run", interest.pk, job.pk) if door.may(request, ADD) else "",
        "delete_url": door.to(interest, "job_delete", interest.pk, job.pk) if may_delete else "",
    }


def _jobs(interest: SolutionInterest) -> Any:
    # Of all its runs, those that are gone too: the last night has made few, or none.
    made = F("created_before") + Coalesce(Sum("runs__created_groups"), 0)
    found = CreationJob.objects.filter(solution_interest=interest).annotate(made=made)
    return found.select_related("audience", "account_list", "created_by").order_by("pk")


def _job(interest: SolutionInterest, job_id: int) -> CreationJob:
    found = _jobs(interest).filter(pk=job_id).first()
    if found is None:
        raise Http404(_("There is no such creation job, or it has been deleted."))
    job: CreationJob = found
    return job


def _last_runs(jobs: list[CreationJob]) -> Any:
    """The last run of each job."""
    found = JobRun.objects.filter(job__in=jobs).select_related("cancelled_by")
    return found.order_by("job_id", "-pk").distinct("job_id")


def _maintenance(interest: SolutionInterest) -> Any:
    """The last runs of its own: of its maintenance, and of taking stages away."""
    own = JobRun.objects.filter(solution_interest=interest)
    return own.select_related("asked_by", "cancelled_by").order_by("-pk")[:LAST]
