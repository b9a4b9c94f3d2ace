from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from buying_groups import rounds
from buying_groups.models import JobRun
from journeys.engine import identity
from journeys.models import EngineState

FIGURES = ("created_groups", "added", "removed", "changed_role", "ignored", "rescored")


class Command(BaseCommand):
    """What the night does, now; beside workers too."""

    help = "Make, maintain and score buying groups now, as every night: all creation jobs, all groups."

    def handle(self, **options: Any) -> None:
        now = timezone.now()
        if not identity.check(now):
            because = EngineState.objects.get(pk=1).held_because
            raise CommandError(f"The engine is held, and buying groups wait with it. {because}".strip())
        # What the night has asked for, or would in the next moment, is not asked for again.
        rounds.queue_night(now)
        rounds.queue_all(now)
        asked = list(rounds.open_runs())
        while rounds.go_round(timezone.now):
            pass
        for run in JobRun.objects.filter(pk__in=asked).order_by("pk"):
            self.stdout.write(
                " ".join([f"{run.kind} {run.pk}: {run.status}", *_figures(run), run.error]).strip()
            )


def _figures(run: JobRun) -> list[str]:
    return [f"{name}={n}" for name in FIGURES if (n := getattr(run, name))]
