"""A weighting model: its bands and what each activity counts, of a draft to edit; duplicated, activated, deleted."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin import door, seen
from accounts.errors import Conflict, Stale
from accounts.findings import Invalid
from accounts.services.saving import NAME_LENGTH
from buying_groups.admin import weighting_form
from buying_groups.admin.weighting_form import Weights
from buying_groups.models import WeightingModel
from buying_groups.services import weighting_models

MODELS = WeightingModel.objects.select_related("created_by", "activated_by")
DRAFT = WeightingModel.Status.DRAFT
CHANGE = "buying_groups.change_weightingmodel"


class CopyForm(forms.Form):
    """What the duplicate is called."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=NAME_LENGTH, widget=forms.TextInput)


def page(request: HttpRequest, model_id: Any) -> HttpResponse:
    """Bands and weights."""
    model = door.one(request, MODELS, model_id)
    if request.method == "POST":
        door.require(request, CHANGE)
    if model.status != DRAFT or not door.may(request, CHANGE):
        return _show(request, model)
    if request.method != "POST":
        return _show(request, model, weighting_form.of_model(model))
    weights, form = weighting_form.of_post(model, request.POST), forms.Form(request.POST)
    if _save(request, model, weights, form):
        return door.done(request, _("“%s” is saved.") % model.name, door.to(model, "change", model.pk))
    return _show(request, model, weights, form=form, version=request.POST.get("seen"), status=400)


def _save(request: HttpRequest, model: WeightingModel, weights: Weights, form: forms.Form) -> bool:
    """Whether the service took it; what it said instead is shown at the bands."""
    try:
        weighting_models.edit(
            model, bands=weights.given_bands(), weights=weights.given_weights(), **door.said(request),
            unchanged_since=seen.moment(request),
        )  # fmt: skip
    except Invalid as wrong:
        said_above = weights.put(wrong.findings)
        for message in said_above or [_("It is not saved: look at the bands that are marked below.")]:
            form.add_error(None, message)
    except (Conflict, Stale) as refused:
        form.add_error(None, str(refused))
    else:
        return True
    return False


def _show(
    request: HttpRequest, model: WeightingModel, weights: Weights | None = None, *,
    form: forms.Form | None = None, version: str | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    bands, activities = weighting_form.to_read(model) if weights is None else ([], [])
    is_draft = model.status == DRAFT
    return door.page(
        request,
        "buying_groups/admin/weighting_model.html",
        WeightingModel,
        title=model.name,
        status=status,
        object=model,
        icon="monitoring",
        heading=model.name,
        badges=[(model.status, model.get_status_display())],
        is_draft=is_draft,
        weights=weights,
        bands=bands,
        activities=activities,
        form=form or forms.Form(),
        seen=version or model.updated_at.isoformat(),
        duplicate_url=_url(request, model, "duplicate", "add"),
        activate_url=_url(request, model, "activate", "change") if is_draft else "",
        delete_url=_url(request, model, "delete", "delete") if is_draft else "",
    )


def _url(request: HttpRequest, model: WeightingModel, page: str, permission: str) -> str:
    allowed = door.may(request, door.permission(WeightingModel, permission))
    return door.to(model, page, model.pk) if allowed else ""


def duplicate(request: HttpRequest, model_id: int) -> HttpResponse:
    """A draft like this one, under another name."""
    model = door.one(request, MODELS, model_id)
    door.require(request, "buying_groups.add_weightingmodel")
    form = CopyForm(request.POST or None, initial={"name": _("Copy of %s") % model.name})
    copy = door.submit(
        request, form, lambda given: weighting_models.duplicate(model, **given, **door.said(request))
    )
    if copy is not None:
        return door.done(request, _("“%s” is a draft.") % copy.name, door.to(copy, "change", copy.pk))
    return door.page(
        request,
        "form_dialog.html",
        WeightingModel,
        title=_("Duplicate"),
        heading=_("Duplicate “%s”") % model.name,
        status=400 if form.errors else 200,
        form=form,
        icon="content_copy",
        back=door.to(model, "change", model.pk),
        submit=_("Duplicate"),
    )


def activate(request: HttpRequest, model_id: int) -> HttpResponse:
    """What changes with it; then the next run scores with it."""
    model = door.one(request, MODELS, model_id)
    door.require(request, CHANGE)
    if request.method == "POST" and door.attempt(
        request,
        lambda: weighting_models.activate(model, **door.said(request)),
        lambda made: _("“%s” is active.") % made.name,
    ):
        return HttpResponseRedirect(door.to(model, "change", model.pk))
    former = WeightingModel.objects.filter(status=WeightingModel.Status.ACTIVE).exclude(pk=model.pk).first()
    says = [
        (
            "schedule",
            _("The next nightly run scores people and buying groups with it. All scores may change."),
        ),
        ("lock", _("Its bands and weights cannot be changed any more.")),
    ]
    if former is not None:
        says.append(("inventory_2", _("“%s” is archived; it can be duplicated.") % former.name))
    return _confirm(
        request, model, says, title=_("Activate"), heading=_("Activate “%s”") % model.name, icon="bolt"
    )


def delete(request: HttpRequest, model_id: Any) -> HttpResponse:
    """A draft, gone for good."""
    model = door.one(request, MODELS, model_id)
    door.require(request, "buying_groups.delete_weightingmodel")
    if request.method == "POST" and door.attempt(
        request,
        lambda: weighting_models.delete(model, by=request.user),
        lambda _none: _("“%s” is deleted.") % model.name,
    ):
        return HttpResponseRedirect(door.to(WeightingModel, "changelist"))
    says = [("delete_forever", _("The draft with its bands and weights, for good."))]
    heading = _("Delete “%s”") % model.name
    return _confirm(request, model, says, title=_("Delete"), heading=heading, icon="delete", danger=True)


def _confirm(
    request: HttpRequest, model: WeightingModel, says: list[tuple[str, str]], **context: Any
) -> HttpResponse:
    """A question about a draft; of any other model it says that there is nothing to do."""
    return door.page(
        request,
        "buying_groups/admin/weighting_confirm.html",
        WeightingModel,
        object=model,
        says=says,
        is_draft=model.status == DRAFT,
        back=door.to(model, "change", model.pk),
        submit=context["title"],
        **context,
    )
