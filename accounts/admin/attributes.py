"""Custom attributes: what an administrator adds to accounts and people."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import F
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import exports
from accounts.admin import door
from accounts.admin.filters import SubjectFilter
from accounts.admin.table import Table
from accounts.models import CustomAttribute
from accounts.services import attributes

TEXT = forms.TextInput
SELECT = forms.Select
YES = forms.CheckboxInput


class EditForm(forms.Form):
    """What may change once an attribute exists."""

    label = forms.CharField(
        label=gettext_lazy("Label"),
        max_length=100,
        widget=TEXT,
        help_text=gettext_lazy("How pages and pickers call it."),
    )
    managed = forms.BooleanField(
        label=gettext_lazy("Managed"),
        required=False,
        initial=True,
        widget=YES,
        help_text=gettext_lazy("Journeys may read it, in conditions."),
    )
    updatable = forms.BooleanField(
        label=gettext_lazy("Updatable"),
        required=False,
        widget=YES,
        help_text=gettext_lazy("Actions of journeys may write it; only when managed."),
    )


class NewForm(EditForm):
    """A new attribute, with what is fixed from then on."""

    subject = forms.ChoiceField(
        label=gettext_lazy("About"), choices=CustomAttribute.Subject.choices, widget=SELECT
    )
    type = forms.ChoiceField(label=gettext_lazy("Type"), choices=CustomAttribute.Type.choices, widget=SELECT)
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=63,
        widget=TEXT,
        help_text=gettext_lazy(
            "Small letters, digits and _. Files and conditions use it, so it is fixed once made, as is the type."
        ),
    )
    field_order = ("subject", "label", "name", "type")


@admin.register(CustomAttribute)
class CustomAttributeAdmin(Table):
    """All custom attributes; there are few."""

    columns = ("label", "name", "subject", "type", "managed", "updatable")
    ordering = ("subject", "label")
    sortable_by = ("label", "name", "subject", "type")
    list_filter = (SubjectFilter,)
    search_fields = ("name", "label")
    list_disable_select_all = True
    export_permission = "accounts.view_customattribute"
    change_list_template = "accounts/admin/list.html"
    add_label = gettext_lazy("Add attribute")
    empty_icon = "label"
    empty_text = gettext_lazy(
        "An attribute of your own: something about accounts or people that has no column yet."
    )

    def csv_columns(self, request: HttpRequest) -> list[exports.Column]:
        return [exports.Column(name, F(name)) for name in self.columns]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        door.require(request, "accounts.add_customattribute")
        form = NewForm(request.POST or None)
        made = door.submit(request, form, lambda given: attributes.create(**given, by=request.user))
        if made is not None:
            return door.done(
                request, _("“%s” is an attribute now.") % made, door.to(CustomAttribute, "changelist")
            )
        return _page(
            request, form, title=_("Add custom attribute"), submit=_("Add attribute"), may_change=True
        )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        attribute = door.one(request, CustomAttribute.objects.all(), object_id)
        may_change = door.may(request, "accounts.change_customattribute")
        if request.method == "POST":
            door.require(request, "accounts.change_customattribute")
        initial = {"label": attribute.label, "managed": attribute.managed, "updatable": attribute.updatable}
        form = EditForm(request.POST or None, initial=initial)
        for field in form.fields.values():
            field.disabled = not may_change
        saved = door.submit(
            request, form, lambda given: attributes.edit(attribute.pk, **given, by=request.user)
        )
        if saved is not None:
            return door.done(request, _("“%s” is saved.") % saved, door.to(CustomAttribute, "changelist"))
        fixed = [
            (_("About"), attribute.get_subject_display()),
            (_("Name"), attribute.name),
            (_("Type"), attribute.get_type_display()),
        ]
        return _page(
            request,
            form,
            attribute,
            title=attribute.label,
            submit=_("Save"),
            may_change=may_change,
            fixed=fixed,
        )

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        attribute = door.one(request, CustomAttribute.objects.all(), object_id)
        door.require(request, "accounts.delete_customattribute")
        if request.method == "POST" and door.attempt(
            request,
            lambda: attributes.delete(attribute.pk, by=request.user),
            lambda _none: _("“%s” is deleted.") % attribute,
        ):
            return HttpResponseRedirect(door.to(CustomAttribute, "changelist"))
        says = [
            (
                "delete_forever",
                _("The attribute, for good. No value goes: one that has values cannot be deleted."),
            ),
            ("warning", _("Actions of journeys that write it can no longer be taken.")),
            (
                "lock",
                _(
                    "An attribute that a journey, a list, an audience or a role template asks for cannot be deleted."
                ),
            ),
        ]
        return door.page(
            request,
            "delete.html",
            CustomAttribute,
            title=_("Delete custom attribute"),
            object=attribute,
            says=says,
            heading=_("Delete “%s”") % attribute,
            back=door.to(attribute, "change", attribute.pk),
            submit=_("Delete attribute"),
        )


def _page(
    request: HttpRequest, form: forms.Form, attribute: CustomAttribute | None = None, **context: Any
) -> HttpResponse:
    may_delete = attribute is not None and door.may(request, "accounts.delete_customattribute")
    delete_url = door.to(attribute, "delete", attribute.pk) if attribute and may_delete else ""
    return door.page(
        request,
        "small_form.html",
        CustomAttribute,
        status=400 if form.errors else 200,
        icon="label",
        form=form,
        object=attribute,
        back=door.to(CustomAttribute, "changelist"),
        delete_url=delete_url,
        **context,
    )
