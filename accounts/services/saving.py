"""What saved lists and audiences have in common: a unique name, a condition, and others that use them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models.functions import Lower
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts import conditions, lists, values
from accounts.errors import Conflict
from accounts.findings import Finding, Invalid
from accounts.references import id_of, name_of
from accounts.sql import rows, sql

NAME_LENGTH = 200
DESCRIPTION_LENGTH = 2000
# Of those who use something.
NAMED = 5


def faults(
    others: models.QuerySet[Any],
    noun: str | Promise,
    name: Any,
    description: Any,
    *,
    longest: int = NAME_LENGTH,
) -> Iterator[Finding]:
    """What is wrong with a name and a description; `others` must have other names, `noun`: "An audience"."""
    try:
        values.lines(values.text(description, max_length=DESCRIPTION_LENGTH))
    except ValueError as error:
        yield Finding("wrong_value", f"{_('Description')} {error}", ("description",))
    try:
        tidied = values.name(name, max_length=longest)
    except ValueError as error:
        yield Finding("wrong_value", f"{_('Name')} {error}", ("name",))
        return
    if not tidied:
        yield Finding("empty_value", _("A name is needed."), ("name",))
    elif others.annotate(_key=Lower("name")).filter(_key=Lower(models.Value(tidied))).exists():
        yield _taken(noun)


def condition_faults(condition: Any) -> list[Finding]:
    """What is wrong with a condition on accounts, and what it names that is missing or not live."""
    return [finding.under("condition") for finding in conditions.check(condition, about="account")]


def refuse(findings: Iterable[Finding]) -> None:
    """:raises Invalid: if one is wrong in itself; what is only missing is kept in a draft (spec 1.5)"""
    found = list(findings)
    if any(finding.refused for finding in found):
        raise Invalid(found)


def refuse_any(findings: Iterable[Finding]) -> None:
    """:raises Invalid: if there is one"""
    if found := list(findings):
        raise Invalid(found)


def save(row: models.Model, noun: str | Promise) -> None:
    """:raises Invalid: if somebody else took the name in this very moment"""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        if "_per_name" not in str(error):
            raise
        raise Invalid([_taken(noun)]) from error


def same(condition: Any, other: Any) -> bool:
    """Whether two pinned conditions ask the same, whatever the names of what they refer to were then."""
    return bool(condition and other) and _by_ids(condition) == _by_ids(other)


def in_use(name: str, users: Iterable[str], *, more: bool = False) -> Conflict:
    """It cannot go; names who uses it, a few of them when there are many. `more`: there are others than these."""
    found = sorted(set(users))
    said = _("“%(name)s” is used by %(users)s.")
    if more:
        said = _("“%(name)s” is used by %(users)s and others.")
    elif len(found) > NAMED:
        said = _("“%(name)s” is used by %(users)s and %(more)s more.")
    left = f"{len(found) - NAMED:,}"
    return Conflict("in_use", said % {"name": name, "users": ", ".join(found[:NAMED]), "more": left})


def one_at_a_time() -> None:
    """Until the end of the transaction nobody else publishes, edits or deletes what conditions name.

    Else two edits at once could close a circle, or one name what the other deletes.
    """
    rows(sql("SELECT pg_advisory_xact_lock({cls}, 0)", cls=lists.LOCK_CLASS))


def nothing_goes() -> None:
    """Until the end of the transaction nobody edits or deletes what conditions and actions name.

    For who publishes what others need not wait for (a journey): before it looks whether all is there that it
    names. Several can at once. Waits for a deletion that has begun (docs/engine.md, The order of locks).
    """
    rows(sql("SELECT pg_advisory_xact_lock_shared({cls}, 0)", cls=lists.LOCK_CLASS))


def _by_ids(condition: Any) -> Any:
    return conditions.map_references(condition, lambda resource, value: id_of(value) or name_of(value))


def _taken(noun: str | Promise) -> Finding:
    return Finding("taken", _("%(noun)s of this name exists.") % {"noun": noun}, ("name",))
