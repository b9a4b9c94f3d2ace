"""What a walk noted becomes rows, whatever the batch: a statement for visits; pieces of one for entries and events."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings

from accounts import changes, events
from accounts.events import Source
from accounts.models import EventType
from accounts.sql import EMPTY, Sql, join, run, sql
from actions.base import Outcome
from journeys.engine.reentry import ReEntry
from journeys.engine.walk import Journal, VisitNote
from journeys.models import Entry
from journeys.nodes.cohort import Cohort, Part

VISIT_COLUMNS = Sql("(entry_id, number, node_id, arrived_at, left_at, path_id, done, skipped, reason)")


def visits(journal: Journal, now: datetime) -> None:
    """Append a visit for each node that was left. Before `entries`: an arrival may still stand in the entry's row."""
    pieces = [*_same_for_all(journal.visits, now), *_one_by_one(journal.visits, now)]
    if pieces:
        run(
            sql(
                "INSERT INTO journeys_visit {columns} {pieces}",
                columns=VISIT_COLUMNS,
                pieces=join(" UNION ALL ", pieces),
            )
        )


def _same_for_all(notes: Iterable[VisitNote], now: datetime) -> list[Sql]:
    """Entries that went through several nodes together: their ids once, the steps beside them."""
    together: dict[str, list[Sql]] = {}
    for note in notes:
        if note.outcome is not None and note.outcome.entries:
            continue
        for part in note.cohort.parts:
            if not part.apart:
                together.setdefault(part.entries, []).append(_step(note, part, now))
    return [
        sql(
            "SELECT id, step.number, step.node_id, step.arrived_at, {now}::timestamptz, step.path_id, step.done, 0,"
            " NULL::smallint FROM unnest({entries}::bigint[]) AS entry (id)"
            " CROSS JOIN (VALUES {steps}) AS step (number, node_id, arrived_at, path_id, done)",
            now=now, entries=entries, steps=join(", ", steps),
        )
        for entries, steps in together.items()
    ]  # fmt: skip


def _step(note: VisitNote, part: Part, now: datetime) -> Sql:
    return sql(
        "({number}, {node}, {arrived}::timestamptz, {path}::integer, {done})",
        number=part.visit, node=note.node.id, arrived=part.arrived or now,
        path=note.path.id if note.path else None, done=int(note.outcome is not None),
    )  # fmt: skip


def _one_by_one(notes: Iterable[VisitNote], now: datetime) -> list[Sql]:
    """Visits that differ from entry to entry: by their arrival, or by what an action did."""
    pieces = []
    for note in notes:
        if note.outcome is not None and note.outcome.entries:
            pieces.append(_with_outcome(note, note.cohort, now))
        elif apart := tuple(part for part in note.cohort.parts if part.apart):
            pieces.append(_with_arrival(note, Cohort(apart), now))
    return pieces


def _with_arrival(note: VisitNote, cohort: Cohort, now: datetime) -> Sql:
    return sql(
        "SELECT entry_id, visit, {node}, arrived_at, {now}::timestamptz, {path}::integer, {done}, 0, NULL::smallint"
        " FROM {subject} AS subject",
        node=note.node.id, now=now, path=note.path.id if note.path else None, done=int(note.outcome is not None),
        subject=cohort.visits(now),
    )  # fmt: skip


def _with_outcome(note: VisitNote, cohort: Cohort, now: datetime) -> Sql:
    assert note.outcome is not None  # noqa: S101 - the caller chose notes that have one
    return sql(
        "SELECT outcome.entry_id, visit, {node}, arrived_at, {now}::timestamptz, {path}::integer,"
        " coalesce(done, 0), coalesce(skipped, 0), reason FROM {outcome}",
        node=note.node.id, now=now, path=note.path.id if note.path else None,
        outcome=_outcome_of_each(note.outcome, cohort, now),
    )  # fmt: skip


def _outcome_of_each(outcome: Outcome, cohort: Cohort, now: datetime) -> Sql:
    """The relation `outcome` (entry_id, visit, arrived_at, done, skipped, reason) of all entries of the cohort.

    Where their visits are alike and each has its outcome, which is the rule, nothing need be joined.
    """
    arrays = sql(
        "unnest({entries}::bigint[], {done}::integer[], {skipped}::integer[], {reasons}::smallint[])",
        entries=outcome.entries, done=outcome.done, skipped=outcome.skipped, reasons=outcome.reasons,
    )  # fmt: skip
    part = cohort.parts[0]
    if len(cohort.parts) == 1 and not part.apart and _size(outcome) == part.n:
        return sql(
            "(SELECT *, {visit}::integer AS visit, {arrived}::timestamptz AS arrived_at"
            " FROM {arrays} AS each (entry_id, done, skipped, reason)) AS outcome",
            visit=part.visit, arrived=part.arrived or now, arrays=arrays,
        )  # fmt: skip
    return sql(
        "(SELECT * FROM {subject} AS subject LEFT JOIN {arrays} AS each (entry_id, done, skipped, reason)"
        " USING (entry_id)) AS outcome",
        subject=cohort.visits(now), arrays=arrays,
    )  # fmt: skip


def _size(outcome: Outcome) -> int:
    """How many entries it has; the text is an array of numbers."""
    return outcome.entries.count(",") + 1 if outcome.entries != "{}" else 0


def entries(journal: Journal, re_entry: ReEntry, now: datetime) -> Sql:
    """The UPDATE that puts every entry where it is now: parked at a node until its time, or ended."""
    parked = [
        _moved(part, now, node=note.node.id, due=note.due)
        for note in journal.parked
        for part in note.cohort.parts
    ]
    ended = [
        _moved(part, now, node=note.node.id, status=note.status, reason=note.reason)
        for note in journal.ended
        for part in note.cohort.parts
    ]
    if not (parked or ended):
        return EMPTY
    return sql(
        "UPDATE journeys_entry AS entry SET node_id = moved.node_id, visit = moved.visit, due_at = moved.due_at,"
        " arrived_at = coalesce(moved.arrived_at, entry.arrived_at), woken_by = NULL, status = moved.status,"
        " ended_at = moved.ended_at, reason = moved.reason,"
        " reenter_at = CASE WHEN moved.ended_at IS NOT NULL THEN {reenter} END"
        " FROM ({moved}) AS moved WHERE entry.id = moved.id",
        moved=join(" UNION ALL ", [*parked, *ended]), reenter=re_entry.column(now),
    )  # fmt: skip


def re_entries(journal: Journal, re_entry: ReEntry, now: datetime) -> None:
    """Reckon when those whose entry has ended may enter again. After `entries`."""
    if journal.ended:
        re_entry.settle(_ids(note.cohort for note in journal.ended), now)


def _moved(
    part: Part, now: datetime, *, node: int, due: datetime | None = None,
    status: Entry.Status = Entry.Status.ACTIVE, reason: Entry.Reason | None = None,
) -> Sql:  # fmt: skip
    return sql(
        "SELECT unnest({entries}::bigint[]) AS id, {node}::integer AS node_id, {visit}::integer AS visit,"
        " {due}::timestamptz AS due_at, {arrived}::timestamptz AS arrived_at, {status}::smallint AS status,"
        " {ended}::timestamptz AS ended_at, {reason}::smallint AS reason",
        entries=part.entries, node=node, visit=part.visit, due=due, arrived=None if part.claimed else now,
        status=int(status), ended=now if reason else None, reason=int(reason) if reason else None,
    )  # fmt: skip


def _ids(cohorts: Iterable[Cohort]) -> Sql:
    parts = [part for cohort in cohorts for part in cohort.parts]
    return join(" UNION ALL ", [sql("SELECT unnest({ids}::bigint[])", ids=part.entries) for part in parts])


def completed_events(journal: Journal, source: Source, now: datetime) -> Sql:
    """The INSERT that records `journey_completed` for the entries that ended by themselves."""
    parts = [
        part for note in journal.ended if note.status == Entry.Status.COMPLETED for part in note.cohort.parts
    ]
    if not (parts and settings.RECORD_EVENTS):
        return EMPTY
    ended = join(
        " UNION ALL ",
        [sql("SELECT unnest({ids}::bigint[]) AS account_id", ids=part.accounts) for part in parts],
    )
    return events.insert(
        type=EventType.BuiltIn.JOURNEY_COMPLETED, source=source, now=now, payload=Sql("'{}'::jsonb"),
        relation=sql("({ended}) AS ended", ended=ended), account=Sql("ended.account_id"),
    )  # fmt: skip


def account_changes(journal: Journal) -> Sql:
    """The INSERT that marks the accounts that an action may have changed, each once a batch."""
    texts = {part.accounts for cohort in journal.changed for part in cohort.parts}
    if not texts:
        return EMPTY
    every = join(" UNION ", [sql("SELECT unnest({ids}::bigint[])", ids=text) for text in sorted(texts)])
    return changes.mark_statement(every)
