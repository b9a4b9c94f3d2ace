"""Taking what is to be changed: the row as it is now, locked until the end of the transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from django.db import models

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
        raise Conflict("gone", f"“{row}” has been deleted.")
    if unchanged_since is not None and unchanged_since != current.updated_at:
        raise Stale(f"Somebody has changed this {row._meta.verbose_name} in between.")
    found: Row = current
    return found
