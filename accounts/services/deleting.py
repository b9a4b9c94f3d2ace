"""Lists and audiences that go, one or several at once: unless somebody uses them who stays (spec 3.2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import ProtectedError
from django.db.models.deletion import get_candidate_relations_to_delete

from accounts.conditions import users
from accounts.errors import Conflict
from accounts.models import AccountList, Audience
from accounts.services import saving
from accounts.sql import name, rows, sql

Saved = AccountList | Audience

# Of those that the database keeps a row for so many are looked at: an audience may be used by all journeys there are.
LOOKED_AT = 20
# From one id to the next in the index: as many steps as rows are used, whatever the number of their users.
HELD = """
    WITH RECURSIVE found AS (
        SELECT min({column}) AS id FROM {table}
        UNION ALL SELECT (SELECT min({column}) FROM {table} WHERE {column} > found.id)
        FROM found WHERE found.id IS NOT NULL)
    SELECT id FROM found WHERE id IS NOT NULL
"""
# In the order of the index, by which they are looked up then: where nearly all use the same one, the planner would
# rather read all of them to find that another one has none.
HOLDERS = """
    SELECT wanted.id, holder.id FROM unnest({ids}::bigint[]) AS wanted (id) CROSS JOIN LATERAL (
        SELECT id FROM {table} WHERE {column} >= wanted.id AND {column} <= wanted.id ORDER BY {column} LIMIT {most}
    ) AS holder
"""


@dataclass(frozen=True)
class Deleted:
    """How many are gone, and why the others are not."""

    n: int
    refused: list[Conflict]


def kept(asked: Sequence[Saved]) -> dict[int, Conflict]:
    """Those of the rows that cannot go, and why (`in_use`): by their ids.

    One that only others of them use goes with these. As many queries for few rows as for many.
    """
    held = _holders(asked)
    named = users.naming_each(asked)
    going = {users.called(row): row.pk for row in asked if row.pk not in held}
    while stay := [said for said, pk in going.items() if not named[pk] <= going.keys()]:
        for said in stay:
            del going[said]
    gone = set(going.values())
    return {
        row.pk: saving.in_use(
            row.name,
            {*held.get(row.pk, ()), *(named[row.pk] - going.keys())},
            more=len(held.get(row.pk, ())) == LOOKED_AT,
        )
        for row in asked
        if row.pk not in gone
    }


def delete(going: Sequence[Saved]) -> None:
    """Delete these rows, none of which is kept. The caller holds them, and has `saving.one_at_a_time`.

    :raises Conflict: `in_use`, should somebody have come to use one nevertheless
    """
    try:
        type(going[0])._default_manager.filter(pk__in=[row.pk for row in going]).delete()
    except ProtectedError as error:
        said = ", ".join(row.name for row in going)
        raise saving.in_use(said, [str(user) for user in error.protected_objects]) from error


def used(model: type[Saved]) -> set[int]:
    """The ids of the rows that somebody uses, as `kept` would say; to filter by."""
    found = users.named(model)
    for user, field in _protecting(model):
        held = sql(HELD, table=name(user._meta.db_table), column=name(user._meta.get_field(field).column))
        found |= {id for (id,) in rows(held)}
    return found


def _holders(kept: Sequence[Saved]) -> dict[int, list[str]]:
    """What those are called that the database keeps the rows for, by the rows' ids: published journeys, jobs."""
    found: dict[int, list[str]] = defaultdict(list)
    by_id = {row.pk: row for row in kept}
    for user, field in _protecting(type(kept[0])) if kept else ():
        table, column = name(user._meta.db_table), name(user._meta.get_field(field).column)
        some = rows(sql(HOLDERS, table=table, column=column, ids=list(by_id), most=LOOKED_AT))
        known = {one.pk: one for one in _told(user).filter(pk__in=[holder for _id, holder in some])}
        for id, holder in some:
            setattr(known[holder], field, by_id[id])
            found[id].append(str(known[holder]))
    return dict(found)


def _protecting(model: type[models.Model]) -> Iterator[tuple[Any, str]]:
    """The models that hold on to rows of this one, each with its field."""
    relations: Any = get_candidate_relations_to_delete(model._meta)
    for relation in relations:
        if relation.on_delete is models.PROTECT:
            yield relation.related_model, relation.field.name


def _told(user: Any) -> models.QuerySet[Any]:
    """With what their names need: `named` of the model, or what each of them belongs to."""
    if hasattr(user, "named"):
        found: models.QuerySet[Any] = user.named()
        return found
    owners = [field.name for field in user._meta.fields if field.many_to_one and not field.null]
    with_owners: models.QuerySet[Any] = user._base_manager.select_related(*owners)
    return with_owners
