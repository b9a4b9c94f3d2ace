"""Dynamic lists follow their condition: the accounts that changed, or all when that is needed (spec 3.2).

One list is refreshed by one worker at a time; a second one goes away. What must survive a crash is in the
list's ChangeReader: which changes it has seen, and where a round over all accounts has come to.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.db import transaction

from accounts import changes, readers
from accounts.conditions import Scope, compile
from accounts.conditions.dependencies import Dependencies
from accounts.events import Source
from accounts.lists.moved import LOCK_CLASS, Moved, batches, event
from accounts.models import AccountList, ChangeReader, Event, EventType
from accounts.sql import Sql, rows, run, sql

logger = logging.getLogger(__name__)

ALL_EVERY = timedelta(minutes=15)  # for a condition with a moving time (spec 3.2)
SYSTEM = Source(Event.Source.SYSTEM)
WINDOW = 50_000  # accounts that one statement of a round over all looks at
WINDOW_END = """
    SELECT max(id) FROM (SELECT id FROM accounts_account WHERE id > {cursor} ORDER BY id LIMIT {size}) AS found
"""
# A scalar subquery looks one member up by the key for each account, whatever the planner believes of the list's
# size; EXISTS or a join may read the whole list for ten accounts.
TURNED = """
    SELECT account.id FROM accounts_account account WHERE {which} AND {verdict} <> ((
        SELECT member.account_id FROM accounts_listmember member
        WHERE member.account_list_id = {list} AND member.account_id = account.id
    ) IS NOT NULL)
"""
RANGE = "account.id > {cursor} AND account.id <= {end}"
THESE = "account.id = ANY({ids}::bigint[])"
PRESENT = "SELECT id FROM accounts_account WHERE id = ANY({ids})"
LOCK = "SELECT id FROM accounts_account WHERE id = ANY({ids}) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED"
WRITE = """
    WITH asked AS MATERIALIZED (
        SELECT account.id AS account_id, {verdict} AS belongs
        FROM accounts_account account WHERE account.id = ANY({ids}::bigint[])
    ), added AS (
        INSERT INTO accounts_listmember (account_list_id, account_id, added_at)
        SELECT {list}, account_id, {now}::timestamptz FROM asked WHERE belongs
        ON CONFLICT DO NOTHING RETURNING account_id
    ), removed AS (
        DELETE FROM accounts_listmember member USING asked
        WHERE member.account_list_id = {list} AND member.account_id = asked.account_id AND NOT belongs
        RETURNING member.account_id
    ), marked AS ({mark}){added_event}{removed_event}
    SELECT (SELECT count(*) FROM added), (SELECT count(*) FROM removed)
"""
MOVED = Sql("SELECT account_id FROM added UNION ALL SELECT account_id FROM removed")


def refresh_due(*, now: datetime) -> Moved:
    """Bring all live dynamic lists up to date, each behind those it names; one failing stops no other."""
    dependencies = Dependencies()
    live = AccountList.objects.filter(type=AccountList.Type.DYNAMIC, status=AccountList.Status.LIVE)
    moved = Moved()
    for account_list in dependencies.in_order(live):
        try:
            moved += refresh(account_list, now=now, dependencies=dependencies)
        except Exception:
            logger.exception("The account list “%s” cannot be refreshed.", account_list)
    return moved


def refresh(account_list: AccountList, *, now: datetime, dependencies: Dependencies | None = None) -> Moved:
    """Bring a live dynamic list up to date.

    All accounts are asked for a new list, when an audience that it names was edited, and every 15 minutes for
    a condition with a moving time whose crossings are not known. Accounts that somebody else holds stay for
    the next round.

    :raises CannotCompile: if a field of the condition is gone
    """
    return _Refresh(account_list, now, dependencies or Dependencies()).run()


def reader_name(list_id: int) -> str:
    """Under which a dynamic list reads the change log."""
    return f"list:{list_id}"


def _ids(select: Sql) -> list[int]:
    return [id for (id,) in rows(select)]


class _Refresh:
    """One refresh of one list."""

    def __init__(self, account_list: AccountList, now: datetime, dependencies: Dependencies) -> None:
        self.list = account_list
        self.condition: Any = account_list.condition
        self.now = now
        self.lookup = dependencies.lookup
        self.revision = dependencies.revision(self.condition)

    def run(self) -> Moved:
        reader = readers.open(reader_name(self.list.pk), revision=self.revision, now=self.now)
        if self._must_ask_all(reader):
            reader = readers.restart(reader, revision=self.revision, now=self.now)
        moved = self._sweep(reader)
        return moved if moved.busy else moved + self._follow(reader)

    def _must_ask_all(self, reader: ChangeReader) -> bool:
        if reader.revision != self.revision or reader.swept_at is None:
            return True
        if reader.sweep_cursor is not None or not self._is_relative:
            return False
        return self.now - reader.swept_at >= ALL_EVERY and self._crossings(reader) is None

    def _sweep(self, reader: ChangeReader) -> Moved:
        """All accounts, by id, from where the last worker came to."""
        moved = Moved()
        while reader.sweep_cursor is not None and not moved.busy:
            cursor = reader.sweep_cursor
            [(end,)] = rows(sql(WINDOW_END, cursor=cursor, size=WINDOW))
            if end is not None:
                moved += self._ask(reader, sql(RANGE, cursor=cursor, end=end))
            if not moved.busy:
                moved += self._come_to(reader, end)
        return moved

    def _come_to(self, reader: ChangeReader, end: int | None) -> Moved:
        """Remember how far the round over all accounts has come; None: to its end."""
        with transaction.atomic():
            if not self._is_ours(reader):
                return Moved(busy=True)
            reader.sweep_cursor = end
            reader.save(update_fields=["sweep_cursor"])
        return Moved()

    def _follow(self, reader: ChangeReader) -> Moved:
        """What changed since the last look, and what time has turned."""
        unseen = readers.read(reader)
        if unseen.restarted:
            readers.restart(reader, revision=self.revision, now=self.now)
            return self.run()
        moved = Moved()
        for ids in unseen.batches():
            moved += self._ask(reader, sql(THESE, ids=ids))
            if moved.busy:
                return moved
        if unseen:
            readers.advance(reader, unseen)
        return moved + self._turned_by_time(reader)

    def _turned_by_time(self, reader: ChangeReader) -> Moved:
        crossings = self._crossings(reader) if self._is_relative else None
        ids = _ids(crossings) if crossings is not None else []
        moved = Moved()
        for batch in batches(ids):
            moved += self._ask(reader, sql(THESE, ids=batch))
        if ids and not moved.busy:
            ChangeReader.objects.filter(pk=reader.pk, swept_at=reader.swept_at).update(swept_at=self.now)
        return moved

    def _ask(self, reader: ChangeReader, which: Sql) -> Moved:
        """Put right those of the accounts whose verdict differs from the list, a transaction for each batch.

        Only these are locked, and asked again under the lock.
        """
        turned = sql(TURNED, which=which, verdict=self._verdict, list=self.list.pk)
        moved = Moved()
        for batch in batches(_ids(turned)):
            with transaction.atomic():
                moved += self._move(batch) if self._is_ours(reader) else Moved(busy=True)
            if moved.busy:
                break
        return moved

    def _is_ours(self, reader: ChangeReader) -> bool:
        """Take the list for this transaction, unless somebody has it or has moved its reader meanwhile."""
        lock = sql("SELECT pg_try_advisory_xact_lock({cls}, {id}::int)", cls=LOCK_CLASS, id=self.list.pk)
        if rows(lock) != [(True,)]:
            return False
        same = ChangeReader.objects.filter(
            pk=reader.pk, snapshot=reader.snapshot, revision=reader.revision, sweep_cursor=reader.sweep_cursor
        )
        return same.select_for_update(no_key=True).exists()

    def _move(self, ids: list[int]) -> Moved:
        """Put the right ones of these accounts on the list, and take the wrong ones off.

        Whoever cannot be locked is marked, and so asked again by the next round.
        """
        locked = _ids(sql(LOCK, ids=ids))
        if skipped := sorted(set(ids) - set(locked)):
            run(changes.mark_statement(sql(PRESENT, ids=skipped)))
        [(added, removed)] = rows(self._write(locked))
        return Moved(added, removed)

    def _write(self, ids: list[int]) -> Sql:
        kinds = EventType.BuiltIn
        return sql(
            WRITE,
            verdict=self._verdict,
            ids=ids,
            list=self.list.pk,
            now=self.now,
            mark=changes.mark_statement(MOVED),
            added_event=event(self.list, "added", kinds.ADDED_TO_ACCOUNT_LIST, SYSTEM, self.now),
            removed_event=event(self.list, "removed", kinds.REMOVED_FROM_ACCOUNT_LIST, SYSTEM, self.now),
        )

    @cached_property
    def _verdict(self) -> Sql:
        return compile(self.condition, Scope(now=self.now))

    @cached_property
    def _is_relative(self) -> bool:
        return self.lookup.is_relative(self.condition)

    def _crossings(self, reader: ChangeReader) -> Sql | None:
        return self.lookup.crossings(self.condition, reader.swept_at or self.now, self.now)
