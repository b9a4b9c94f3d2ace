"""Lists and audiences that go, one or several at once: unless somebody uses them who stays (spec 3.2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Exists, OuterRef, ProtectedError, Q
from django.db.models.deletion import get_candidate_relations_to_delete

from accounts.conditions import users
from accounts.errors import Conflict
from accounts.models import AccountList, Audience
from accounts.services import saving

Saved = AccountList | Audience

# Of those that the database keeps a row for so many are looked at: a list may be used by ten thousand journeys.
LOOKED_AT = 20


@dataclass(frozen=True)
class Deleted:
    """How many are gone, and why the others are not."""

    n: int
    refused: list[Conflict]


def kept(rows: Sequence[Saved]) -> dict[int, Conflict]:
    """Those of the rows that cannot go, and why (`in_use`): by their ids.

    One that only others of them use goes with these. As many queries for few rows as for many.
    """
    held = _holders(rows)
    named = users.naming_each(rows)
    going = {users.called(row): row.pk for row in rows if row.pk not in held}
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
        for row in rows
        if row.pk not in gone
    }


def delete(rows: Sequence[Saved]) -> None:
    """Delete these rows, none of which is kept. The caller holds them, and has `saving.one_at_a_time`.

    :raises Conflict: `in_use`, should somebody have come to use one nevertheless
    """
    try:
        type(rows[0])._default_manager.filter(pk__in=[row.pk for row in rows]).delete()
    except ProtectedError as error:
        said = ", ".join(row.name for row in rows)
        raise saving.in_use(said, [str(user) for user in error.protected_objects]) from error


def in_use(model: type[Saved]) -> Q:
    """The condition on rows that somebody uses, as `kept` would say; to filter by."""
    found = Q(pk__in=users.named(model))
    for user, field in _protecting(model):
        found |= Q(Exists(user._base_manager.filter(**{field: OuterRef("pk")})))
    return found


def _holders(rows: Sequence[Saved]) -> dict[int, list[str]]:
    """What those are called that the database keeps the rows for, by the rows' ids: published journeys, jobs."""
    found: dict[int, list[str]] = defaultdict(list)
    for user, field in _protecting(type(rows[0])) if rows else ():
        theirs = user._base_manager.filter(**{field: OuterRef("pk")}).order_by().values("pk")[:LOOKED_AT]
        those = type(rows[0])._default_manager.filter(pk__in=[row.pk for row in rows])
        ids = dict(those.order_by().values_list("pk", ArraySubquery(theirs)))
        known = {one.pk: one for one in _told(user).filter(pk__in=[id for few in ids.values() for id in few])}
        for row in rows:
            for id in ids.get(row.pk, ()):
                setattr(known[id], field, row)
                found[row.pk].append(str(known[id]))
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
