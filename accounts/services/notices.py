"""What somebody has been told, for their own eyes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import Notice


def own(user: Any) -> QuerySet[Notice]:
    """The notices of a user."""
    return Notice.objects.filter(user_id=user.pk)


def read(user: Any, *, up_to: int, now: datetime) -> int:
    """Somebody has read what they were told, up to a notice (its id); how many were new."""
    return own(user).filter(pk__lte=up_to, read_at=None).update(read_at=now)
