"""Personas: sorts of people, told by values of their attributes (reference 15.2, U 31, U 32).

`attributes` as they are given: `[{"field": "person.job_title", "values": ["CFO", "Chief Financial Officer"]}]`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import conditions, values
from accounts.conditions import users
from accounts.conditions.attributes import ColumnField, CustomField
from accounts.conditions.lookup import Lookup
from accounts.errors import Conflict, User, require
from accounts.findings import Finding
from accounts.services import saving
from buying_groups import personas
from buying_groups.models import Persona
from buying_groups.services.opening import opened

NOUN = gettext_lazy("A persona")
NAME_LENGTH = 100
KEYS = {"field", "values"}


def fields() -> dict[str, str]:
    """What may tell a persona: the texts that are known of people, as {name: label}."""
    return {
        name: str(field.label)
        for name, field in Lookup().fields().items()
        if isinstance(field, ColumnField | CustomField)
        and field.subject == "person"
        and field.type == conditions.Type.TEXT
    }


@transaction.atomic
def create(
    *, name: str, attributes: Any, description: str = "", position: int | None = None, by: User, now: datetime
) -> Persona:
    """A new persona: the last one, or the one at `position` (1: the first to fit).

    :raises PermissionDenied: if `by` may not add personas
    :raises Conflict: `too_many` if there are twenty
    :raises Invalid: if a value is wrong
    """
    require(by, "buying_groups.add_persona")
    saving.one_at_a_time()
    others = Persona.objects.all()
    if others.count() >= Persona.MOST:
        message = _("There are %(n)s personas, which is the most; delete one first.")
        raise Conflict("too_many", message % {"n": Persona.MOST})
    _refuse(others, name, description, attributes, position)
    persona = Persona(
        name=values.tidy(name), description=description.strip(), condition=_condition(attributes),
        position=0, created_at=now, updated_at=now, created_by_id=by.pk if by is not None else None,
    )  # fmt: skip
    _save(persona, position or Persona.MOST)
    return persona


@transaction.atomic
def edit(
    persona: Persona, *, name: str | None = None, description: str | None = None, attributes: Any = None,
    position: int | None = None, by: User, now: datetime, unchanged_since: datetime | None = None,
) -> Persona:  # fmt: skip
    """Change what is given (None: as it is). Conditions that name the persona ask by its new values from now on.

    `unchanged_since`: the `updated_at` that the caller has seen.

    :raises PermissionDenied: if `by` may not change personas
    :raises Conflict: `gone`
    :raises Invalid: if a value is wrong
    :raises Stale: if somebody changed it in between
    """
    require(by, "buying_groups.change_persona")
    saving.one_at_a_time()
    current = opened(persona, unchanged_since=unchanged_since)
    name = current.name if name is None else name
    description = current.description if description is None else description
    if attributes is None:
        attributes = given(current)
    _refuse(Persona.objects.exclude(pk=current.pk), name, description, attributes, position)
    current.name, current.description, current.updated_at = values.tidy(name), description.strip(), now
    current.condition = _condition(attributes)
    _save(current, position or current.position)
    return current


@transaction.atomic
def delete(persona: Persona, *, by: User, unchanged_since: datetime | None = None) -> None:
    """Delete a persona for good (reference U 31: blocked while something uses it).

    :raises PermissionDenied: if `by` may not delete personas
    :raises Conflict: `in_use` if a condition, as a role template's, names it
    :raises Stale: if somebody changed it in between
    """
    require(by, "buying_groups.delete_persona")
    saving.one_at_a_time()
    if not Persona.objects.filter(pk=persona.pk).exists():
        return
    current = opened(persona, unchanged_since=unchanged_since, to_delete=True)
    if found := used_by(current):
        raise saving.in_use(current.name, found)
    current.delete()


def used_by(persona: Persona) -> list[str]:
    """Whose conditions name it."""
    return users.naming(personas.RESOURCE, persona.pk)


def given(persona: Persona) -> list[dict[str, Any]]:
    """The attributes of a persona as they are given."""
    return [{"field": field, "values": values} for field, values in personas.attributes(persona.condition)]


def _save(persona: Persona, position: int) -> None:
    """The persona at its place; those behind it make room. Places are counted from 1, without gaps."""
    order = list(Persona.objects.exclude(pk=persona.pk).order_by("position", "pk"))
    order.insert(position - 1, persona)
    persona.position = order.index(persona) + 1
    saving.save(persona, NOUN)
    for place, other in enumerate(order, start=1):
        if other.position != place:
            Persona.objects.filter(pk=other.pk).update(position=place)


def _condition(attributes: list[dict[str, Any]]) -> dict[str, Any]:
    filters = [
        {"field": item["field"], "operator": "is", "value": [value.strip() for value in item["values"]]}
        for item in attributes
    ]
    return {"match": "all", "filters": filters}


def _refuse(others: Any, name: Any, description: Any, attributes: Any, position: int | None) -> None:
    found = list(saving.faults(others, NOUN, name, description, longest=NAME_LENGTH))
    found += _faults(attributes)
    if position is not None and position < 1:
        found.append(Finding("wrong_value", _("Places are counted from 1."), ("position",)))
    saving.refuse_any(found or _too_many_in_all(others, attributes))


def _faults(attributes: Any) -> Iterator[Finding]:
    if not isinstance(attributes, list):
        yield Finding("wrong_type", _("The attributes of a persona are a list."), ("attributes",))
        return
    if not 1 <= len(attributes) <= Persona.MOST_ATTRIBUTES:
        message = _("A persona is told by 1 to %(most)s attributes.") % {"most": Persona.MOST_ATTRIBUTES}
        yield Finding("too_many" if attributes else "empty_value", message, ("attributes",))
        return
    known, seen = fields(), set()
    for index, item in enumerate(attributes):
        for finding in _item_faults(item, known):
            yield finding.under("attributes", index)
        field = item.get("field") if isinstance(item, dict) else None
        if isinstance(field, str):
            if field in seen:
                yield Finding("twice", _("This attribute is there already."), ("attributes", index, "field"))
            seen.add(field)


def _item_faults(item: Any, known: dict[str, str]) -> Iterator[Finding]:
    if not isinstance(item, dict):
        yield Finding("wrong_type", _("An attribute is an object with “field” and “values”."))
        return
    for key in item.keys() - KEYS:
        yield Finding(
            "unknown_field", _("“%(key)s” is not a key here.") % {"key": str(key)[:60]}, (str(key),)
        )
    if not isinstance(item.get("field"), str) or item["field"] not in known:
        yield Finding(
            "not_found", _("A text that is known of people is needed, as person.job_title."), ("field",)
        )
        return
    values = item.get("values")
    if not isinstance(values, list):
        yield Finding("wrong_type", _("The values of an attribute are a list of texts."), ("values",))
        return
    asked = {"field": item["field"], "operator": "is", "value": values}
    for finding in conditions.check({"match": "all", "filters": [asked]}, about="person"):
        yield Finding(finding.code, finding.message, ("values", *finding.at[3:]))


def _too_many_in_all(others: Any, attributes: list[dict[str, Any]]) -> Iterator[Finding]:
    """Reference 15.2: ten attributes, over all personas."""
    named = {field for other in others for field, _values in personas.attributes(other.condition)}
    named |= {item["field"] for item in attributes}
    if len(named) > Persona.MOST_ATTRIBUTES_IN_ALL:
        message = _("All personas together would be told by %(n)s attributes; at most %(most)s are allowed.")
        words = {"n": len(named), "most": Persona.MOST_ATTRIBUTES_IN_ALL}
        yield Finding("too_many", message % words, ("attributes",))
