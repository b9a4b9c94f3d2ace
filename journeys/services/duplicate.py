"""Copies (spec 1.6)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import User, require
from accounts.findings import Finding, Invalid
from accounts.sql import row, sql
from accounts.values import tidy
from journeys.document import fields
from journeys.document.field_checks import NAME_LENGTH, check_fields
from journeys.models import Journey
from journeys.nodes.registry import KINDS
from journeys.services.drafts import insert
from journeys.services.opening import record

PARTIAL_CONTENT, WITHOUT_DETAILS = "partial_content", "without_details"
TYPES = (PARTIAL_CONTENT, WITHOUT_DETAILS)
# Default names that are tried in one query.
AT_ONCE = 50


@transaction.atomic
def duplicate(
    journey: Journey, *, by: User, now: datetime, interface: str,
    name: str | None = None, description: str | None = None, type: str = PARTIAL_CONTENT,
) -> Journey:  # fmt: skip
    """A draft like this journey, whatever its status.

    No name: the default one; no description: the original's. What it does to itself the copy does to itself.

    `type`: "partial_content" (everything but content made in the journey) or "without_details" (kinds, paths
    and labels only). Start and end come along while they lie ahead.

    :raises Invalid: if a field is wrong, or the name is taken
    """
    source = Journey.objects.present().get(pk=journey.pk)
    require(by, "journeys.add_journey")
    given = {"name": name, "description": description, "type": type}
    _check({key: value for key, value in given.items() if value is not None})
    columns = _columns(source, type, now)
    columns["description"] = source.description if description is None else description.strip()
    nodes = _nodes(source, type)
    copy = _insert(source, name, columns, nodes, by=by, now=now)
    record(copy, "created", by=by, now=now, interface=interface, copy_of=source.pk, type=type)
    record(source, "duplicated", by=by, now=now, interface=interface, copy=copy.pk, type=type)
    return copy


def default_name(name: str) -> str:
    """The name with `_copy` (`_copy2`, `_copy3` …) after it that is free now, at most 200 characters."""
    first = 1
    while True:
        # The database folds the letters, as its unique key does.
        free = row(sql(
            "SELECT name FROM unnest({names}::text[]) WITH ORDINALITY AS candidate (name, n) WHERE NOT EXISTS"
            " (SELECT FROM journeys_journey AS journey WHERE lower(journey.name) = lower(candidate.name)"
            " AND journey.deleted_at IS NULL) ORDER BY n LIMIT 1",
            names=[_copy_name(name, n) for n in range(first, first + AT_ONCE)],
        ))  # fmt: skip
        if free:
            return str(free[0])
        first += AT_ONCE


def _copy_name(name: str, n: int) -> str:
    ending = "_copy" if n == 1 else f"_copy{n}"
    return name[: NAME_LENGTH - len(ending)] + ending


def _check(given: dict[str, Any]) -> None:
    wrong = check_fields(given)
    if given["type"] not in TYPES:
        message = _("Type: one of %(known)s is needed.") % {"known": ", ".join(TYPES)}
        wrong.append(Finding("unknown_choice", message, ("type",)))
    if wrong:
        raise Invalid(wrong)


def _columns(source: Journey, type: str, now: datetime) -> dict[str, Any]:
    if type == WITHOUT_DETAILS:
        return {}
    copied = {
        name: getattr(source, name) for name in (*fields.NO_RE_ENTRY, "time_zone", "email_deduplication")
    }
    ahead = {
        name: at
        for name in ("starts_at", "ends_at")
        if (at := getattr(source, name)) is not None and at > now
    }
    return {**copied, **ahead}


def _nodes(source: Journey, type: str) -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = source.draft.nodes
    if type == PARTIAL_CONTENT:
        return nodes
    return [KINDS[node["kind"]].without_details(node) for node in nodes]


def _insert(
    source: Journey,
    name: str | None,
    columns: dict[str, Any],
    nodes: list[dict[str, Any]],
    *,
    by: User,
    now: datetime,
) -> Journey:
    if name is not None:
        return insert({**columns, "name": tidy(name)}, nodes, by=by, now=now, own=source.pk)
    while True:
        try:
            return insert(
                {**columns, "name": default_name(source.name)}, nodes, by=by, now=now, own=source.pk
            )
        except Invalid:  # somebody took that name a moment ago: the next one
            continue
