"""A solution interest: made, set, deleted. Its groups and what makes them are in `creation_jobs`."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin import door, seen
from accounts.admin.saved_form import NamedForm
from buying_groups.admin import deleting, stage_loss
from buying_groups.models import BuyingGroup, RoleTemplate, SolutionInterest, StageModel
from buying_groups.services import solution_interests
from buying_groups.services.solution_interests import EXACT_TO

INTERESTS = SolutionInterest.objects.select_related("template", "stage_model", "created_by")
CHANGE = "buying_groups.change_solutioninterest"
LIVE = "live"


class SettingsForm(NamedForm):
    """What may change at any time."""

    stage_model = forms.ModelChoiceField(
        label=gettext_lazy("Stage model"),
        queryset=StageModel.objects.filter(status=LIVE),
        required=False,
        empty_label=gettext_lazy("None: groups have no stages"),
        help_text=gettext_lazy("Without it, or with another one, the groups lose the stages that they have."),
    )
    updates_groups = forms.BooleanField(
        label=gettext_lazy("Update existing groups every day"),
        required=False,
        help_text=gettext_lazy(
            "The nightly maintenance assigns and removes members by the conditions of the template. What staff and"
            " journeys have assigned or removed stays."
        ),
    )


class NewForm(SettingsForm):
    """A new interest, whose template is fixed from then on."""

    template = forms.ModelChoiceField(
        label=gettext_lazy("Role template"),
        queryset=RoleTemplate.objects.filter(status=LIVE).order_by("name"),
        empty_label=gettext_lazy("Choose a live role template"),
        help_text=gettext_lazy("It is fixed once the solution interest is made."),
    )
    field_order = ("name", "description", "template", "stage_model", "updates_groups")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # It has no groups that could lose anything.
        self.fields["stage_model"].help_text = _(
            "Where its buying groups can stand. It can be set later, too."
        )


def create(request: HttpRequest) -> HttpResponse:
    """A new interest."""
    door.require(request, "buying_groups.add_solutioninterest")
    form = NewForm(request.POST or None)
    made = door.submit(request, form, lambda given: solution_interests.create(**given, **door.said(request)))
    if made is not None:
        said = _("“%(name)s” is a solution interest now. Have buying groups created for it.") % {
            "name": made.name
        }
        return door.done(request, said, door.to(made, "change", made.pk))
    return door.page(
        request,
        "buying_groups/admin/interest_create.html",
        SolutionInterest,
        title=_("Add solution interest"),
        status=400 if form.errors else 200,
        form=form,
        icon="lightbulb",
        has_templates=RoleTemplate.objects.filter(status=LIVE).exists(),
        templates_url=door.to(RoleTemplate, "changelist"),
        back=door.to(SolutionInterest, "changelist"),
        submit=_("Add solution interest"),
    )


def settings(request: HttpRequest, interest_id: Any) -> HttpResponse:
    """All but the template."""
    interest = door.one(request, INTERESTS, interest_id)
    may_change = door.may(request, CHANGE)
    if request.method == "POST":
        door.require(request, CHANGE)
    names = ("name", "description", "stage_model", "updates_groups")
    form = SettingsForm(request.POST or None, initial={name: getattr(interest, name) for name in names})
    for field in form.fields.values():
        field.disabled = not may_change
    asked = stage_loss.question(request, interest, form)
    if asked is not None:
        return asked
    said = {**door.said(request), "unchanged_since": seen.moment(request)}
    saved = door.submit(request, form, lambda given: solution_interests.edit(interest, **given, **said))
    if saved is not None:
        done = _("“%(name)s” is saved.") % {"name": saved.name}
        return door.done(request, done, door.to(saved, "settings", saved.pk))
    return show(
        request,
        interest,
        "interest_settings.html",
        "settings",
        status=400 if form.errors else 200,
        form=form,
        may_change=may_change,
        seen=seen.shown(request, interest),
        newer=seen.newer(form, interest),
        submit=_("Save"),
    )


def delete(request: HttpRequest, interest_id: Any) -> HttpResponse:
    """Gone for good, unless groups, creation jobs, journeys or conditions use it; who does is said."""
    interest = door.one(request, INTERESTS, interest_id)
    return deleting.dialog(
        request,
        interest,
        act=lambda: solution_interests.delete(interest, by=request.user),
        users=solution_interests.used_by(interest),
        says=[
            ("delete_forever", _("The solution interest, for good. It has no buying groups.")),
            ("assignment_ind", _("Its role template and the stage model stay.")),
        ],
        title=_("Delete solution interest"),
        instead=solution_interests.staying(interest),
        named=("solution_interest", [interest]),
    )


def show(
    request: HttpRequest,
    interest: SolutionInterest,
    page: str,
    tab: str,
    *,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """A tab of the interest in its frame."""
    tabs = (("change", gettext_lazy("Buying groups")), ("settings", gettext_lazy("Settings")))
    urls = {
        "create_url": ("create_groups", "buying_groups.add_creationjob"),
        "maintain_url": ("maintain", CHANGE),
        "delete_url": ("delete", "buying_groups.delete_solutioninterest"),
    }
    frame = {
        "object": interest,
        "icon": "lightbulb",
        "heading": interest.name,
        "lead": interest.description,
        "tab": tab,
        "tabs": [(name, label, door.to(interest, name, interest.pk)) for name, label in tabs],
        **{
            key: door.to(interest, name, interest.pk) if door.may(request, permission) else ""
            for key, (name, permission) in urls.items()
        },
    }
    return door.page(
        request,
        f"buying_groups/admin/{page}",
        SolutionInterest,
        title=interest.name,
        status=status,
        **frame,
        **context,
    )


def count_groups(interest: SolutionInterest) -> int:
    """How many groups it has, at most one more than is counted exactly."""
    return BuyingGroup.objects.filter(solution_interest=interest).values("pk")[: EXACT_TO + 1].count()


def many(count: int) -> str:
    """ "more than 10,000" where counting has stopped."""
    return f"{count:,}" if count <= EXACT_TO else _("more than %(n)s") % {"n": f"{EXACT_TO:,}"}
