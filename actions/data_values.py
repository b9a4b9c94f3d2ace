"""What the two actions that change a value share: their settings, and the statement's pieces."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts import attributes
from accounts.attributes import Attribute, Subject
from accounts.findings import Finding
from accounts.sql import Sql, name, sql
from actions.base import Labels
from actions.settings import Context, Setting, check_settings, said_of


@dataclass(frozen=True)
class AttributeName(Setting):
    """The full name of an attribute that journeys may write: "account.industry", "person.custom.tier"."""

    subject: Subject = "account"

    def schema(self) -> dict[str, Any]:
        return {**super().schema(), "format": f"{self.subject}_attribute"}

    def check(self, value: Any, context: Context) -> list[Finding]:
        if not isinstance(value, str):
            return [self.wrong("wrong_type", _("the name of an attribute is needed."))]
        attribute = attributes.find(self.subject, value)
        if attribute is None:
            message = _("there is no attribute “%(name)s”.") % {"name": value}
            return [self.wrong("unknown_attribute", message + _hint(self.subject, value))]
        if not attribute.updatable:
            message = _("“%(name)s” cannot be changed by journeys.") % {"name": value}
            return [self.wrong("not_updatable", message, refused=not attribute.is_custom)]
        return []

    def fields(self, value: Any) -> Collection[str]:
        return (value,)

    def writes(self, value: Any) -> Collection[str]:
        return (value,)


@dataclass(frozen=True)
class NewValue(Setting):
    """The value to set, of the attribute's type; null clears."""

    def schema(self) -> dict[str, Any]:
        return {**super().schema(), "type": ["string", "number", "boolean", "null"]}

    def check_for(self, attribute: Attribute, value: Any) -> list[Finding]:
        """Whether the attribute takes the value."""
        if value is None and not attribute.clearable:
            message = _("%(attribute)s cannot be cleared.") % {"attribute": attribute.label}
            return [self.wrong("cannot_be_cleared", message)]
        if isinstance(value, str) and not value.strip():
            message = str(_("this is needed; to clear the value, give null."))
            return [self.wrong("missing", message, refused=False)]
        try:
            attributes.parse(attribute, value)
        except ValueError as error:
            return [self.wrong("wrong_value", str(error))]
        return []


VALUE = NewValue("value", _("New value"), help=_("Of the attribute's type. Null clears."))


def check(declared: AttributeName, settings: Mapping[str, Any], context: Context) -> list[Finding]:
    """The check of {"attribute", "value"}. A value of null is given; one that is not there is missing."""
    known = check_settings((declared, VALUE), {**settings, VALUE.name: ""}, context)
    findings = [finding for finding in known if finding.at != (VALUE.name,)]
    if VALUE.name not in settings:
        return [*findings, VALUE.wrong("missing", _("this is needed."), refused=False)]
    named = settings.get(declared.name)
    attribute = attributes.find(declared.subject, named) if isinstance(named, str) else None
    return findings + (VALUE.check_for(attribute, settings[VALUE.name]) if attribute else [])


def summary(settings: Mapping[str, Any], labels: Labels) -> str:
    """“Industry: Banking”, in one line; an attribute without a label by its name."""
    attribute = settings.get("attribute")
    if not attribute:
        return ""
    value = settings.get("value", "")
    return said_of(labels(attribute) or attribute, _("cleared") if value is None else _said(value))


@dataclass(frozen=True)
class NewData:
    """An attribute and what it becomes, as pieces of SQL; `value` as `attributes.parse` returned it."""

    attribute: Attribute
    value: Any

    @classmethod
    def of(cls, subject: Subject, settings: Mapping[str, Any]) -> NewData | None:
        """From the settings; None when the attribute has gone, is closed or takes other values."""
        attribute = attributes.find(subject, settings["attribute"])
        if attribute is None or not attribute.updatable:
            return None
        try:
            return cls(attribute, attributes.parse(attribute, settings["value"]))
        except ValueError:
            return None

    def differs(self, row: str) -> Sql:
        """Whether the row of this alias has another value now."""
        if self.attribute.is_custom:
            return sql(
                "{held} IS DISTINCT FROM {new}::jsonb",
                held=self.attribute.stored(row), new=None if self.value is None else json.dumps(self.value),
            )  # fmt: skip
        return sql(
            "{row}.{column} IS DISTINCT FROM {new}::{cast}",
            row=Sql(row), column=name(self.attribute.key), new=self.value, cast=Sql(self.attribute.cast),
        )  # fmt: skip

    def payload(self, old: Sql) -> Sql:
        """The payload of the event; the new value is worked out once, not for every row."""
        return sql(
            "jsonb_build_object('attribute', {name}::text, 'old', {old}, 'new', {new})",
            name=self.attribute.name, old=old, new=self._new(),
        )  # fmt: skip

    def _new(self) -> Sql:
        if self.attribute.is_custom:
            return sql("{value}::jsonb", value=None if self.value is None else json.dumps(self.value))
        return sql(
            "(SELECT {stored} FROM (SELECT {value}::{cast} AS {column}) AS given)",
            stored=self.attribute.stored("given"), value=self.value, cast=Sql(self.attribute.cast),
            column=name(self.attribute.key),
        )  # fmt: skip


def _hint(subject: Subject, value: str) -> str:
    known = [attribute.name for attribute in attributes.all_of(subject) if attribute.updatable]
    close = get_close_matches(value, known, 1) or get_close_matches(f"{subject}.{value}", known, 1)
    return " " + _("Did you mean “%(name)s”?") % {"name": close[0]} if close else ""


def _said(value: Any) -> str:
    return str(_("yes") if value else _("no")) if isinstance(value, bool) else str(value)
