from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.demo.load import COMPANIES, NotLoaded, load
from accounts.models import Account, Import
from buying_groups.models import BuyingGroup
from journeys import rounds
from journeys.demo import welcome
from journeys.engine.worker import Worker
from journeys.models import EngineState, Journey
from journeys.reports import numbers
from journeys.reports.numbers import Numbers

PEOPLE = "people.csv"


class Command(BaseCommand):
    """Companies, people, a published journey, and everything that is due moved. Safe to run again."""

    help = "Load companies with people, publish a journey for them, move what is due, print how it went."

    def handle(self, **options: Any) -> None:
        worker = Worker(size=settings.ENGINE_BATCH_SIZE)
        self._load(worker)
        journey = self._journey(worker)
        while rounds.go_round(worker):
            pass
        self._refuse_if_held()
        self._report(journey)

    def _load(self, worker: Worker) -> None:
        """Once: a second time would set back the scores that the journey has raised."""
        if _is_loaded():
            self.stdout.write(f"{Account.objects.count():,} accounts are there already.")
            return
        try:
            accounts, people = load(clock=worker.clock)
        except NotLoaded as error:
            raise CommandError(f"The companies could not be loaded. {error}") from error
        self.stdout.write(f"Loaded {accounts.created:,} companies and {people.created:,} people.")

    def _journey(self, worker: Worker) -> Journey:
        if journey := welcome.under_way():
            self.stdout.write(f"The journey “{journey}” is under way already; what is due in it moves.")
            return journey
        journey = welcome.publish(worker.clock)
        self.stdout.write(f"{BuyingGroup.objects.count():,} companies have a buying group.")
        self.stdout.write(f"Published the journey “{journey}” from {welcome.FILE.name}.")
        return journey

    def _refuse_if_held(self) -> None:
        state = EngineState.objects.filter(held_at__isnull=False).first()
        if state is not None:
            raise CommandError(f"Nothing moves, the engine is held: {state.held_because}")

    def _report(self, journey: Journey) -> None:
        found = numbers.read(journey)
        for line in _table(found):
            self.stdout.write(line)
        visits = sum(node.left for node in found.nodes)
        self.stdout.write(
            f"demo ok: accounts={Account.objects.count()} entries={found.progress.entered} visits={visits}"
        )


def _is_loaded() -> bool:
    """Whether both files of the demo were imported to their end."""
    done = Import.objects.filter(status=Import.Status.DONE, file_name__in=(COMPANIES.name, PEOPLE))
    return done.values("file_name").distinct().count() == 2


def _table(found: Numbers) -> Iterator[str]:
    width = max(len(str(node.node)) for node in found.nodes)
    yield f"\n{'node':{width}}  {'entered':>9}  {'there now':>9}"
    for node in found.nodes:
        yield f"{node.node!s:{width}}  {node.entered:>9,}  {node.there:>9,}"
    yield ""
