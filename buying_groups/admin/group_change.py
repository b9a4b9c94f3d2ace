"""The stage and the status of a group, changed by staff."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin import door
from accounts.known_values import different_values
from buying_groups.admin import group_frame
from buying_groups.models import BuyingGroup, Stage
from buying_groups.services import groups
from buying_groups.stages import STATUS_LENGTH

# Statuses that are offered while one types.
OFFERED = 100


class StageForm(forms.Form):
    """One of the stages to which a group may move."""

    stage = forms.ModelChoiceField(
        label=gettext_lazy("New stage"),
        queryset=Stage.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose the stage.")},
    )


class StatusForm(forms.Form):
    """Any text; the statuses that other groups have are offered."""

    status = forms.CharField(
        label=gettext_lazy("Status"),
        required=False,
        max_length=STATUS_LENGTH,
        widget=forms.TextInput(attrs={"list": "statuses", "autofocus": True, "autocomplete": "off"}),
        help_text=gettext_lazy("Any text of up to 50 characters. Empty: no status."),
    )


def stage(request: HttpRequest, group_id: int) -> HttpResponse:
    """Move the group to a stage; only those are offered that the stage model allows from where it is."""
    group = door.one(request, group_frame.groups(), group_id)
    door.require(request, group_frame.CHANGE)
    offered = list(groups.next_stages(group))
    form = StageForm(request.POST if request.method == "POST" else None)
    field: Any = form.fields["stage"]
    field.queryset = Stage.objects.filter(model=group.solution_interest.stage_model_id)
    field.choices = [(one.pk, one.name) for one in offered]
    moved = door.submit(request, form, lambda given: _move(request, group, given["stage"]))
    if moved is not None:
        return group_frame.leave(request, group, _("The group is at “%s” now.") % moved.stage)
    return group_frame.dialog(
        request, group, "buying_groups/admin/group_stage.html",
        title=_("Change stage"), heading=_("Change the stage of “%s”") % group,
        status=400 if form.errors else 200,
        form=form, offered=offered, icon="account_tree", submit=_("Change stage"),
        has_model=group.solution_interest.stage_model_id is not None,
    )  # fmt: skip


def _move(request: HttpRequest, group: BuyingGroup, to: Stage) -> BuyingGroup:
    return groups.set_stage(group, to, **door.said(request))


def status(request: HttpRequest, group_id: int) -> HttpResponse:
    """Give the group a status, or take it away."""
    group = door.one(request, group_frame.groups(), group_id)
    door.require(request, group_frame.CHANGE)
    form = StatusForm(request.POST if request.method == "POST" else None, initial={"status": group.status})
    changed = door.submit(
        request, form, lambda given: groups.set_status(group, given["status"], **door.said(request))
    )
    if changed is not None:
        said = _("The status is “%s” now.") % changed.status if changed.status else _("It has no status now.")
        return group_frame.leave(request, group, said)
    return group_frame.dialog(
        request, group, "buying_groups/admin/group_status.html",
        title=_("Change status"), heading=_("Change the status of “%s”") % group,
        status=400 if form.errors else 200,
        form=form, icon="label", submit=_("Save"),
        statuses=different_values(BuyingGroup._meta.db_table, "status", at_most=OFFERED),
    )  # fmt: skip
