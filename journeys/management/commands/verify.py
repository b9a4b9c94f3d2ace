from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from journeys.engine.verify import RULES, verify


class Command(BaseCommand):
    help = "Check that counters, visits and references add up; says which rules do not hold."

    def handle(self, **options: Any) -> None:
        broken = verify()
        for rule, rows in broken.items():
            self.stderr.write(f"broken: {rule} ({rows:,})")
        if broken:
            raise CommandError(f"{len(broken)} of {len(RULES)} rules do not hold.")
        self.stdout.write(f"verify ok: {len(RULES)} rules hold")
