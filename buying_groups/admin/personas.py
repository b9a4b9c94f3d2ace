"""Personas in the admin: the list, in their order, and one to make, change or delete."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import exports
from accounts.admin import cells, door
from accounts.admin.own_pages import Authored, Pages
from accounts.admin.table import Table
from accounts.conditions import registry
from accounts.findings import Invalid, Place
from accounts.services.saving import DESCRIPTION_LENGTH
from buying_groups.admin import deleting
from buying_groups.models import Persona
from buying_groups.personas import attributes
from buying_groups.services import personas
from buying_groups.services.personas import NAME_LENGTH

PERSONAS = Persona.objects.select_related("created_by")


class PersonaForm(forms.Form):
    """A persona, with room for five attributes. Values are checked by the service."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=NAME_LENGTH, widget=forms.TextInput)
    description = forms.CharField(
        label=gettext_lazy("Description"),
        required=False,
        max_length=DESCRIPTION_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    position = forms.IntegerField(
        label=gettext_lazy("Place"),
        required=False,
        min_value=1,
        max_value=Persona.MOST,
        widget=forms.NumberInput,
        help_text=gettext_lazy("A person has the first persona that fits. Empty: the last place."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [("", "–"), *personas.fields().items()]
        for n in range(Persona.MOST_ATTRIBUTES):
            self.fields[_field(n)] = forms.ChoiceField(
                label=_("Attribute %(n)s") % {"n": n + 1}, choices=known, required=False, widget=forms.Select
            )
            self.fields[_values(n)] = forms.CharField(
                label=_("Values"),
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
                help_text=_(
                    "Any of these, with commas between them; upper or lower case is the same. All attributes must fit."
                )
                if n == 0
                else "",
            )

    def clean(self) -> dict[str, Any]:
        """The attributes as the service takes them, in `attributes`; `rows`: where each of them stands."""
        given = super().clean() or {}
        rows = [(given.pop(_field(n), ""), given.pop(_values(n), "")) for n in range(Persona.MOST_ATTRIBUTES)]
        for n, (field, values) in enumerate(rows):
            if bool(field) != bool(values.strip()):
                missing = _values(n) if field else _field(n)
                self.add_error(missing, _("An attribute and its values belong together."))
        self.rows = [n for n, (field, _values_of) in enumerate(rows) if field]
        if not self.errors and not self.rows:
            self.add_error(_field(0), _("At least one attribute is needed."))
        given["attributes"] = [{"field": rows[n][0], "values": split(rows[n][1])} for n in self.rows]
        return given

    def at_its_row(self, wrong: Invalid) -> Invalid:
        """What the service found, at the rows of the form, some of which may be empty."""
        return Invalid([replace(finding, at=self._at(finding.at)) for finding in wrong.findings])

    def _at(self, at: Place) -> Place:
        match at:
            case ("attributes", int(index), *rest):
                return ("attributes", self.rows[index], *rest)
            case ("attributes",):
                return ("attributes", 0, "field")
        return at


def _label(field: str) -> str:
    """Of an attribute, without a look at the database: that of an administrator by its name."""
    known = registry.fixed().get(field)
    return str(known.label) if known else field.rpartition(".")[2]


def _told_by(condition: Any) -> str:
    """All of its attributes and values, for a file."""
    return "; ".join(f"{field}: {joined(values)}" for field, values in attributes(condition))


def _field(n: int) -> str:
    return f"attributes__{n}__field"


def _values(n: int) -> str:
    return f"attributes__{n}__values"


def split(text: str) -> list[str]:
    """Texts with commas or line breaks between them; one that holds a comma stands in double quotes."""
    read = csv.reader(io.StringIO(text), skipinitialspace=True)
    return [value.strip() for line in read for value in line if value.strip()]


def joined(values: Iterable[str]) -> str:
    """What `split` takes apart again."""
    return ", ".join(
        '"' + value.replace('"', '""') + '"' if any(c in value for c in ',"\n') else value for value in values
    )


def create(request: HttpRequest) -> HttpResponse:
    """A new persona."""
    door.require(request, "buying_groups.add_persona")
    form = PersonaForm(request.POST or None)
    made = _submit(request, form, lambda given: personas.create(**given, **door.said(request)))
    if made is not None:
        said = _("“%(name)s” is a persona now.") % {"name": made}
        return door.done(request, said, door.to(Persona, "changelist"))
    left = Persona.MOST - Persona.objects.count()
    fixed = [(_("Personas that may still be added"), left)]
    title = _("Add persona")
    return _page(request, form, title=title, submit=title, may_change=left > 0, fixed=fixed)


def edit(request: HttpRequest, persona_id: Any) -> HttpResponse:
    """Name, place and what tells it."""
    persona = door.one(request, PERSONAS, persona_id)
    may_change = door.may(request, "buying_groups.change_persona")
    if request.method == "POST":
        door.require(request, "buying_groups.change_persona")
    form = PersonaForm(request.POST or None, initial=_initial(persona))
    for field in form.fields.values():
        field.disabled = not may_change
    saved = _submit(request, form, lambda given: personas.edit(persona, **given, **door.said(request)))
    if saved is not None:
        return door.done(request, _("“%(name)s” is saved.") % {"name": saved}, door.to(Persona, "changelist"))
    return _page(request, form, persona, title=persona.name, submit=_("Save"), may_change=may_change)


def delete(request: HttpRequest, persona_id: Any) -> HttpResponse:
    """Gone for good, unless a condition names it."""
    persona = door.one(request, PERSONAS, persona_id)
    return deleting.dialog(
        request,
        persona,
        act=lambda: personas.delete(persona, by=request.user),
        users=personas.used_by(persona),
        says=[("delete_forever", _("The persona, for good. People may come to have another one."))],
        title=_("Delete persona"),
    )


def _submit(
    request: HttpRequest, form: PersonaForm, act: Callable[[dict[str, Any]], Persona]
) -> Persona | None:
    def put(given: dict[str, Any]) -> Persona:
        try:
            return act(given)
        except Invalid as wrong:
            raise form.at_its_row(wrong) from wrong

    return door.submit(request, form, put)


def _initial(persona: Persona) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": persona.name, "description": persona.description, "position": persona.position,
    }  # fmt: skip
    for n, item in enumerate(personas.given(persona)):
        found |= {_field(n): item["field"], _values(n): joined(item["values"])}
    return found


def _page(
    request: HttpRequest, form: forms.Form, persona: Persona | None = None, **context: Any
) -> HttpResponse:
    may_delete = persona is not None and door.may(request, "buying_groups.delete_persona")
    return door.page(
        request,
        "small_form.html",
        Persona,
        icon="person_search",
        form=form,
        object=persona,
        back=door.to(Persona, "changelist"),
        delete_url=door.to(persona, "delete", persona.pk) if persona and may_delete else "",
        status=400 if form.errors else 200,
        **context,
    )


@admin.register(Persona)
class PersonaAdmin(Authored, Table):
    """All personas, twenty at most; the first that fits is the one that a person has."""

    columns = ("name", "place", "told_by", "about", "creator", "created", "updated")
    shown = ("name", "place", "told_by", "about", "updated")
    sortable_by = ("name", "place", "created", "updated")
    list_select_related = ("created_by",)
    list_disable_select_all = True
    search_fields = ("name",)
    search_help_text = gettext_lazy("Search by name")
    ordering = ("position", "pk")
    export_permission = "buying_groups.view_persona"
    pages = Pages(change=edit, add=create, delete=delete)

    @admin.display(description=gettext_lazy("Place"), ordering="position")
    def place(self, persona: Persona) -> str:
        return cells.amount(persona.position)

    @admin.display(description=gettext_lazy("Told by"))
    def told_by(self, persona: Persona) -> str:
        said = [f"{_label(item['field'])}: {joined(item['values'])}" for item in personas.given(persona)]
        return cells.short("; ".join(said))

    @admin.display(description=gettext_lazy("Description"))
    def about(self, persona: Persona) -> str:
        return cells.short(persona.description)

    def csv_columns(self, request: HttpRequest) -> list[exports.Column]:
        names = ("position", "name", "description", "condition", "created_at", "updated_at")
        columns = {name: exports.Column(name, F(name)) for name in names}
        columns["condition"] = exports.Column("told_by", F("condition"), shown=_told_by)
        return list(columns.values())
