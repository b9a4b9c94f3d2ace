"""What other apps do when people leave accounts (`settings.LEAVERS`)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.events import Source

Pair = tuple[int, int]
"""An account's id and a person's."""


class Leaver(Protocol):
    """In the transaction that ends the relations, which holds the accounts. Every other row is still there.

    `deleted_by`: who deletes these people, so that nothing that points to them will say who they were; None: they
    only leave.
    """

    def __call__(self, pairs: Collection[Pair], *, now: datetime, deleted_by: Source | None) -> None: ...


def leave(pairs: Collection[Pair], *, now: datetime, deleted_by: Source | None = None) -> None:
    """These people leave these accounts now: let everybody know who keeps something about the pair."""
    if pairs:
        for leaver in leavers():
            leaver(pairs, now=now, deleted_by=deleted_by)


def leavers() -> list[Leaver]:
    return [import_string(path) for path in settings.LEAVERS]
