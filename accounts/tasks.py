"""Where Celery comes in: imports that wait are run. Losing or doubling a message costs nothing."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from accounts.imports.run import run_next


@shared_task
def run_imports(**_: object) -> None:
    """Run the imports that wait, one after another; while another worker is at one, nothing. Beat starts it."""
    while run_next(clock=timezone.now):
        pass
