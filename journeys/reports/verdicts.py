"""Why a path of a split was taken: what its conditions came to then, and what they saw (spec 1.11, "Why")."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from accounts import conditions
from accounts.conditions.grammar import Condition, Filter, filters
from accounts.conditions.lookup import Lookup
from accounts.conditions.operators import Operator, Type
from journeys.models import Path
from journeys.nodes.split_accounts import title_of_path

# Filters of these ask whether there is something: what was seen says whether there is, also where they ask for none.
ASKED = {Type.REFERENCE: Operator.IS, Type.SET: Operator.HAS}


@dataclass(frozen=True)
class Saw:
    """What a filter looked at, in words, and what that was then."""

    text: str
    field: str
    value: Any


@dataclass(frozen=True)
class Verdict:
    """Whether the condition of a path held, the condition in words, and what its filters saw, in their order."""

    path: str
    verdict: bool
    text: str
    seen: list[Saw]


def of_visit(
    paths: Sequence[Path], taken: int | None, seen: Mapping[str, Any], lookup: Lookup
) -> list[Verdict]:
    """The paths that were asked, top-down, up to the one that was taken; without one, or with *Other*, all of them.

    `paths`: all of the node, in their order. A value that is not on record is left out: a visit keeps only so many.
    """
    told = []
    for path, keyed in _asked(paths, lookup):
        told.append(_told(path, path.pk == taken, keyed, seen, lookup))
        if path.pk == taken:
            break
    return told


def unclaimed(paths: Sequence[Path], seen: Mapping[str, Any], lookup: Lookup) -> dict[str, Any]:
    """What was seen under a name that no filter has (any more), as a visit of an earlier version may hold it."""
    known = {key for _path, keyed in _asked(paths, lookup) for _filter, key in keyed}
    return {key: value for key, value in seen.items() if key not in known}


def _asked(paths: Sequence[Path], lookup: Lookup) -> list[tuple[Path, list[tuple[Filter, str]]]]:
    """The paths with a condition, each with its filters and the keys of what they saw (`nodes/split_accounts.py`)."""
    asked = [(path, path.condition) for path in paths if path.condition is not None and not path.is_other]
    whole: Condition = {"match": "any", "filters": [condition for _path, condition in asked]}
    keyed = iter(conditions.keys_of_seen(whole, lookup))
    return [(path, [next(keyed) for _ in filters(condition)]) for path, condition in asked]


def _told(
    path: Path, verdict: bool, keyed: Sequence[tuple[Filter, str]], seen: Mapping[str, Any], lookup: Lookup
) -> Verdict:
    saw: dict[str, Saw] = {}
    for filter, key in keyed:
        if key in seen and key not in saw:
            saw[key] = Saw(_looked_at(filter, lookup), filter["field"], seen[key])
    title = title_of_path(path.key, path.label, is_other=path.is_other)
    return Verdict(title, verdict, conditions.describe(path.condition or {}, lookup), list(saw.values()))


def _looked_at(filter: Filter, lookup: Lookup) -> str:
    field = lookup.field(filter["field"])
    if field is None:
        return str(filter["field"])
    if field.type in ASKED:
        return field.describe({**filter, "operator": ASKED[field.type].value})
    return str(field.label)
