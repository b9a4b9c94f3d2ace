"""Rows of entries with what a page and a file show of them; a handful of queries, however many."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from accounts.exports import cell
from journeys.admin.words import reason_of
from journeys.models import Entry, EntryFailure, Node
from journeys.reports.entries import Wanted, page
from journeys.reports.standing import as_it_stands

CHUNK = 2_000
HEADER = (
    "account",
    "domain",
    "entry",
    "status",
    "node",
    "entered",
    "arrived",
    "due",
    "ended",
    "reason",
    "error",
)


@dataclass(frozen=True)
class EntryRow:
    """An entry with its account, the node it is at or ended at, and why it failed."""

    entry: Entry
    node: Node | None
    error: str

    @property
    def reason(self) -> str:
        return reason_of(Entry.Reason(self.entry.reason).label) if self.entry.reason else ""


def read(ids: Sequence[int]) -> list[EntryRow]:
    """The entries of these ids, in their order; those that are gone meanwhile are left out."""
    found = Entry.objects.filter(pk__in=ids).select_related("account", "journey").in_bulk()
    return rows_of([found[id_] for id_ in ids if id_ in found])


def rows_of(entries: Sequence[Entry]) -> list[EntryRow]:
    """The entries (with their journeys) as they stand, and what is shown beside them; two queries."""
    entries = [as_it_stands(entry) for entry in entries]
    nodes = Node.objects.in_bulk({entry.node_id for entry in entries})
    failed = [entry.pk for entry in entries if entry.status == Entry.Status.FAILED]
    failures = EntryFailure.objects.filter(entry_id__in=failed)
    errors = dict(failures.values_list("entry_id", "error"))
    return [EntryRow(entry, nodes.get(entry.node_id), errors.get(entry.pk, "")) for entry in entries]


def stream(wanted: Wanted) -> Iterator[str]:
    """The list as CSV, piece by piece."""
    writer = csv.writer(_Echo())
    yield writer.writerow(HEADER)
    after = 0
    while ids := page(wanted, after=after, size=CHUNK):
        for row in read(ids):
            yield writer.writerow([cell(value) for value in _values(row)])
        after = ids[-1]


class _Echo:
    """A file whose `write` hands the text back, so that the writer returns each line."""

    def write(self, text: str) -> str:
        return text


def _values(row: EntryRow) -> list[Any]:
    entry = row.entry
    node = str(row.node) if row.node else ""
    return [
        entry.account.name, entry.account.domain, entry.number, str(entry.get_status_display()), node, entry.started_at,
        entry.arrived_at, entry.due_at, entry.ended_at, row.reason, row.error,
    ]  # fmt: skip
