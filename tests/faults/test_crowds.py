"""Several workers and admitters over the same accounts: nobody twice, nothing lost, no deadlock (see conftest)."""

from __future__ import annotations

import pytest
from django.db import transaction

from accounts.models import Account, ListMember, PersonScore
from journeys.engine.verify import verify
from journeys.models import Entry, Visit
from tests.factories import AccountFactory, AccountListFactory
from tests.factories.maps import action, add_to_journey, publish_map, start, wait
from tests.faults.acts import admitted, all_is_well, people, run_out, worker
from tests.faults.threads import Gate, Together, at_once, held

pytestmark = pytest.mark.django_db(transaction=True)


class TestTwoJourneysOverTheSameAccounts:
    def test_in_opposite_order_lose_nothing(self) -> None:
        people()
        marked, named = AccountListFactory(), {}
        named = {"account_list": {"id": marked.pk, "name": marked.name}}
        steps = [
            action("raise", "change_score", score="fit", change="+1"),
            action("mark", "add_to_account_list", **named),
            action("note", "account_change_data_value", attribute="account.industry", value="Banking"),
            action("people", "change_data_value", attribute="person.city", value="Bonn"),
        ]
        journeys = [
            publish_map(start(), *steps, name="Up"),
            publish_map(start(), *reversed(steps), name="Down"),
        ]
        for journey in journeys:
            admitted(journey)
        found = at_once(*[lambda: run_out(journeys, size=9)] * 3)
        assert [one for one in found if isinstance(one, Exception)] == []
        assert set(PersonScore.objects.values_list("value", flat=True)) == {4}
        assert ListMember.objects.count() == 60
        assert Entry.objects.filter(status=Entry.Status.COMPLETED).count() == 120
        assert all_is_well()


class TestTwoWorkersOnOneJourney:
    def test_move_nobody_twice(self) -> None:
        people()
        journey = publish_map(
            start(), action("raise", "change_score", score="fit", change="+5"), wait("rest", days=9)
        )
        admitted(journey)
        found = at_once(*[lambda: run_out([journey], size=4)] * 4)
        assert [one for one in found if isinstance(one, Exception)] == []
        assert set(PersonScore.objects.values_list("value", flat=True)) == {10}
        assert Visit.objects.count() == 120
        assert all_is_well()

    def test_have_different_entries_on_record(self) -> None:
        people()
        journey = publish_map(start(), wait("rest", days=9))
        admitted(journey)
        gate = Gate("before:claim")
        with Together() as threads:
            threads.start(worker(size=40, fail=gate).move_batch, journey.pk, journey.version_id)
            with held(gate):
                found = worker(size=40).move_batch(journey.pk, journey.version_id)  # type: ignore[arg-type]
                assert found is not None
                assert found.entries == 20

    def test_pass_over_accounts_that_somebody_else_holds(self) -> None:
        """An import, say: its accounts stay due for the next round, and nobody waits for it."""
        people()
        journey = publish_map(start(), wait("rest", days=9))
        admitted(journey)
        with transaction.atomic():
            list(Account.objects.select_for_update(no_key=True).order_by("pk")[:25])
            with Together() as threads:
                moved = threads.start(worker().move_due)
            assert moved.result().entries == 35
        assert worker().move_due().entries == 25
        assert all_is_well()


class TestTwoAdmitters:
    def test_make_one_entry_each(self) -> None:
        AccountFactory.create_batch(40)
        journey = publish_map(start())
        entered = at_once(*[lambda: admitted(journey)] * 3)
        assert sum(entered) == 40
        assert Entry.objects.count() == 40
        assert verify() == {}

    def test_make_one_entry_each_while_entries_complete_at_once(self) -> None:
        """The second admitter may have looked before the first one's entries came and went."""
        AccountFactory.create_batch(40)
        journey = publish_map(start())
        mover = worker(size=5)
        at_once(*[lambda: admitted(journey)] * 2, *[lambda: [mover.move_due() for _ in range(10)]])
        worker().move_due()
        assert Entry.objects.filter(status=Entry.Status.COMPLETED).count() == Entry.objects.count() == 40
        assert all_is_well()

    def test_and_an_action_make_one_entry_each(self) -> None:
        AccountFactory.create_batch(40)
        target = publish_map(start())
        source = publish_map(start(), add_to_journey("add", target))
        admitted(source)
        at_once(lambda: admitted(target), lambda: run_out([source], size=3))
        run_out([source, target], size=100)
        assert Entry.objects.filter(journey=target).count() == 40
        assert all_is_well()
