"""Instants as documents write them: ISO 8601 with Z or an offset, kept in UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime

ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)", re.ASCII)
# What a calendar step of three years cannot leave.
FIRST_YEAR, LAST_YEAR = 1970, 2200


def parse_instant(value: object) -> datetime | None:
    """The instant (UTC) that a text names; None when it is no text, or names none between 1970 and 2200."""
    if not isinstance(value, str) or not ISO.fullmatch(value):
        return None
    try:
        moment = datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if FIRST_YEAR <= moment.year <= LAST_YEAR else None


def write_instant(moment: datetime) -> str:
    """The one way an instant is written: in UTC, with Z, fractions only when there are any."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
