"""The one list of what is known of an account or a person: built-in attributes and those of an administrator.

An `Attribute` says what a value may be (`parse`, `parse_text`) and how it is stored (`stored`, `assignment`),
so that imports, actions, services and conditions treat one value alike. Names are those of spec 1.12.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from django.db import models
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts import values
from accounts.labels import LABELS
from accounts.models import Account, CustomAttribute, Person
from accounts.sql import Sql, name, sql

Subject = Literal["account", "person"]
Type = Literal["text", "number", "yes_no", "date", "choice"]

MODELS: dict[str, type[Account] | type[Person]] = {"account": Account, "person": Person}
CUSTOM_TEXT_LENGTH = 2000
# Whole numbers up to here are exact in every JSON reader.
CUSTOM_NUMBER_LIMIT = Decimal(10**15)
BIGINT_LIMIT = Decimal(2**63 - 1)


@dataclass(frozen=True)
class Attribute:
    """One value of an account or person: "account.industry", "person.custom.tier"."""

    name: str
    subject: Subject
    # The column, or the key in `custom`.
    key: str
    label: str | Promise
    type: Type
    is_custom: bool = False
    # Conditions may read it.
    managed: bool = True
    # Actions of journeys may write it.
    updatable: bool = True
    # Staff and imports may write it; false for what the system computes.
    editable: bool = True
    clearable: bool = True
    max_length: int = CUSTOM_TEXT_LENGTH
    # What each stored value of a choice is called; the empty value is not among them.
    choices: tuple[tuple[str, str | Promise], ...] = ()
    # A text that has a form of its own: "name", "email", "domain", "time_zone".
    form: str = ""
    # Numbers: decimals and range.
    places: int = 6
    minimum: Decimal = -CUSTOM_NUMBER_LIMIT
    maximum: Decimal = CUSTOM_NUMBER_LIMIT
    # The type to cast to when it is written by SQL.
    cast: str = "jsonb"
    # What is stored when it is cleared; None in `custom`: the key goes away.
    empty: Any = None

    @property
    def column(self) -> str:
        """The column it lives in."""
        return "custom" if self.is_custom else self.key

    def stored(self, row: str) -> Sql:
        """What is stored in the row of this alias as jsonb; SQL's NULL when there is no value."""
        if self.is_custom:
            return sql("NULLIF({row}.custom -> {key}::text, 'null'::jsonb)", row=Sql(row), key=self.key)
        value = sql("{row}.{column}", row=Sql(row), column=name(self.key))
        if self.cast == "text":
            return sql("to_jsonb(NULLIF({value}, ''))", value=value)
        return sql(
            "to_jsonb(trim_scale({value}))" if self.cast == "numeric" else "to_jsonb({value})", value=value
        )

    def assignment(self, value: Any, row: str) -> Sql:
        """`column = value` for the SET of an UPDATE of the table called `row`; `value` as `parse` returned
        it."""
        if not self.is_custom:
            return sql("{column} = {value}::{cast}", column=name(self.key), value=value, cast=Sql(self.cast))
        if value is None:
            return sql("custom = {row}.custom - {key}::text", row=Sql(row), key=self.key)
        return sql(
            "custom = {row}.custom || jsonb_build_object({key}::text, {value}::jsonb)",
            row=Sql(row), key=self.key, value=json.dumps(value),
        )  # fmt: skip


def parse(attribute: Attribute, value: Any) -> Any:
    """A JSON value of the API or an action as it is stored; null clears.

    :raises ValueError: with what would be right
    """
    if value is None:
        return _cleared(attribute)
    return _PARSERS[attribute.type](attribute, value)


def parse_text(attribute: Attribute, text: str) -> Any:
    """The text of a cell as it is stored; an empty cell clears (an import leaves empty cells alone before it
    asks).

    :raises ValueError: with what would be right
    """
    text = text.strip()
    if not text:
        return _cleared(attribute)
    return _TEXT_PARSERS[attribute.type](attribute, text)


def json_value(attribute: Attribute, value: Any) -> Any:
    """A stored value for JSON: numbers as numbers, dates as ISO text, missing as null."""
    if isinstance(value, Decimal):
        return _plain(value)
    if isinstance(value, date):
        return value.isoformat()
    return None if value == "" else value


def find(subject: Subject, full_name: str) -> Attribute | None:
    """The attribute of this name ("account.industry", "account.custom.tier"); a custom one costs a query."""
    if built_in := BUILT_IN[subject].get(full_name):
        return built_in
    prefix = f"{subject}.custom."
    if not full_name.startswith(prefix):
        return None
    row = CustomAttribute.objects.filter(subject=subject, name=full_name.removeprefix(prefix)).first()
    return custom(row) if row else None


def all_of(subject: Subject) -> list[Attribute]:
    """Built-in attributes, then custom ones by name; one query."""
    rows = CustomAttribute.objects.filter(subject=subject).order_by("name")
    return [*BUILT_IN[subject].values(), *(custom(row) for row in rows)]


def custom(row: CustomAttribute) -> Attribute:
    """The attribute that an administrator has defined."""
    return Attribute(
        name=f"{row.subject}.custom.{row.name}",
        subject="account" if row.subject == CustomAttribute.Subject.ACCOUNT else "person",
        key=row.name,
        label=row.label,
        type=row.type,  # type: ignore[arg-type]
        is_custom=True,
        managed=row.managed,
        updatable=row.updatable,
    )


# --- Checking a value, by type -----------------------------------------------------------------------------


def _cleared(attribute: Attribute) -> Any:
    if not attribute.clearable:
        raise ValueError(_("cannot be empty."))
    return attribute.empty


def _text(attribute: Attribute, value: Any) -> Any:
    if attribute.form == "name":
        return values.name(value, max_length=attribute.max_length) or _cleared(attribute)
    text = values.text(value, max_length=attribute.max_length)
    if not text:
        return _cleared(attribute)
    return _FORMS[attribute.form](text) if attribute.form else text


def _number(attribute: Attribute, value: Any) -> Any:
    exact = values.number(
        value, places=attribute.places, minimum=attribute.minimum, maximum=attribute.maximum
    )
    return exact if attribute.cast == "numeric" else _plain(exact)


def _plain(exact: Decimal) -> int | float:
    return int(exact) if exact == exact.to_integral_value() else float(exact)


def _yes_no(attribute: Attribute, value: Any) -> bool:
    return values.yes_no(value)


def _date(attribute: Attribute, value: Any) -> date | str:
    day = values.day(value)
    return day.isoformat() if attribute.is_custom else day


def _choice(attribute: Attribute, value: Any) -> str:
    known = [stored for stored, label in attribute.choices]
    if value == "":
        return str(_cleared(attribute))
    if value not in known:
        raise ValueError(_("must be one of %(known)s, or null for none.") % {"known": ", ".join(known)})
    return str(value)


def _choice_from_text(attribute: Attribute, text: str) -> str:
    """A stored value or its label in any case; yes/no choices take the spellings of yes and no."""
    word = text.lower()
    if word in {"not given", "not_given"}:
        return str(_cleared(attribute))
    # A file says the same to whoever reads it in, in whatever language.
    with translation.override(None):
        labels = {stored: str(label).lower() for stored, label in attribute.choices}
    for stored, label in labels.items():
        if word in {stored.lower(), label} | {"yes": values.YES, "no": values.NO}.get(stored, frozenset()):
            return stored
    known = ", ".join(labels)
    raise ValueError(
        _("“%(text)s” is not known; write one of %(known)s, or “not given”.") % {"text": text, "known": known}
    )


_FORMS = {"email": values.email, "domain": values.domain, "time_zone": values.time_zone}
_PARSERS = {"text": _text, "number": _number, "yes_no": _yes_no, "date": _date, "choice": _choice}
_TEXT_PARSERS = {
    "text": _text,
    "number": lambda attribute, text: _number(
        attribute, values.number_from_text(text, places=attribute.places)
    ),
    "yes_no": lambda attribute, text: values.yes_no_from_text(text),
    "date": _date,
    "choice": _choice_from_text,
}


# --- The built-in ones, from the models' own fields --------------------------------------------------------

FORMS = {key: key for key in ("name", "domain", "time_zone", "email")} | {"owner_email": "email"}
COMPUTED = {"engagement_score"}
NOT_FOR_ACTIONS = COMPUTED | {"external_id"}
REQUIRED = {"account.name", "person.email"}


def _built_in(subject: str, key: str) -> Attribute:
    field = MODELS[subject]._meta.get_field(key)
    assert isinstance(field, models.Field)  # noqa: S101 - the keys are columns
    kind, cast, empty = _storage(field)
    range_ = _range(field)
    return Attribute(
        name=f"{subject}.{key}", subject="account" if subject == "account" else "person", key=key, type=kind, cast=cast,
        label=LABELS[subject][key],
        updatable=key not in NOT_FOR_ACTIONS, editable=key not in COMPUTED,
        clearable=f"{subject}.{key}" not in REQUIRED,
        max_length=getattr(field, "max_length", None) or CUSTOM_TEXT_LENGTH,
        choices=tuple((str(stored), label) for stored, label in field.flatchoices),
        form=FORMS.get(key, ""), empty=empty, **range_,
    )  # fmt: skip


def _storage(field: models.Field) -> tuple[Type, str, Any]:
    """Type, SQL type and the value that stands for "none"."""
    if field.choices:
        return "choice", "text", ""
    if isinstance(field, models.CharField):
        return "text", "text", None if field.null else ""
    if isinstance(field, models.BooleanField):
        return "yes_no", "boolean", False
    if isinstance(field, models.DateField):
        return "date", "date", None
    cast = {
        models.DecimalField: "numeric",
        models.BigIntegerField: "bigint",
        models.FloatField: "double precision",
    }
    return "number", cast[type(field)], None


def _range(field: models.Field) -> dict[str, Any]:
    """Decimals and range of a number's column; an amount and a headcount start at their column's own
    limit."""
    if isinstance(field, models.DecimalField):
        limit = Decimal(10) ** (field.max_digits - field.decimal_places) - 1
        return {"places": field.decimal_places, "minimum": -limit, "maximum": limit}
    if isinstance(field, models.BigIntegerField):
        return {"places": 0, "minimum": Decimal(0), "maximum": BIGINT_LIMIT}
    return {}


BUILT_IN: dict[str, dict[str, Attribute]] = {
    subject: {f"{subject}.{key}": _built_in(subject, key) for key in labels}
    for subject, labels in LABELS.items()
}
