"""What is known of one request for a list, between those who answer it: whether it exports, how many were found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from django.db.models import QuerySet
from django.http import HttpRequest


@dataclass
class Known:
    """`n_found`: None until something has been looked for and counted. `searches`: a search has narrowed the rows,
    of which no more are looked up than are counted. `ids`: what it has found, in the order of the list; `rows`: all
    rows in that order, to look a page up in. `users`: those that filters by a user offer.
    """

    is_export: bool = False
    searches: bool = False
    n_found: int | None = None
    ids: list[int] | None = None
    rows: QuerySet[Any] | None = None
    users: list[tuple[int, str]] | None = None


_requests: WeakKeyDictionary[HttpRequest, Known] = WeakKeyDictionary()


def known(request: HttpRequest) -> Known:
    """What is known of this request; it is forgotten with it."""
    return _requests.setdefault(request, Known())
