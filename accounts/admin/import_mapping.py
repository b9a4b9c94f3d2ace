"""Which column of a file goes where, as a form beside its first values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.attributes import Attribute
from accounts.imports.mapping import targets
from accounts.imports.preview import Preview
from accounts.models import Import

SAMPLES = 3
GROUPS = {
    "account": gettext_lazy("Account"),
    "person": gettext_lazy("Person"),
    "custom": gettext_lazy("Custom attributes"),
    "score": gettext_lazy("Scores"),
    "": gettext_lazy("Relation"),
}


@dataclass(frozen=True)
class Column:
    """A column of the file: its first values, what it is mapped to, and what is wrong with that."""

    number: int
    name: str
    samples: list[str]
    groups: list[tuple[str, list[tuple[str, str, bool]]]]
    target: str
    errors: list[str]


def columns(kind: str, seen: Preview) -> list[Column]:
    """The columns in the order of the file."""
    known = targets(kind)
    wrong: dict[Any, list[str]] = defaultdict(list)
    for finding in seen.findings:
        wrong[finding.at[0] if finding.at else None].append(finding.message)
    return [
        Column(
            number,
            name,
            _samples(seen, number),
            _groups(known, seen.mapping.get(name, ""), kind),
            seen.mapping.get(name, ""),
            wrong[name],
        )
        for number, name in enumerate(seen.header)
    ]


def posted(request: HttpRequest) -> dict[str, str]:
    """The mapping that was posted: `column_0` names a column, `target_0` its target."""
    found: dict[str, str] = {}
    for key, column in request.POST.items():
        if key.startswith("column_"):
            found[str(column)] = request.POST.get(f"target_{key.removeprefix('column_')}", "")
    return found


def _samples(seen: Preview, number: int) -> list[str]:
    cells = [row.cells[number].strip() for row in seen.rows if number < len(row.cells)]
    return [cell[:60] for cell in cells if cell][:SAMPLES]


def _groups(
    known: Mapping[str, Attribute], chosen: str, kind: str
) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """The targets under their headings, for a select: (name, label, chosen)."""
    groups: dict[str, list[tuple[str, str, bool]]] = defaultdict(list)
    for name, attribute in known.items():
        groups[_group(name, kind)].append((name, str(attribute.label), name == chosen))
    return list(groups.items())


def _group(name: str, kind: str) -> str:
    parts = name.split(".")
    if len(parts) == 1:
        return str(GROUPS[""])
    if parts[1] in ("custom", "score") and len(parts) > 2:
        return str(GROUPS[parts[1]])
    if parts[0] == "account" and kind == Import.Kind.PEOPLE:
        return str(_("Which account they belong to"))
    return str(GROUPS[parts[0]])
