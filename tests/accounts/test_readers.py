from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from time import monotonic, sleep

import pytest
from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from accounts import changes, readers
from accounts.models import AccountChange, ChangeReader
from accounts.sql import rows, run, sql


def open_connection() -> BaseDatabaseWrapper:
    """One more session at the same database, in a transaction until it commits."""
    second = connection.copy()
    second.set_autocommit(False)
    return second


def mark(where: BaseDatabaseWrapper, account_id: int) -> None:
    with where.cursor() as cursor:
        cursor.execute("INSERT INTO accounts_accountchange (account_id) VALUES (%s)", [account_id])


@pytest.fixture
def other() -> Iterator[BaseDatabaseWrapper]:
    second = open_connection()
    yield second
    second.rollback()
    second.close()


def read_and_advance(reader: ChangeReader) -> list[int]:
    unseen = readers.read(reader)
    assert readers.advance(reader, unseen)
    return [id for batch in unseen.batches() for id in batch]


@pytest.mark.django_db(transaction=True)
class TestRead:
    def test_finds_what_changed_since_and_nothing_twice(self, now):
        changes.mark([1])
        reader = readers.open("r", now=now)
        changes.mark([3, 2])
        changes.mark([3])
        assert read_and_advance(reader) == [2, 3]
        assert read_and_advance(reader) == []
        changes.mark([2])
        assert read_and_advance(ChangeReader.objects.get(name="r")) == [2]

    def test_finds_a_transaction_that_commits_late(self, now, other):
        reader = readers.open("r", now=now)
        mark(other, 1)
        changes.mark([2])
        assert read_and_advance(reader) == [2]
        other.commit()
        changes.mark([3])
        assert read_and_advance(reader) == [1, 3]
        assert read_and_advance(reader) == []

    def test_finds_what_was_open_when_the_reader_was_made(self, now, other):
        mark(other, 1)
        reader = readers.open("r", now=now)
        other.commit()
        assert read_and_advance(reader) == [1]

    def test_a_rolled_back_transaction_is_nothing(self, now, other):
        reader = readers.open("r", now=now)
        mark(other, 1)
        assert read_and_advance(reader) == []
        other.rollback()
        assert read_and_advance(reader) == []

    def test_an_open_transaction_holds_nobody_up(self, now, other):
        mark(other, 1)
        reader = readers.open("r", now=now)
        for account_id in range(10, 20):
            changes.mark([account_id])
            assert read_and_advance(reader) == [account_id]

    @pytest.mark.parametrize("seed", range(8))
    def test_reads_each_change_once_however_transactions_overlap(self, now, seed):
        chance = random.Random(seed)
        sessions = [open_connection() for _ in range(4)]
        reader, marked, seen = readers.open("r", now=now), 0, Counter[int]()
        try:
            for _ in range(200):
                session, act = chance.choice(sessions), chance.random()
                if act < 0.5:
                    marked += 1
                    mark(session, marked)
                elif act < 0.75:
                    session.commit()
                else:
                    seen.update(read_and_advance(reader))
            for session in sessions:
                session.commit()
        finally:
            for session in sessions:
                session.close()
        seen.update(read_and_advance(reader))
        assert seen == Counter(range(1, marked + 1))

    def test_is_one_statement(self, now, count_queries):
        reader = readers.open("r", now=now)
        changes.mark([1])
        assert count_queries(lambda: list(readers.read(reader).batches())) == 1

    def test_a_failed_round_reads_the_same_again(self, now):
        reader = readers.open("r", now=now)
        changes.mark([1])
        assert readers.read(reader).first == [1]
        assert readers.read(reader).first == [1]

    def test_what_the_same_transaction_wrote_is_always_read(self, now):
        reader = readers.open("r", now=now)
        with transaction.atomic():
            changes.mark([1])
            assert readers.read(reader).first == [1]


@pytest.mark.django_db(transaction=True)
class TestBatches:
    @pytest.fixture(autouse=True)
    def small(self, monkeypatch):
        monkeypatch.setattr(readers, "CHUNK", 4)

    def test_gives_large_sets_piece_by_piece(self, now):
        reader = readers.open("r", now=now)
        changes.mark(list(range(1, 12)))
        unseen = readers.read(reader)
        assert list(unseen.batches(3)) == [[1, 2, 3], [4], [5, 6, 7], [8], [9, 10, 11]]

    def test_leaves_what_commits_meanwhile_for_the_next_round(self, now, other):
        reader = readers.open("r", now=now)
        changes.mark(list(range(1, 9)))
        mark(other, 20)
        batches = readers.read(reader).batches()
        assert next(batches) == [1, 2, 3, 4]
        other.commit()
        changes.mark([1, 30])
        assert list(batches) == [[5, 6, 7, 8]]
        unseen = readers.read(reader)
        readers.advance(reader, unseen)
        # Begun again from the saved snapshot, as after a crash, all of them are there.
        assert [id for batch in unseen.batches() for id in batch] == [*range(1, 9), 20, 30]


@pytest.mark.django_db(transaction=True)
class TestAdvance:
    def test_moves_nobody_back(self, now):
        slow = readers.open("r", now=now)
        changes.mark([1])
        seen_by_slow = readers.read(slow)
        fast = readers.open("r", now=now)
        assert fast.pk == slow.pk
        changes.mark([2])
        assert readers.advance(fast, readers.read(fast))
        assert not readers.advance(slow, seen_by_slow)
        assert ChangeReader.objects.get().snapshot == fast.snapshot


@pytest.mark.django_db(transaction=True)
class TestRestart:
    def test_a_new_reader_has_all_accounts_before_it(self, now):
        reader = readers.open("r", revision=3, now=now)
        assert (reader.sweep_cursor, reader.revision, reader.swept_at) == (0, 3, now)

    def test_takes_its_snapshot_before_the_evaluation(self, now):
        reader = readers.open("r", now=now)
        changes.mark([1])
        reader = readers.restart(reader, revision=2, now=now)
        changes.mark([2])
        assert read_and_advance(reader) == [2]
        assert (reader.sweep_cursor, reader.revision) == (0, 2)

    def test_notices_another_life_of_the_database(self, now):
        reader = readers.open("r", now=now)
        assert not readers.read(reader).restarted
        reader.snapshot = "900000000000:900000000000:"
        reader.save()
        assert readers.read(reader).restarted
        assert not readers.read(readers.restart(reader, revision=1, now=now)).restarted

    def test_changes_of_another_life_are_never_read_and_are_pruned(self, now):
        reader = readers.open("r", now=now)
        restored = "INSERT INTO accounts_accountchange (account_id, xid) VALUES (1, '900000000000')"
        run(sql(restored))
        changes.mark([2])
        assert readers.read(reader).first == [2]
        readers.prune()
        assert list(AccountChange.objects.values_list("account_id", flat=True)) == [2]


def pruned(expected: int, *who: ChangeReader) -> int:
    """How many changes have been pruned in the end, while these readers read on.

    Another test's open transaction, on the same server, holds back what began after it: the snapshots of readers
    name it for as long as it lasts.
    """
    end, done = monotonic() + 150, 0
    while done < expected and monotonic() < end:
        for reader in who:
            read_and_advance(reader)
        done += readers.prune()
        sleep(0.02)
    return done


@pytest.mark.django_db(transaction=True)
class TestPrune:
    def test_keeps_what_the_slowest_reader_has_not_seen(self, now):
        slow, fast = readers.open("slow", now=now), readers.open("fast", now=now)
        changes.mark([1])
        assert read_and_advance(fast) == [1]
        readers.prune()
        assert read_and_advance(slow) == [1]
        assert pruned(1, slow, fast) == 1
        assert not AccountChange.objects.exists()

    def test_keeps_what_is_not_committed_yet(self, now, other):
        reader = readers.open("r", now=now)
        mark(other, 1)
        changes.mark([2])
        read_and_advance(reader)
        assert readers.prune() == 0
        other.commit()
        assert read_and_advance(reader) == [1]
        assert pruned(2, reader) == 2

    def test_keeps_nothing_that_nobody_reads(self, now):
        changes.mark([1])
        readers.open("gone", now=now)
        readers.forget("gone")
        assert pruned(1) == 1

    def test_what_it_deletes_is_read_by_nobody(self, now):
        """Prune at every step of a random history: no change is lost."""
        chance = random.Random(7)
        sessions = [open_connection() for _ in range(3)]
        reader, marked, seen = readers.open("r", now=now), 0, Counter[int]()
        try:
            for _ in range(150):
                session, act = chance.choice(sessions), chance.random()
                if act < 0.5:
                    marked += 1
                    mark(session, marked)
                elif act < 0.75:
                    session.commit()
                else:
                    seen.update(read_and_advance(reader))
                readers.prune()
            for session in sessions:
                session.commit()
        finally:
            for session in sessions:
                session.close()
        seen.update(read_and_advance(reader))
        assert seen == Counter(range(1, marked + 1))


@pytest.mark.django_db
def test_the_read_starts_at_the_first_change_it_may_not_have_seen(now):
    """The cost grows with the changes since, not with all that is kept (spec 5.4)."""
    fill = "INSERT INTO accounts_accountchange (account_id, xid) SELECT n, n::text::xid8"
    run(sql(fill + " FROM generate_series(3, 500) n CROSS JOIN generate_series(1, 100)"))
    run(sql("ANALYZE accounts_accountchange"))
    statement = readers._ids("490:490:", readers.OF_NOW)
    plan = "\n".join(line for (line,) in rows(sql("EXPLAIN SELECT {ids}", ids=statement)))
    assert "account_change_xid" in plan
    assert "Seq Scan" not in plan
