"""Who is on a list. Static lists are filled by hand; dynamic ones follow their condition (spec 3.2).

Every change locks the accounts first, in the order of their ids, and marks them, so that conditions on lists
follow. Start here: `static` and `dynamic` write one sort each.
"""

from __future__ import annotations

from accounts.lists.dynamic import reader_name, refresh, refresh_due
from accounts.lists.moved import BATCH, LOCK_CLASS, Moved
from accounts.lists.static import add, remove

__all__ = ["BATCH", "LOCK_CLASS", "Moved", "add", "reader_name", "refresh", "refresh_due", "remove"]
