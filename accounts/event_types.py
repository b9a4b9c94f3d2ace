"""The built-in kinds of event, written after every migration: the ids are those that the code knows them by."""

from __future__ import annotations

from typing import Any

from django.db import connection

from accounts.models import EventType
from accounts.sql import Sql, run

# What an administrator adds gets ids well above the built-in ones.
FIRST_OF_OWN = 1001


def write(**_: Any) -> None:
    """Add what is missing; labels that an administrator changed stay."""
    if EventType._meta.db_table not in connection.introspection.table_names():
        return  # migrated back to before it, or not yet up to it
    missing = set(EventType.BuiltIn) - set(EventType.objects.values_list("pk", flat=True))
    EventType.objects.bulk_create(
        EventType(id=kind.value, name=kind.name.lower(), label=_label(kind)) for kind in sorted(missing)
    )
    run(Sql(
        "SELECT setval(pg_get_serial_sequence('accounts_eventtype', 'id'),"
        f" GREATEST({FIRST_OF_OWN}, (SELECT max(id) + 1 FROM accounts_eventtype)), false)"
    ))  # fmt: skip


def _label(kind: EventType.BuiltIn) -> str:
    return kind.name.replace("_", " ").capitalize().replace("Sms", "SMS")
