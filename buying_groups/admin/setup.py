"""What comes before the first buying group, in its order: for pages that have nothing to show yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.admin import door
from buying_groups.models import CreationJob, RoleTemplate, SolutionInterest, StageModel


@dataclass(frozen=True)
class Step:
    """One thing to do: done when there is one. `url`: where, for whoever may see it."""

    title: str
    text: str
    url: str
    is_done: bool
    is_next: bool = False


def steps(request: HttpRequest) -> list[Step]:
    """The steps; the first that is needed and not done is the next one."""
    template = RoleTemplate.objects.filter(status=RoleTemplate.Status.LIVE).exists()
    stages = StageModel.objects.filter(status=StageModel.Status.LIVE).exists()
    interest = SolutionInterest.objects.exists()
    job = CreationJob.objects.exists()
    done = (template, interest, job)
    following = done.index(False) if False in done else None
    return [
        _step(
            request, RoleTemplate, _("Publish a role template"),
            _("Which roles a group has, who of an account gets them, and what a complete group needs."),
            is_done=template, is_next=following == 0,
        ),
        _step(
            request, StageModel, _("Publish the stage model, if you want one"),
            _("Which stages a group goes through from first awareness to the purchase."), is_done=stages,
        ),
        _step(
            request, SolutionInterest, _("Add a solution interest"),
            _("What accounts may buy. Each account gets one group for it, with the roles of the template."),
            is_done=interest, is_next=following == 1,
        ),
        _step(
            request, SolutionInterest, _("Create its groups"),
            _("On the page of the solution interest: choose an audience or an account list. A worker does the rest."),
            is_done=job, is_next=following == 2,
        ),
    ]  # fmt: skip


def _step(request: HttpRequest, model: type[Model], title: str, text: str, **how: Any) -> Step:
    seen = admin.site.is_registered(model) and door.may(request, door.permission(model, "view"))
    return Step(title, text, door.to(model, "changelist") if seen else "", **how)
