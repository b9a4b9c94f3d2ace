"""Taking what is to be changed: the row as it is now, locked until the end of the transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import ProtectedError
from django.db.models.deletion import Collector
from django.utils.translation import gettext as _

from accounts.errors import Conflict, Stale

Row = TypeVar("Row", bound=models.Model)


def opened(row: Row, *, unchanged_since: datetime | None = None, to_delete: bool = False) -> Row:
    """The row of now, in place of the one that the caller has read.

    `unchanged_since`: the `updated_at` that the caller has seen. `to_delete`: nobody may come to refer to it.

    :raises Conflict: `gone` if it has been deleted
    :raises Stale: if somebody has changed it in between
    """
    rows: Any = type(row)._default_manager.select_for_update(no_key=not to_delete)
    current: Any = rows.filter(pk=row.pk).first()
    if current is None:
        raise Conflict("gone", _("“%(name)s” has been deleted.") % {"name": row})
    if unchanged_since is not None and unchanged_since != current.updated_at:
        message = _("Somebody has changed “%(name)s” in between.") % {"name": current}
        raise Stale(message)
    found: Row = current
    return found


def allowing(conflict: Conflict, actions: Sequence[str]) -> Conflict:
    """The refusal, with what is allowed instead."""
    conflict.allowed = list(actions)
    return conflict


def is_protected(row: models.Model) -> bool:
    """Whether a row that may not lose it, as of a published journey, points to this one or to what goes with it."""
    try:
        Collector(using=DEFAULT_DB_ALIAS).collect([row])
    except ProtectedError:
        return True
    return False
