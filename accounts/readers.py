"""Reading the change log: each reader gets every change once, also of a transaction that commits late.

A reader keeps a snapshot: which transactions it has seen. What it has not seen is what its snapshot does not
contain and the snapshot of now does (docs/engine.md, Readers by snapshot). A new reader takes its first
snapshot *before* it evaluates all accounts: `open` (or `restart`), commit, evaluate, then `read` and `advance`
for ever.

Read in a transaction that has written nothing yet: the snapshot of the read cannot tell what the same
transaction writes later. (What it has written itself is always among what is read.)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from accounts.models import ChangeReader
from accounts.sql import EMPTY, Sql, rows, run, sql

BATCH = 5_000  # accounts
CHUNK = 100_000  # accounts that are held in memory at once

# As a subselect it is asked for once a statement, not once a row.
OF_NOW = Sql("(SELECT pg_current_snapshot())")
NOT_SEEN = """
    (c.xid >= pg_snapshot_xmin({since}::pg_snapshot)
        AND NOT pg_visible_in_snapshot(c.xid, {since}::pg_snapshot) AND pg_visible_in_snapshot(c.xid, {until})
    OR c.xid = pg_current_xact_id_if_assigned())
"""
LOWEST = """
    ARRAY(SELECT DISTINCT c.account_id FROM accounts_accountchange c WHERE {not_seen}{after}
        ORDER BY c.account_id LIMIT {chunk})
"""
OPEN = """
    INSERT INTO accounts_changereader (name, snapshot, sweep_cursor, revision, swept_at)
    SELECT {name}, pg_current_snapshot()::text, 0, {revision}, {now}::timestamptz
    ON CONFLICT (name) DO NOTHING
"""
RESTART = """
    UPDATE accounts_changereader SET snapshot = pg_current_snapshot()::text, sweep_cursor = 0,
        revision = {revision}, swept_at = {now} WHERE id = {id}
"""
READ = """
    SELECT pg_current_snapshot()::text,
        pg_snapshot_xmax({since}::pg_snapshot) > pg_snapshot_xmax(pg_current_snapshot()), {ids}
"""
# No row that is visible to us can be of a transaction after the newest one, but for one of another life.
PRUNE = """
    DELETE FROM accounts_accountchange c USING
        (SELECT min(pg_snapshot_xmin(snapshot::pg_snapshot)) AS seen FROM accounts_changereader) readers,
        (SELECT pg_snapshot_xmin(s) AS settled, pg_snapshot_xmax(s) AS newest
            FROM pg_current_snapshot() s) here
    WHERE c.xid < LEAST(readers.seen, here.settled)
        OR c.xid >= here.newest AND c.xid IS DISTINCT FROM pg_current_xact_id_if_assigned()
"""


@dataclass(frozen=True)
class Changes:
    """What a reader had not seen at the moment of the read.

    `restarted`: the reader's snapshot is of another life of the database (a dump restored, xids start again);
    nothing can be said: evaluate all accounts.
    """

    since: str
    until: str
    restarted: bool
    first: list[int]

    def __bool__(self) -> bool:
        return bool(self.first)

    def batches(self, size: int = BATCH) -> Iterator[list[int]]:
        """The ids of the accounts, each once, in order, at most `size` at a time: a transaction for each."""
        chunk = self.first
        while chunk:
            yield from (chunk[start : start + size] for start in range(0, len(chunk), size))
            chunk = self._after(chunk[-1]) if len(chunk) == CHUNK else []

    def _after(self, account_id: int) -> list[int]:
        """The next chunk; of the same transactions as the first one, whatever has committed since."""
        until = sql("{until}::pg_snapshot", until=self.until)
        [(ids,)] = rows(sql("SELECT {ids}", ids=_ids(self.since, until, after=account_id)))
        return list(ids)


def open(name: str, *, revision: int = 1, now: datetime) -> ChangeReader:
    """The reader of this name; a new one has all accounts before it (`sweep_cursor` 0).

    Commit before the full evaluation starts. `now` becomes the `swept_at` of a new one.
    """
    if found := ChangeReader.objects.filter(name=name).first():
        return found
    run(sql(OPEN, name=name, revision=revision, now=now))
    return ChangeReader.objects.get(name=name)


def forget(*names: str) -> None:
    """Nobody reads under these names any more; what only they had not seen can be pruned."""
    ChangeReader.objects.filter(name__in=names).delete()


def read(reader: ChangeReader) -> Changes:
    """What changed since the reader's snapshot, with the snapshot of this very read, in one statement."""
    ids = _ids(reader.snapshot, OF_NOW)
    [(until, restarted, first)] = rows(sql(READ, since=reader.snapshot, ids=ids))
    return Changes(since=reader.snapshot, until=until, restarted=restarted, first=first)


def advance(reader: ChangeReader, changes: Changes) -> bool:
    """Save what has been read and worked off; false when another worker has moved the reader meanwhile."""
    mine = ChangeReader.objects.filter(pk=reader.pk, snapshot=changes.since)
    if not mine.update(snapshot=changes.until):
        return False
    reader.snapshot = changes.until
    return True


def restart(reader: ChangeReader, *, revision: int, now: datetime) -> ChangeReader:
    """Put all accounts before the reader again. Commit before the full evaluation starts.

    `now` becomes `swept_at`: from then on crossings count.
    """
    run(sql(RESTART, revision=revision, now=now, id=reader.pk))
    return ChangeReader.objects.get(pk=reader.pk)


def prune() -> int:
    """Delete the changes that every reader has seen, and those of another life of the database; how many."""
    return run(Sql(PRUNE))


def _ids(since: str, until: Sql, *, after: int | None = None) -> Sql:
    """The lowest account ids not seen, as an array of at most one chunk."""
    return sql(
        LOWEST,
        not_seen=sql(NOT_SEEN, since=since, until=until),
        after=EMPTY if after is None else sql(" AND c.account_id > {id}", id=after),
        chunk=CHUNK,
    )
