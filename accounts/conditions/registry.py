"""The fields of this installation: one explicit list, in the settings (`CONDITION_FIELDS`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.conditions.fields import Field

Source = Callable[[], Iterable[Field]]


@cache
def _entries(paths: tuple[str, ...]) -> tuple[dict[str, Field], tuple[Source, ...]]:
    entries = [entry for path in paths for entry in import_string(path)]
    fixed = {entry.name: entry for entry in entries if isinstance(entry, Field)}
    return fixed, tuple(entry for entry in entries if not isinstance(entry, Field))


def fixed() -> dict[str, Field]:
    """The fields that are always there, by name."""
    return _entries(tuple(settings.CONDITION_FIELDS))[0]


def from_database() -> dict[str, Field]:
    """The fields that the database defines, by name; one query a table."""
    return {
        field.name: field for source in _entries(tuple(settings.CONDITION_FIELDS))[1] for field in source()
    }
