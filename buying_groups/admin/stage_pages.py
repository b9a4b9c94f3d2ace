"""The stage model: its diagram, the editor of a draft beside its problems, and the dialogs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin import door, seen
from accounts.admin.saved_form import NamedForm
from accounts.errors import Conflict, Stale
from accounts.findings import Invalid
from buying_groups.admin import deleting, stage_diagram, stage_rows, tabs
from buying_groups.admin.stage_rows import Rows
from buying_groups.models import SolutionInterest, StageModel
from buying_groups.services import model_stages, stage_model

MODELS = StageModel.objects.select_related("created_by", "published_by")
DRAFT = StageModel.Status.DRAFT
CHANGE = "buying_groups.change_stagemodel"


class NewModelForm(NamedForm):
    """The stage model; its name is fixed from then on."""

    has_example = forms.BooleanField(
        label=gettext_lazy("Begin with an example"),
        required=False,
        initial=True,
        help_text=gettext_lazy("Six stages from awareness to purchase, to be changed as you like."),
    )


def home(request: HttpRequest) -> HttpResponse:
    """The stage model, or that there is none yet."""
    door.require(request, "buying_groups.view_stagemodel")
    model = MODELS.first()
    if model is not None:
        return page(request, model.pk)
    return door.page(
        request,
        "buying_groups/admin/stages_empty.html",
        StageModel,
        title=_("Stages"),
        section_tabs=tabs.of(request, tabs.STAGES),
        may_add=door.may(request, "buying_groups.add_stagemodel"),
    )


def create(request: HttpRequest) -> HttpResponse:
    """The stage model, as a draft."""
    door.require(request, "buying_groups.add_stagemodel")
    form = NewModelForm(request.POST or None)
    made = door.submit(request, form, lambda given: _create(request, **given))
    if made is not None:
        return door.done(request, _("“%s” is a draft.") % made.name, door.to(made, "change", made.pk))
    return door.page(
        request,
        "form_dialog.html",
        StageModel,
        title=_("Add stage model"),
        status=400 if form.errors else 200,
        form=form,
        icon="account_tree",
        back=door.to(StageModel, "changelist"),
        submit=_("Add stage model"),
    )


def _create(request: HttpRequest, *, has_example: bool, **given: Any) -> StageModel:
    return stage_model.create(**given, stages=_example() if has_example else [], **door.said(request))


def page(request: HttpRequest, model_id: Any) -> HttpResponse:
    """The diagram; below it the editor of a draft, for whoever may change it, or the stages to read."""
    model = door.one(request, MODELS, model_id)
    if request.method == "POST":
        door.require(request, CHANGE)
        if model.status == DRAFT:
            return _posted(request, model)
    stages = model_stages.as_given(model)
    may_edit = model.status == DRAFT and door.may(request, CHANGE)
    rows = stage_rows.of_stages(stages) if may_edit else None
    return _show(request, model, stages, rows)


def _posted(request: HttpRequest, model: StageModel) -> HttpResponse:
    """Save the draft; or, for a button of a row, show the form as it wants it, not saved."""
    rows, form = stage_rows.of_post(request.POST), forms.Form(request.POST)
    wish = request.POST.get("do", "save")
    if wish != "save":
        rows = stage_rows.arranged(rows, wish)
        return _show(
            request,
            model,
            model_stages.as_given(model),
            rows,
            is_saved=False,
            version=request.POST.get("seen"),
        )
    if _save(request, model, rows, form):
        return door.done(request, _("“%s” is saved.") % model.name, door.to(model, "change", model.pk))
    return _show(
        request, model, model_stages.as_given(model), rows, form=form, is_saved=False, version=request.POST.get("seen"),
        status=400,
    )  # fmt: skip


def _save(request: HttpRequest, model: StageModel, rows: Rows, form: forms.Form) -> bool:
    """Whether the service took the rows; what it said instead is shown at them."""
    version, said = seen.moment(request), door.said(request)
    try:
        stage_model.set_stages(model, rows.given(), **said, unchanged_since=version)
    except Invalid as wrong:
        said_above = rows.put(wrong.findings)
        for message in said_above or [_("It is not saved: look at the stages that are marked below.")]:
            form.add_error(None, message)
    except (Conflict, Stale) as refused:
        form.add_error(None, str(refused))
    else:
        return True
    return False


def _show(
    request: HttpRequest, model: StageModel, stages: list[dict[str, Any]], rows: Rows | None, *,
    form: forms.Form | None = None, is_saved: bool = True, version: str | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    problems = model_stages.problems(stages) if model.status == DRAFT else []
    interests = SolutionInterest.objects.filter(stage_model=model).order_by("name")
    may_publish = model.status == DRAFT and door.may(request, "buying_groups.publish_stagemodel")
    may_delete = door.may(request, "buying_groups.delete_stagemodel")
    return door.page(
        request,
        "buying_groups/admin/stages.html",
        StageModel,
        title=model.name,
        status=status,
        section_tabs=tabs.of(request, tabs.STAGES),
        object=model,
        icon="account_tree",
        heading=model.name,
        lead=model.description,
        badges=[(model.status, model.get_status_display())],
        is_draft=model.status == DRAFT,
        diagram=stage_diagram.draw(stages),
        stages=stages,
        problems=[problem.message for problem in problems],
        warnings=[warning.message for warning in model_stages.warnings(stages)]
        if model.status == DRAFT
        else [],
        rows=rows,
        form=form or forms.Form(),
        is_saved=is_saved,
        seen=version or model.updated_at.isoformat(),
        interests=interests if door.may(request, "buying_groups.view_solutioninterest") else [],
        publish_url=door.to(model, "publish", model.pk) if may_publish else "",
        delete_url=door.to(model, "delete", model.pk) if may_delete else "",
    )


def publish(request: HttpRequest, model_id: int) -> HttpResponse:
    """What is frozen, or what keeps it from that; then it is live."""
    model = door.one(request, MODELS, model_id)
    door.require(request, "buying_groups.publish_stagemodel")
    form = forms.Form(request.POST if request.method == "POST" else None)
    published = door.submit(request, form, lambda _given: stage_model.publish(model, **door.said(request)))
    if published is not None:
        back = door.to(published, "change", published.pk)
        return door.done(request, _("“%s” is live.") % published.name, back)
    stages = model_stages.as_given(model)
    return door.page(
        request,
        "buying_groups/admin/stages_publish.html",
        StageModel,
        title=_("Publish"),
        heading=_("Publish “%s”") % model.name,
        object=model,
        form=form,
        status=409 if form.errors else 200,
        diagram=stage_diagram.draw(stages),
        problems=[problem.message for problem in stage_model.problems(model)],
        warnings=[warning.message for warning in stage_model.warnings(model)],
        is_draft=model.status == DRAFT,
        icon="publish",
        back=door.to(model, "change", model.pk),
        submit=_("Publish"),
    )


def delete(request: HttpRequest, model_id: Any) -> HttpResponse:
    """Gone for good, unless something uses it; what does is said."""
    model = door.one(request, MODELS, model_id)
    return deleting.dialog(
        request,
        model,
        act=lambda: stage_model.delete(model, by=request.user),
        users=stage_model.used_by(model),
        says=[
            ("delete_forever", _("The stage model with its stages and moves, for good.")),
            ("history", _("What was recorded of groups that moved between them stays.")),
        ],
        title=_("Delete stage model"),
        named=("buying_group_stage", list(model.stages.all())),
    )


def _example() -> list[dict[str, Any]]:
    """Two ways in, one success, one failure that may be overcome (reference 9.1)."""
    success, failure = {"outcome": "success"}, {"outcome": "failure"}
    awareness, interest, consideration = _("Awareness"), _("Interest"), _("Consideration")
    intent, purchase, rejection = _("Intent"), _("Purchase"), _("Rejection")
    return [
        {"name": awareness, "is_entry": True, "leads_to": [interest, consideration]},
        {"name": interest, "is_entry": True, "leads_to": [consideration, rejection]},
        {"name": consideration, "leads_to": [intent, rejection]},
        {"name": intent, "leads_to": [purchase, rejection]},
        {"name": purchase, **success},
        {"name": rejection, **failure},
    ]
