"""How a journey comes to be: created, out of a file, as a copy."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from accounts.findings import Finding, Invalid
from journeys import services
from journeys.admin import door, forms
from journeys.admin.dialogs import Dialog, done
from journeys.document.parse import MAX_BYTES
from journeys.models import Journey

ADD = "journeys.add_journey"


def create(request: HttpRequest) -> HttpResponse:
    """Name and description; the new draft opens for building."""
    door.require(request, ADD)
    form = forms.Create(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            journey = services.create(**form.cleaned_data, **door.said(request))
        except Invalid as wrong:
            door.put(form, wrong.findings)
        else:
            said = _("“%(name)s” is a draft. Build its map.") % {"name": journey.name}
            return done(request, said, door.to("document", journey.pk))
    status = 400 if form.errors else 200
    return door.page(request, "dialogs/create.html", title=str(_("Create journey")), status=status, form=form)


def import_file(request: HttpRequest) -> HttpResponse:
    """A draft from a file, or everything that is wrong with it, each with its place."""
    door.require(request, ADD)
    form = forms.Import(request.POST, request.FILES) if request.method == "POST" else forms.Import()
    found: list[Finding] = []
    if request.method == "POST" and form.is_valid():
        try:
            journey = _import(request, form)
        except Invalid as wrong:
            found = wrong.findings
        else:
            said = _("“%(name)s” is imported as a draft.") % {"name": journey.name}
            return done(request, said, door.to("change", journey.pk))
    status = 400 if form.errors or found else 200
    return door.page(
        request,
        "dialogs/import.html",
        title=str(_("Import journey")),
        status=status,
        form=form,
        findings=found,
    )


def _import(request: HttpRequest, form: Form) -> Journey:
    # One byte more than is allowed is enough to be refused for its size.
    source = form.cleaned_data["file"].read(MAX_BYTES + 1)
    return services.import_journey(source, name=form.cleaned_data["name"] or None, **door.said(request))


class Duplicate(Dialog):
    """A copy, whole or without details (spec 1.6)."""

    name, title, template = "duplicate", _("Duplicate"), "dialogs/duplicate.html"
    form_class: type[Form] = forms.Duplicate

    def initial(self, journey: Journey) -> dict[str, Any]:
        return {"name": services.default_name(journey.name), "description": journey.description}

    def act(self, request: HttpRequest, journey: Journey, form: Form) -> HttpResponse:
        copy = services.duplicate(journey, **form.cleaned_data, **door.said(request))
        said = _("“%(copy)s” is a copy of “%(name)s”.") % {"copy": copy.name, "name": journey.name}
        return done(request, said, door.to("change", copy.pk))


def export(request: HttpRequest, journey_id: int, format: str) -> HttpResponse:
    """The journey as a file."""
    journey = door.journey_of(request, journey_id)
    by = request.user
    try:
        content = services.export(journey, by=by, format=format)
    except Journey.draft.RelatedObjectDoesNotExist:
        messages.error(request, _("This journey has no document."))
        return HttpResponseRedirect(door.to("change", journey.pk))
    name = "".join(character if character.isalnum() else "-" for character in journey.name.lower()).strip(
        "-"
    )[:80]
    types = {"yaml": "application/yaml", "json": "application/json"}
    ascii_name = name.encode("ascii", "ignore").decode() or "journey"
    headers = {"Content-Disposition": f'attachment; filename="{ascii_name}.{format}"'}
    return HttpResponse(content, content_type=f"{types[format]}; charset=utf-8", headers=headers)
