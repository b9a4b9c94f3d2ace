"""The built-in groups of users, and what their members may do (spec 3.8).

A group gets its permissions when it is made, and each later permission once, with the upgrade that brings it:
what an administrator has added or taken away stays as it is.
"""

from __future__ import annotations

from collections.abc import Collection
from fnmatch import fnmatchcase
from typing import Any

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections, transaction

# Patterns of "app.codename"; one that matches nothing yet waits for its model.
GROUPS: dict[str, tuple[str, ...]] = {
    "Journey manager": (
        "journeys.view_*", "journeys.*_journey", "buying_groups.*",
        "accounts.view_*", "accounts.*_accountlist", "accounts.*_audience",
    ),
    "Channel manager": (
        "journeys.view_*", "accounts.view_account", "accounts.view_person",
        "actions.*_email", "actions.*_sms", "actions.view_delivery",
    ),
    "Sales": (
        "accounts.view_*", "buying_groups.view_*",
        "journeys.view_journey", "journeys.view_entry", "journeys.view_visit",
    ),
    "Administrator": (
        "accounts.*", "actions.*", "journeys.view_*", "journeys.hold_*", "buying_groups.*",
        "auth.*_user", "auth.*_group", "auth.view_permission", "knox.*",
    ),
}  # fmt: skip

LABEL = ("pk", "content_type__app_label", "codename")
# Permissions (ids) that were there before the migrations that run now.
_before: set[int] = set()


def remember(using: str = DEFAULT_DB_ALIAS, **_: Any) -> None:
    """Before migrations: which permissions there are; none in a new database."""
    _before.clear()
    permissions = apps.get_model("auth", "Permission")
    if permissions._meta.db_table in connections[using].introspection.table_names():
        _before.update(permissions.objects.using(using).values_list("pk", flat=True))


def provide(using: str = DEFAULT_DB_ALIAS, **_: Any) -> None:
    """After migrations: make the groups that are missing, and give the others what is new."""
    groups, permissions = (
        apps.get_model("auth", name).objects.using(using) for name in ("Group", "Permission")
    )
    known = {pk: f"{app}.{codename}" for pk, app, codename in permissions.values_list(*LABEL)}
    with transaction.atomic(using=using):
        for name, patterns in GROUPS.items():
            group, is_new = groups.get_or_create(name=name)
            offered = known if is_new else known.keys() - _before
            group.permissions.add(*[pk for pk in offered if _matches(known[pk], patterns)])


def _matches(label: str, patterns: Collection[str]) -> bool:
    return any(fnmatchcase(label, pattern) for pattern in patterns)
