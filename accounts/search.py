"""Words that a row must contain, so that an index on trigrams finds them among millions."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

WORDS = 5
LONGEST = 100
# Shorter words have no trigram to look for: they are taken for a beginning.
TRIGRAM = 3


def containing(
    rows: QuerySet[Any], columns: tuple[str, ...], typed: str, *, prefix: str = ""
) -> QuerySet[Any]:
    """Those in which each word stands in one of the columns; `prefix` leads to them ("account__")."""
    for word in typed.replace("\0", "")[:LONGEST].split()[:WORDS]:
        lookup = "icontains" if len(word) >= TRIGRAM else "istartswith"
        found = Q()
        for column in columns:
            found |= Q(**{f"{prefix}{column}__{lookup}": word})
        rows = rows.filter(found)
    return rows
