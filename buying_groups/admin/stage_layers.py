"""Where the stages of a model stand in its diagram: columns from the entries to the success, failures below.

A stage stands one column behind the last one that leads to it, moves that lead back aside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from buying_groups.models import Stage

Given = Mapping[str, Any]
Leads = dict[int, list[int]]


@dataclass(frozen=True)
class Place:
    """A column, counted from 0; and the row in it, for a failure its own band below all others."""

    column: int
    row: int
    is_failure: bool = False


def places(stages: Sequence[Given]) -> list[Place]:
    """The place of each stage (as `model_stages.as_given` has them), in their order."""
    leads = leads_of(stages)
    failures = [i for i, stage in enumerate(stages) if stage["outcome"] == Stage.Outcome.FAILURE]
    columns = _columns(stages, leads, set(failures))
    return _rows(columns, _failures(failures, columns, leads), len(stages))


def leads_of(stages: Sequence[Given]) -> Leads:
    """The stages by their index, each with those to which it leads."""
    index = {stage["name"]: i for i, stage in enumerate(stages)}
    return {
        i: [index[name] for name in stage["leads_to"] if index.get(name, i) != i]
        for i, stage in enumerate(stages)
    }


def _columns(stages: Sequence[Given], leads: Leads, failures: set[int]) -> dict[int, int]:
    """Of all but failures: how far from the entries, by the longest way that does not lead back."""
    order, back = _walk(stages, leads, failures)
    columns = dict.fromkeys(order, 0)
    for here in order:
        for there in leads[here]:
            if there in columns and (here, there) not in back:
                columns[there] = max(columns[there], columns[here] + 1)
    for i in columns:
        if stages[i]["outcome"] == Stage.Outcome.SUCCESS:
            columns[i] = max((column for other, column in columns.items() if other != i), default=-1) + 1
    return columns


def _walk(
    stages: Sequence[Given], leads: Leads, failures: set[int]
) -> tuple[list[int], set[tuple[int, int]]]:
    """Depth first from the entries, then from what they do not reach: each stage before those it leads to, and
    the moves that lead back."""
    done: list[int] = []
    back: set[tuple[int, int]] = set()
    open_, seen = set[int](), set(failures)

    def visit(here: int) -> None:
        seen.add(here)
        open_.add(here)
        for there in leads[here]:
            if there in open_:
                back.add((here, there))
            elif there not in seen:
                visit(there)
        open_.discard(here)
        done.append(here)

    for i in sorted(range(len(stages)), key=lambda i: not stages[i]["is_entry"]):
        if i not in seen:
            visit(i)
    return done[::-1], back


def _failures(failures: list[int], columns: Mapping[int, int], leads: Leads) -> dict[int, int]:
    """A column for each failure, all different: below the middle of what leads to it."""
    wanted = {}
    for failure in failures:
        above = [columns[i] for i, there in leads.items() if failure in there and i in columns]
        wanted[failure] = sum(above) / len(above) if above else 0.0
    found: dict[int, int] = {}
    for failure in sorted(failures, key=lambda failure: wanted[failure]):
        after = max(found.values(), default=-1) + 1
        found[failure] = max(after, round(wanted[failure]))
    return found


def _rows(columns: Mapping[int, int], failures: Mapping[int, int], count: int) -> list[Place]:
    taken: dict[int, int] = {}
    found = {}
    for i in range(count):
        if i in failures:
            found[i] = Place(failures[i], 0, is_failure=True)
            continue
        row = taken.get(columns[i], 0)
        taken[columns[i]] = row + 1
        found[i] = Place(columns[i], row)
    return [found[i] for i in range(count)]
