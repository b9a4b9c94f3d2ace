"""Two who want the same at once: one winner, a fence, no error shown to anybody, no deadlock (see conftest)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from accounts.errors import Conflict
from accounts.sql import row, rows, sql
from actions.types import Reason
from journeys import rounds, services
from journeys.engine import fence, leave, purge
from journeys.engine.verify import verify
from journeys.models import Entry, HistoryRecord, Journey, MapVersion, Visit
from tests.conftest import NOW
from tests.factories import AccountFactory, AccountListFactory
from tests.factories.journeys import JourneyFactory
from tests.factories.maps import action, add_to_journey, publish_map, start, wait
from tests.faults.acts import admitted, all_is_well, people, said, worker
from tests.faults.threads import Gate, Together, at_once, held, somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)

LATER = NOW + timedelta(days=2)


class TestPublishWithPublish:
    def test_one_publishes_and_the_other_is_refused(self) -> None:
        draft = JourneyFactory()
        end = NOW + timedelta(days=9)
        found = at_once(*[lambda: services.publish(draft, end=end, **said())] * 3)
        winners = [one for one in found if isinstance(one, Journey)]
        assert (len(winners), len([one for one in found if isinstance(one, Conflict)])) == (1, 2)
        assert MapVersion.objects.count() == 1
        assert HistoryRecord.objects.filter(what="published").count() == 1


class TestAbortWithMovingBatches:
    @pytest.fixture
    def journey(self) -> Journey:
        people()
        journey = publish_map(
            start(), action("raise", "change_score", score="fit", change="+5"), wait("rest", days=9)
        )
        admitted(journey)
        return journey

    def test_a_batch_in_flight_commits_before_it(self, journey: Journey) -> None:
        gate = Gate("before:commit")
        with Together() as threads:
            moved = threads.start(worker(fail=gate).move_due)
            with held(gate):
                abort = threads.start(services.abort, journey, **said())
                somebody_waits()
                assert not abort.done()
        assert moved.result().entries == 60
        assert abort.result().status == "aborted"
        assert Entry.objects.filter(node__key="rest", status=Entry.Status.ACTIVE).count() == 60
        assert worker(LATER).move_due().entries == 0

    def test_a_batch_on_record_moves_nothing_after_it(self, journey: Journey) -> None:
        gate = Gate("before:claim")
        with Together() as threads:
            moved = threads.start(worker(fail=gate).move_due)
            with held(gate):
                services.abort(journey, **said())
        assert moved.result().entries == 0
        assert not Visit.objects.exists()

    def test_nobody_moves_while_it_waits_for_its_turn(self, journey: Journey) -> None:
        """A stream of movers cannot keep it out: who comes later is refused while it waits."""
        gate = Gate("before:commit")
        with Together() as threads:
            threads.start(worker(fail=gate, size=10).move_batch, journey.pk, journey.version_id)
            with held(gate):
                threads.start(services.abort, journey, **said())
                somebody_waits()
                assert worker(size=10).move_due().entries == 0
        assert Visit.objects.values("entry").distinct().count() == 10

    def test_among_four_workers_no_entry_moves_after_its_commit(self, journey: Journey) -> None:
        """By the numbers of the transactions: the abort's was given when it had the fence, alone."""
        gate = Gate("before:commit")

        def abort() -> int:
            gate.wait()
            with transaction.atomic():
                gate.open()
                services.abort(journey, **said())
                found = row(sql("SELECT pg_current_xact_id()::text::bigint"))
            return int(found[0]) if found else 0

        movers = [lambda: worker(size=3).move_due() for _ in range(3)]
        *_, aborted = at_once(lambda: worker(size=3, fail=gate).move_due(), *movers, abort)
        [(last,)] = rows(sql("SELECT coalesce(max(xmin::text::bigint), 0) FROM journeys_visit"))
        assert isinstance(aborted, int), aborted
        assert last < aborted
        rounds.sweep(lambda: NOW)
        assert all_is_well()
        assert set(Entry.objects.values_list("status", flat=True)) == {Entry.Status.ABORTED}

    def test_the_sweep_of_two_ends_everybody_once(self, journey: Journey) -> None:
        services.abort(journey, **said())
        swept = at_once(*[lambda: [leave.sweep_aborted(journey.pk, now=NOW, size=7) for _ in range(30)]] * 2)
        assert sum(sum(one) for one in swept) == 60
        assert all_is_well()


class TestCloseWithAddAccountToJourney:
    @pytest.fixture
    def journeys(self) -> tuple[Journey, Journey]:
        people()
        target = publish_map(start(AccountListFactory()), wait("rest", days=9))
        source = publish_map(start(), add_to_journey("add", target), wait("rest", days=9))
        admitted(source)
        return source, target

    def test_those_added_before_it_are_inside(self, journeys: tuple[Journey, Journey]) -> None:
        _, target = journeys
        gate = Gate("before:commit")
        with Together() as threads:
            threads.start(worker(fail=gate).move_due)
            with held(gate):
                close = threads.start(services.close, target, **said())
                somebody_waits()
                assert not close.done()
        assert Entry.objects.filter(journey=target).count() == 60
        worker().move_due()
        assert all_is_well()

    def test_during_it_the_adding_journey_waits_and_then_skips(
        self, journeys: tuple[Journey, Journey]
    ) -> None:
        _, target = journeys
        with transaction.atomic():
            services.close(target, **said())
            with Together() as threads:
                moved = threads.start(worker().move_due)
            assert moved.result().entries == 0
        assert not Visit.objects.exists()
        worker().move_due()
        assert not Entry.objects.filter(journey=target).exists()
        assert set(Visit.objects.filter(node__key="add").values_list("reason", flat=True)) == {
            Reason.TARGET_NOT_LIVE
        }
        assert all_is_well()

    def test_during_an_admission_of_the_target_the_adding_journey_waits(
        self, journeys: tuple[Journey, Journey]
    ) -> None:
        _, target = journeys
        with transaction.atomic():
            fence.alone(target.pk, kind=fence.ADMITTING)
            with Together() as threads:
                moved = threads.start(worker().move_due)
            assert moved.result().entries == 0
        worker().move_due()
        assert Entry.objects.filter(journey=target).count() == 60


class TestRenameWithFinish:
    @pytest.fixture
    def journey(self) -> Journey:
        return publish_map(start(), status="closed", name="Before")

    def test_by_a_form_that_was_loaded_before_keeps_the_end(self, journey: Journey) -> None:
        loaded = Journey.objects.get(pk=journey.pk)
        services.finish(journey, now=NOW)
        services.rename(loaded, name="After", **said())
        assert Journey.objects.values_list("name", "status").get() == ("After", "finished")

    def test_both_happen(self, journey: Journey) -> None:
        found = at_once(
            lambda: services.rename(journey, name="After", **said()),
            lambda: services.finish(journey, now=NOW),
        )
        assert [one for one in found if isinstance(one, Exception)] == []
        assert Journey.objects.values_list("name", "status").get() == ("After", "finished")

    def test_does_not_wait_for_a_batch(self) -> None:
        AccountFactory()
        journey = publish_map(start(), name="Before")
        admitted(journey)
        gate = Gate("before:commit")
        with Together() as threads:
            threads.start(worker(fail=gate).move_due)
            with held(gate):
                services.rename(journey, name="After", **said())


class TestPurgeWithSweep:
    def test_leaves_no_entry_without_its_journey(self) -> None:
        AccountFactory.create_batch(20)
        journey = publish_map(start(), wait("rest", days=9))
        admitted(journey)
        services.abort(journey, **said())
        services.delete(journey, **said())
        gate = Gate()
        with Together() as threads:

            def sweep() -> None:
                with transaction.atomic():
                    leave.sweep_aborted(journey.pk, now=NOW, size=10)
                    gate()

            threads.start(sweep)
            with held(gate):
                assert purge.purge_deleted(size=100) == 0
        assert purge.purge_deleted(size=100) == 1
        assert verify() == {}
        assert not Entry.objects.exists()


class TestFence:
    def test_that_is_not_given_up_says_busy(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(fence, "PATIENCE", "50ms")
        AccountFactory()
        journey = publish_map(start())
        admitted(journey)
        gate = Gate("before:commit")
        with Together() as threads:
            threads.start(worker(fail=gate).move_due)
            with held(gate), pytest.raises(Conflict, match="still finishing"):
                services.abort(journey, **said())
        assert Journey.objects.get().status == "live"
