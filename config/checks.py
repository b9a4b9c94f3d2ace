"""System checks of the installation as a whole; those of the database are in `config.postgres.checks`."""

from __future__ import annotations

from datetime import time
from importlib.metadata import PackageNotFoundError, distribution
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.core.checks import CheckMessage, Error


def check_one_fsm(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """django-fsm beside django-fsm-2: both install the package `django_fsm`, and one overwrites the other."""
    if not _is_installed("django-fsm"):
        return []
    return [
        Error(
            "django-fsm is installed beside django-fsm-2; both bring the package django_fsm.",
            hint="pip uninstall django-fsm django-fsm-2, then pip install -r requirements.txt.",
            id="throughline.E010",
        )
    ]


def check_times(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """When the night of buying groups begins, and where: a worker would stumble over it in each of its rounds."""
    return [*_zone("BUYING_GROUPS_TIME_ZONE"), *_time_of_day("BUYING_GROUPS_NIGHT")]


def _zone(name: str) -> list[CheckMessage]:
    value = getattr(settings, name)
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return [
            Error(
                f"{name}: there is no time zone “{value}”.",
                hint="One as UTC or Europe/Berlin.",
                id="throughline.E011",
            )
        ]
    return []


def _time_of_day(name: str) -> list[CheckMessage]:
    value = getattr(settings, name)
    try:
        at = time.fromisoformat(value)
    except ValueError:
        at = None
    if at is None or at.tzinfo is not None:
        return [
            Error(
                f"{name}: “{value}” is no time of the day.",
                hint="One as 00:00 or 23:30.",
                id="throughline.E012",
            )
        ]
    return []


def _is_installed(name: str) -> bool:
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True
