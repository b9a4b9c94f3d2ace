"""References by name: files and forms say the name, what is stored says the id too.

A stored reference is `{"id": 3, "name": "Enterprise"}`: the id finds the row after a rename, the name is the
last one known (id null: nothing of that name existed). `pin` makes it from a name, `unpin` gives the current
name back. Which values are references is known to whoever owns the settings (a condition's field, an action's
setting); they offer `map_references(value, change)`, and `pin`/`unpin` are the two changes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from accounts.models import AccountList, Audience
from accounts.values import tidy


@dataclass(frozen=True)
class Found:
    """A row that a reference stands for."""

    id: int
    name: str
    is_live: bool = True
    # What tells one sort of the resource from another: "static" or "dynamic" for a list, the status of a journey.
    kind: str = ""


@dataclass(frozen=True)
class Resource:
    """Something that can be referred to by its unique name."""

    label: str | Promise
    rows: Callable[[], models.QuerySet[Any]]
    found: Callable[[Any], Found]

    def by_name(self, names: Collection[str]) -> dict[str, Found]:
        """Those of these names, however they are written, by their lower-cased name; one query."""
        keys = [Lower(models.Value(tidy(name))) for name in names]
        matches = self.rows().annotate(_key=Lower("name")).filter(_key__in=keys)
        return {row._key: self.found(row) for row in matches}

    def by_id(self, ids: Collection[int]) -> dict[int, Found]:
        """Those of these ids; one query."""
        return {row.pk: self.found(row) for row in self.rows().filter(pk__in=ids)}


RESOURCES: dict[str, Resource] = {
    "account_list": Resource(
        _("account list"),
        lambda: AccountList.objects.all(),
        lambda row: Found(row.pk, row.name, is_live=row.status == AccountList.Status.LIVE, kind=row.type),
    ),
    "audience": Resource(_("audience"), lambda: Audience.objects.all(), lambda row: Found(row.pk, row.name)),
}


@cache
def resources() -> Mapping[str, Resource]:
    """Everything that can be referred to on this installation (`settings.REFERENCE_RESOURCES`)."""
    return {
        key: resource
        for path in settings.REFERENCE_RESOURCES
        for key, resource in import_string(path).items()
    }


Change = Callable[[str, Any], Any]
"""What `map_references` calls for each reference: (resource, value) → new value."""


def pin(resource: str, value: Any) -> Any:
    """A name → `{"id", "name"}`; what is pinned already is looked up anew by its name."""
    name = name_of(value)
    found = resources()[resource].by_name([name])
    match = next(iter(found.values()), None)
    return {"id": match.id, "name": match.name} if match else {"id": None, "name": name}


def unpin(resource: str, value: Any) -> Any:
    """`{"id", "name"}` → the row's name now, or the last known one."""
    found = find(resource, value)
    return found.name if found else name_of(value)


def name_of(value: Any) -> str:
    """The name in a reference, pinned or not."""
    return str(value["name"] if isinstance(value, dict) else value)


def id_of(value: Any) -> int | None:
    """The id in a pinned reference."""
    return value["id"] if isinstance(value, dict) else None


def find(resource: str, value: Any) -> Found | None:
    """The row that a reference (pinned, or a name) stands for now."""
    if isinstance(value, dict):
        return (
            resources()[resource].by_id([value["id"]]).get(value["id"]) if value["id"] is not None else None
        )
    return next(iter(resources()[resource].by_name([value]).values()), None)


def collect(mapper: Callable[[Change], Any]) -> list[tuple[str, Any]]:
    """All references that a `map_references` visits, as (resource, value)."""
    seen: list[tuple[str, Any]] = []

    def note(resource: str, value: Any) -> Any:
        seen.append((resource, value))
        return value

    mapper(note)
    return seen


def ids(references: Iterable[tuple[str, Any]], resource: str) -> list[int]:
    """The ids of pinned references of one resource."""
    return sorted({i for kind, value in references if kind == resource and (i := id_of(value)) is not None})
