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

# Patterns of "app.codename"; one that matches nothing yet waits for its model. With "!" before it, one that takes away.
GROUPS: dict[str, tuple[str, ...]] = {
    "Journey manager": (
        "journeys.view_*", "journeys.*_journey",
        # How engagement is weighed is scoring, an administrator's matter.
        "buying_groups.*", "!buying_groups.*_weight*", "!buying_groups.*_activityweight", "buying_groups.view_*",
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

# A permission that Django has not, on users: codename and name. With it somebody who may not publish a journey
# can still put others into the group that may. What it lifts: accounts.admin.users.
MANAGE_ANY_USER = ("manage_any_user", "Can manage users who may do more than they themselves")

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
    _own_permission(using)
    known = {pk: f"{app}.{codename}" for pk, app, codename in permissions.values_list(*LABEL)}
    with transaction.atomic(using=using):
        for name, patterns in GROUPS.items():
            group, is_new = groups.get_or_create(name=name)
            offered = known if is_new else known.keys() - _before
            group.permissions.add(*[pk for pk in offered if _matches(known[pk], patterns)])


def _own_permission(using: str) -> None:
    codename, name = MANAGE_ANY_USER
    user = (
        apps.get_model("contenttypes", "ContentType").objects.using(using).get(app_label="auth", model="user")
    )
    permissions = apps.get_model("auth", "Permission").objects.using(using)
    permissions.get_or_create(content_type=user, codename=codename, defaults={"name": name})


def _matches(label: str, patterns: Collection[str]) -> bool:
    """The last pattern that fits decides."""
    found = False
    for pattern in patterns:
        if fnmatchcase(label, pattern.removeprefix("!")):
            found = not pattern.startswith("!")
    return found
