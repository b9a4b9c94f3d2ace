"""System checks of the installation as a whole; those of the database are in `config.postgres.checks`."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, distribution
from typing import Any

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


def _is_installed(name: str) -> bool:
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True
