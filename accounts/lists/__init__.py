"""Who is on a list. Static lists are filled by hand; dynamic ones follow their condition (spec 3.2).

Every change locks the accounts first, in the order of their ids, and marks them, so that conditions on lists
follow. Start here: `members` writes the static ones, `refresh` the dynamic ones.
"""

from __future__ import annotations

from accounts.lists.members import add, remove
from accounts.lists.moved import BATCH, LOCK_CLASS, Moved
from accounts.lists.refresh import reader_name, refresh, refresh_due

__all__ = ["BATCH", "LOCK_CLASS", "Moved", "add", "reader_name", "refresh", "refresh_due", "remove"]
