"""A role template: made, named, published, deleted. Its cards are in `role_template_editor`."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts.admin import door, seen
from accounts.admin.saved_form import NamedForm
from buying_groups.admin import deleting
from buying_groups.admin.role_template_frame import (
    CHANGE,
    DRAFT,
    TEMPLATES,
    placed,
    roles_of,
    show,
    with_words,
)
from buying_groups.models import Role, RoleTemplate
from buying_groups.services import role_templates


def create(request: HttpRequest) -> HttpResponse:
    """A new template, as a draft that begins with the first role."""
    door.require(request, "buying_groups.add_roletemplate")
    form = NamedForm(request.POST or None)
    made = door.submit(request, form, lambda given: _create(request, given))
    if made is not None:
        return door.done(
            request, _("“%(name)s” is a draft.") % {"name": made.name}, door.to(made, "change", made.pk)
        )
    return door.page(
        request,
        "form_dialog.html",
        RoleTemplate,
        title=_("Add role template"),
        status=400 if form.errors else 200,
        form=form,
        icon="assignment_ind",
        back=door.to(RoleTemplate, "changelist"),
        submit=_("Add role template"),
    )


def _create(request: HttpRequest, given: dict[str, Any]) -> RoleTemplate:
    first = Role.objects.order_by("position").values_list("pk", flat=True)[:1]
    return role_templates.create(**given, roles=[{"role": id} for id in first], **door.said(request))


def settings(request: HttpRequest, template_id: Any) -> HttpResponse:
    """Name and description of a draft."""
    template = door.one(request, TEMPLATES, template_id)
    may_change = template.status == DRAFT and door.may(request, CHANGE)
    if request.method == "POST":
        door.require(request, CHANGE)
    initial = {"name": template.name, "description": template.description}
    form = NamedForm(request.POST or None, initial=initial)
    for field in form.fields.values():
        field.disabled = not may_change
    said = {**door.said(request), "unchanged_since": seen.moment(request)}
    saved = door.submit(request, form, lambda given: role_templates.edit(template, **given, **said))
    if saved is not None:
        return door.done(
            request, _("“%(name)s” is saved.") % {"name": saved.name}, door.to(saved, "settings", saved.pk)
        )
    return show(
        request,
        template,
        "template_settings.html",
        "settings",
        status=400 if form.errors else 200,
        form=form,
        may_change=may_change,
        seen=seen.shown(request, template),
        newer=seen.newer(form, template),
        submit=_("Save"),
    )


def publish(request: HttpRequest, template_id: int) -> HttpResponse:
    """What becomes final, or what keeps it from that; then it is live."""
    template = door.one(request, TEMPLATES, template_id)
    door.require(request, "buying_groups.publish_roletemplate")
    form = forms.Form(request.POST if request.method == "POST" else None)
    published = door.submit(
        request, form, lambda _given: role_templates.publish(template, **door.said(request))
    )
    if published is not None:
        back = door.to(published, "change", published.pk)
        return door.done(request, _("“%(name)s” is live.") % {"name": published.name}, back)
    rows = list(roles_of(template))
    found = role_templates.problems(template)
    return door.page(
        request,
        "buying_groups/admin/template_publish.html",
        RoleTemplate,
        title=_("Publish"),
        heading=_("Publish “%(name)s”") % {"name": template.name},
        object=template,
        form=form,
        status=409 if form.errors else 200,
        problems=placed(found, [str(row.role) for row in rows]),
        is_draft=template.status == DRAFT,
        roles=with_words(rows),
        icon="publish",
        back=door.to(template, "change", template.pk),
        submit=_("Publish"),
    )


def delete(request: HttpRequest, template_id: Any) -> HttpResponse:
    """Gone for good, unless a solution interest uses it; which one is said."""
    template = door.one(request, TEMPLATES, template_id)
    return deleting.dialog(
        request,
        template,
        act=lambda: role_templates.delete(template, by=request.user),
        users=role_templates.used_by(template),
        says=[
            ("delete_forever", _("The template with its roles, weights and conditions, for good.")),
            ("badge", _("The roles themselves stay.")),
        ],
        title=_("Delete role template"),
    )
