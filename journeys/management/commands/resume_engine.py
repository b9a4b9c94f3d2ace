from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from journeys.engine import identity


class Command(BaseCommand):
    help = "Release the engine after it was held because the database is a restored or cloned copy."

    def handle(self, **options: Any) -> None:
        identity.accept()
        self.stdout.write("The engine runs on this database from now on; due entries move at the next round.")
