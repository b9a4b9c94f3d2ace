"""What can be asked, for forms and clients (`condition-fields`)."""

from __future__ import annotations

from typing import Any

from accounts.conditions.check import Subject
from accounts.conditions.fields import Field
from accounts.conditions.lookup import Lookup
from accounts.conditions.operators import word
from accounts.conditions.sets import SetField


def catalogue_for(about: Subject) -> list[dict[str, Any]]:
    """The fields that a condition on accounts (on people) may name, as plain data.

    `choices`: what a value may be, with labels; `resource`: what its values name; `keys`: what a filter may
    hold beside field, operator and value, `key_resources`: what these name; `fields`: those of the nested group of
    a set-like field.
    """
    subjects = {"account"} if about == "account" else {"account", "person"}
    return [_entry(field) for field in Lookup().fields().values() if field.subject in subjects]


def _entry(field: Field) -> dict[str, Any]:
    return {
        "name": field.name,
        "label": str(field.label),
        "group": str(field.group),
        "subject": field.subject,
        "type": str(field.type),
        "operators": [{"name": str(operator), "label": word(operator)} for operator in field.operators],
        "choices": [{"value": value, "label": str(label)} for value, label in field.choices],
        "resource": field.resource,
        "keys": sorted(field.keys),
        "key_resources": dict(field.key_resources),
        "fields": [_entry(nested) for nested in field.fields.values()] if isinstance(field, SetField) else [],
    }
