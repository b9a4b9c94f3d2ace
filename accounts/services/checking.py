"""The values of a form or a request, checked by the list of attributes, and how they are written and
recorded."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from accounts import events
from accounts.attributes import Attribute, Subject, all_of, json_value, parse
from accounts.errors import User
from accounts.events import Source
from accounts.findings import Finding, Invalid, Place
from accounts.models import Account, Event, EventType, Person
from accounts.sql import Sql, run, sql

Values = dict[Attribute, Any]
CHANGED = {"account": EventType.BuiltIn.ACCOUNT_DATA_CHANGED, "person": EventType.BuiltIn.PERSON_DATA_CHANGED}


def staff(by: User) -> Source:
    """The source of what a member of staff does; without a user it is the system's."""
    return Source(Event.Source.STAFF, by.pk) if by is not None else Source(Event.Source.SYSTEM)


def checked(subject: Subject, given: Mapping[str, Any], *, required: Iterable[str] = ()) -> Values:
    """`{"industry": …, "custom": {"tier": …}}` as stored values by attribute. `required` must be among them.

    :raises Invalid: a finding for each unknown key, wrong value or missing one, at its place
    """
    known = {_place(attribute): attribute for attribute in all_of(subject)}
    values: Values = {}
    findings = [
        Finding("missing", _("%(name)s: this is needed.") % {"name": known[(key,)].label}, (key,))
        for key in required
        if given.get(key) in (None, "")
    ]
    missing = {finding.at for finding in findings}
    for place, value in _flat(given):
        attribute = known.get(place)
        if attribute is None or not attribute.editable:
            findings.append(
                Finding(
                    "unknown_field",
                    _("There is no “%(place)s” to write.") % {"place": ".".join(map(str, place))},
                    place,
                )
            )
        elif place not in missing:
            _check(attribute, value, place, values, findings)
    if findings:
        raise Invalid(findings)
    return values


def _check(attribute: Attribute, value: Any, place: Place, values: Values, findings: list[Finding]) -> None:
    try:
        values[attribute] = parse(attribute, value)
    except ValueError as error:
        findings.append(Finding("invalid_value", f"{attribute.label}: {error}", place))


def _place(attribute: Attribute) -> Place:
    return ("custom", attribute.key) if attribute.is_custom else (attribute.key,)


def _flat(given: Mapping[str, Any]) -> list[tuple[Place, Any]]:
    custom = given.get("custom") or {}
    if not isinstance(custom, Mapping):
        raise Invalid(
            [Finding("invalid_value", _("Must be an object of values by attribute name."), ("custom",))]
        )
    plain = [((key,), value) for key, value in given.items() if key != "custom"]
    return [*plain, *((("custom", key), value) for key, value in custom.items())]


def current(row: Account | Person, attribute: Attribute) -> Any:
    """The value that a row has now."""
    return row.custom.get(attribute.key) if attribute.is_custom else getattr(row, attribute.key)


def write(row: Account | Person, values: Values, *, now: datetime) -> Values:
    """Put the values that differ on the row, unsaved; returns what they were."""
    old = {attribute: current(row, attribute) for attribute in values}
    changed = {attribute: was for attribute, was in old.items() if was != values[attribute]}
    for attribute in changed:
        if not attribute.is_custom:
            setattr(row, attribute.key, values[attribute])
        elif values[attribute] is None:
            row.custom.pop(attribute.key, None)
        else:
            row.custom[attribute.key] = values[attribute]
    if changed:
        row.updated_at = now
    return changed


def columns(values: Iterable[Attribute]) -> list[str]:
    """The columns to save for these attributes."""
    return sorted({"updated_at", *(attribute.column for attribute in values)})


def record(row: Account | Person, old: Values, *, source: Source, now: datetime) -> None:
    """An event for each value that has changed; one statement."""
    record_all([(row, old)], source=source, now=now)


def record_all(changed: Sequence[tuple[Account | Person, Values]], *, source: Source, now: datetime) -> None:
    """An event for each value of each row that has changed, with what it was; rows of one sort. One statement."""
    found = [
        {
            "id": row.pk,
            "payload": {
                "attribute": a.name,
                "old": json_value(a, was),
                "new": json_value(a, current(row, a)),
            },
        }
        for row, old in changed
        for a, was in old.items()
    ]
    if not found or not settings.RECORD_EVENTS:
        return
    is_account = isinstance(changed[0][0], Account)
    relation = sql(
        "jsonb_to_recordset({found}::jsonb) AS e (id bigint, payload jsonb)", found=json.dumps(found)
    )
    run(
        events.insert(
            type=CHANGED["account" if is_account else "person"], source=source, now=now,
            payload=Sql("e.payload"), relation=relation,
            account=Sql("e.id") if is_account else events.NOBODY,
            person=events.NOBODY if is_account else Sql("e.id"),
        )
    )  # fmt: skip


def record_payloads(
    type: EventType.BuiltIn, payloads: list[dict[str, Any]], *, source: Source, now: datetime,
    account: int | None = None, person: int | None = None,
) -> None:  # fmt: skip
    """One event with each payload, about one account or person."""
    if not payloads or not settings.RECORD_EVENTS:
        return
    relation = sql("jsonb_array_elements({payloads}::jsonb) AS e (payload)", payloads=json.dumps(payloads))
    run(
        events.insert(
            type=type, source=source, now=now, payload=Sql("e.payload"), relation=relation,
            account=sql("{id}::bigint", id=account), person=sql("{id}::bigint", id=person),
        )
    )  # fmt: skip
