"""The edge's clock: a request asks once what time it is and hands it down."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone


def now() -> datetime:
    """The moment of the request."""
    return timezone.now()
