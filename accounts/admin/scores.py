"""Named scores that people carry."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import F
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import exports
from accounts.admin import cells, door
from accounts.admin.table import Table
from accounts.models import Score
from accounts.services import scores

TEXT = forms.TextInput


class EditForm(forms.Form):
    """What may change once a score exists."""

    label = forms.CharField(
        label=gettext_lazy("Label"),
        max_length=100,
        widget=TEXT,
        help_text=gettext_lazy("How pages and pickers call it."),
    )
    description = forms.CharField(
        label=gettext_lazy("Description"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class NewForm(EditForm):
    """A new score, whose name is fixed from then on."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=63,
        widget=TEXT,
        help_text=gettext_lazy(
            "Small letters, digits and _. Journeys and files use it, so it is fixed once made."
        ),
    )
    field_order = ("label", "name")


@admin.register(Score)
class ScoreAdmin(Table):
    """All scores; there are few."""

    columns = ("label", "name", "about")
    ordering = ("label",)
    sortable_by = ("label", "name")
    search_fields = ("name", "label")
    list_disable_select_all = True
    export_permission = "accounts.view_score"
    change_list_template = "accounts/admin/list.html"
    add_label = gettext_lazy("Add score")
    empty_icon = "speed"
    empty_text = gettext_lazy(
        "A score is a number that people carry, such as fit or interest. Journeys change it and decide by it."
    )

    @admin.display(description=gettext_lazy("Description"))
    def about(self, score: Score) -> str:
        return cells.short(score.description)

    def csv_columns(self, request: HttpRequest) -> list[exports.Column]:
        return [exports.Column(name, F(name)) for name in ("label", "name", "description")]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        door.require(request, "accounts.add_score")
        form = NewForm(request.POST or None)
        made = door.submit(request, form, lambda given: scores.create(**given, by=request.user))
        if made is not None:
            return door.done(request, _("“%s” is a score now.") % made, door.to(Score, "changelist"))
        return _page(request, form, title=_("Add score"), submit=_("Add score"), may_change=True)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        score = door.one(request, Score.objects.all(), object_id)
        may_change = door.may(request, "accounts.change_score")
        if request.method == "POST":
            door.require(request, "accounts.change_score")
        form = EditForm(
            request.POST or None, initial={"label": score.label, "description": score.description}
        )
        for field in form.fields.values():
            field.disabled = not may_change
        saved = door.submit(request, form, lambda given: scores.edit(score.pk, **given, by=request.user))
        if saved is not None:
            return door.done(request, _("“%s” is saved.") % saved, door.to(Score, "changelist"))
        fixed = [(_("Name"), score.name)]
        return _page(
            request, form, score, title=score.label, submit=_("Save"), may_change=may_change, fixed=fixed
        )

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        score = door.one(request, Score.objects.all(), object_id)
        door.require(request, "accounts.delete_score")
        if request.method == "POST" and door.attempt(
            request,
            lambda: scores.delete(score.pk, by=request.user),
            lambda _none: _("“%s” is deleted.") % score,
        ):
            return HttpResponseRedirect(door.to(Score, "changelist"))
        says = [
            (
                "delete_forever",
                _("The score, for good. No value goes: one that people have cannot be deleted."),
            ),
            (
                "warning",
                _("Actions of journeys that change it can no longer be taken."),
            ),
            (
                "lock",
                _(
                    "A score that a journey, a list, an audience or a role template asks for cannot be deleted."
                ),
            ),
        ]
        return door.page(
            request,
            "delete.html",
            Score,
            title=_("Delete score"),
            object=score,
            says=says,
            submit=_("Delete score"),
            heading=_("Delete “%s”") % score,
            back=door.to(score, "change", score.pk),
        )


def _page(request: HttpRequest, form: forms.Form, score: Score | None = None, **context: Any) -> HttpResponse:
    may_delete = score is not None and door.may(request, "accounts.delete_score")
    return door.page(
        request,
        "small_form.html",
        Score,
        status=400 if form.errors else 200,
        icon="speed",
        form=form,
        object=score,
        back=door.to(Score, "changelist"),
        delete_url=door.to(score, "delete", score.pk) if score and may_delete else "",
        **context,
    )
