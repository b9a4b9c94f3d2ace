"""Where Celery comes in: runs that wait are worked at. Losing or doubling a message costs nothing."""

from __future__ import annotations

from time import monotonic

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from buying_groups import rounds


@shared_task
def keep(**_: object) -> None:
    """Make, maintain and score buying groups: what the night and staff have asked for. Beat starts it."""
    end = monotonic() + settings.ENGINE_SLICE
    rounds.go_round(timezone.now, until=lambda: monotonic() > end)
