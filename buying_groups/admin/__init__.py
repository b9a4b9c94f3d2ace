"""The admin of buying groups. Each list is a `tabs.TabbedTable` below the same tabs; its pages call services.

tabs            the six tabs, and the base of the lists
roles           the roles, at most twenty
deleting        the dialog that says what uses something
"""

from __future__ import annotations

from buying_groups.admin.roles import RoleAdmin

__all__ = ["RoleAdmin"]
