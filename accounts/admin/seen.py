"""Which version of something a form was made of: its `updated_at`, sent along in a hidden field."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.dateparse import parse_datetime


def moment(request: HttpRequest) -> datetime | None:
    """The moment that the form names; None when it names none, so that any version will do."""
    try:
        return parse_datetime(request.POST.get("seen", ""))
    except ValueError:
        return None


def shown(request: HttpRequest, row: Any) -> str:
    """What the field holds: while the form comes back with faults, still the version that it was made of."""
    return request.POST.get("seen") or row.updated_at.isoformat()
