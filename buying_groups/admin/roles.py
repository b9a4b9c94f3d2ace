"""Roles in the admin: the list, and one to make, change or delete."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import exports
from accounts.admin import cells, door
from accounts.admin.own_pages import Authored, Pages
from accounts.admin.readable import Dropdown
from accounts.services.saving import DESCRIPTION_LENGTH
from buying_groups.admin import deleting, tabs
from buying_groups.models import Role, TemplateRole
from buying_groups.services import roles
from buying_groups.services.roles import NAME_LENGTH

ROLES = Role.objects.select_related("created_by")
BUILT_IN, CUSTOM = "built_in", "custom"


class RoleForm(forms.Form):
    """A role. The unique name is checked by the service."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=NAME_LENGTH, widget=forms.TextInput)
    description = forms.CharField(
        label=gettext_lazy("Description"),
        required=False,
        max_length=DESCRIPTION_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("What somebody in this role does in a decision, for your colleagues."),
    )


class SortFilter(Dropdown):
    """Built in, or made here."""

    title, parameter_name = gettext_lazy("type"), "type"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(BUILT_IN, gettext_lazy("Built in")), (CUSTOM, gettext_lazy("Custom"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in (BUILT_IN, CUSTOM):
            return queryset
        return queryset.filter(is_built_in=self.value() == BUILT_IN)


def create(request: HttpRequest) -> HttpResponse:
    """A new role."""
    door.require(request, "buying_groups.add_role")
    form = RoleForm(request.POST or None)
    made = door.submit(request, form, lambda given: roles.create(**given, **door.said(request)))
    if made is not None:
        return door.done(
            request, _("“%(name)s” is a role now.") % {"name": made}, door.to(Role, "changelist")
        )
    left = Role.MOST - Role.objects.count()
    fixed = [(_("Roles that may still be added"), left)]
    return _page(
        request, form, title=_("Add role"), submit=_("Add role"), may_change=left > 0, fixed=fixed,
        status=400 if form.errors else 200,
    )  # fmt: skip


def edit(request: HttpRequest, role_id: Any) -> HttpResponse:
    """Name and description; of a built-in role to read."""
    role = door.one(request, ROLES, role_id)
    may_change = door.may(request, "buying_groups.change_role") and not role.is_built_in
    if request.method == "POST":
        door.require(request, "buying_groups.change_role")
    form = RoleForm(request.POST or None, initial={"name": role.name, "description": role.description})
    for field in form.fields.values():
        field.disabled = not may_change
    saved = door.submit(request, form, lambda given: roles.edit(role, **given, **door.said(request)))
    if saved is not None:
        return door.done(request, _("“%(name)s” is saved.") % {"name": saved}, door.to(Role, "changelist"))
    fixed = [(_("Type"), _("Built in: it can be neither changed nor deleted."))] if role.is_built_in else []
    return _page(
        request, form, role, title=role.name, submit=_("Save"), may_change=may_change, fixed=fixed,
        status=400 if form.errors else 200,
    )  # fmt: skip


def delete(request: HttpRequest, role_id: Any) -> HttpResponse:
    """Gone for good, unless somebody uses it; who does is said."""
    role = door.one(request, ROLES, role_id)
    if role.is_built_in:
        door.attempt(request, lambda: roles.delete(role, by=request.user), str)
        return HttpResponseRedirect(door.to(Role, "changelist"))
    return deleting.dialog(
        request,
        role,
        act=lambda: roles.delete(role, by=request.user),
        users=roles.used_by(role),
        says=[("delete_forever", _("The role and its description, for good. Nobody has it."))],
        title=_("Delete role"),
        named=("buying_group_role", [role]),
    )


def _page(request: HttpRequest, form: forms.Form, role: Role | None = None, **context: Any) -> HttpResponse:
    may_delete = role is not None and not role.is_built_in and door.may(request, "buying_groups.delete_role")
    return door.page(
        request,
        "small_form.html",
        Role,
        icon="badge",
        form=form,
        object=role,
        back=door.to(Role, "changelist"),
        delete_url=door.to(role, "delete", role.pk) if role and may_delete else "",
        **context,
    )


@admin.register(Role)
class RoleAdmin(Authored, tabs.TabbedTable):
    """All roles: twenty at most, the built-in ones first."""

    tab = tabs.ROLES
    columns = ("name", "kind", "about", "n_templates", "creator", "created", "updated")
    sortable_by = ("name", "kind", "n_templates", "created", "updated")
    list_select_related = ("created_by",)
    list_filter = (SortFilter,)
    search_fields = ("name",)
    search_help_text = gettext_lazy("Search by name")
    ordering = ("position",)
    export_permission = "buying_groups.view_role"
    add_label = gettext_lazy("Add role")
    pages = Pages(change=edit, add=create, delete=delete)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Role]:
        used = TemplateRole.objects.filter(role=OuterRef("pk")).order_by().values("role")
        return Role.objects.annotate(
            templates=Coalesce(Subquery(used.annotate(n=Count("template")).values("n")), 0)
        )

    @admin.display(description=gettext_lazy("Type"), ordering="position")
    def kind(self, role: Role) -> str:
        return cells.badge("type", _("Built in") if role.is_built_in else _("Custom"))

    @admin.display(description=gettext_lazy("Description"))
    def about(self, role: Role) -> str:
        return cells.short(role.description)

    @admin.display(description=gettext_lazy("Role templates"), ordering="templates")
    def n_templates(self, role: Any) -> str:
        return cells.amount(role.templates)

    def csv_columns(self, request: HttpRequest) -> list[exports.Column]:
        names = ("name", "is_built_in", "description", "templates", "created_at", "updated_at")
        return [exports.Column(name, F(name)) for name in names]
