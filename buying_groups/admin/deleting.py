"""The dialog before something of buying groups is deleted: what goes, or who uses it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, models
from django.db.models.deletion import Collector, ProtectedError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from accounts.admin import door, drafts

# Users that are named.
NAMED = 20


def dialog(
    request: HttpRequest,
    row: models.Model,
    *,
    act: Callable[[], None],
    users: Sequence[str],
    says: Sequence[tuple[str, str]],
    title: str,
    instead: str = "",
    named: tuple[str, Sequence[models.Model]] = ("", ()),
) -> HttpResponse:
    """GET asks, or says what uses it; POST calls the service and goes back to the list.

    `instead`: what can be done while something uses it.
    `named`: what of it drafts of journeys can name, as a resource and its rows (accounts.references).

    :raises PermissionDenied: for who may not delete this sort of thing
    """
    door.require(request, door.permission(type(row), "delete"))
    name = str(row)
    if request.method == "POST" and door.attempt(
        request, act, lambda _none: _("“%(name)s” is deleted.") % {"name": name}
    ):
        return HttpResponseRedirect(door.to(type(row), "changelist"))
    users = users or _protecting(row)
    context: dict[str, Any] = {
        "object": row,
        "heading": _("Delete “%(name)s”") % {"name": name},
        "back": door.to(row, "change", row.pk),
        "submit": title,
        "says": [*says, *([] if users else drafts.naming(*named))],
        "users": list(users[:NAMED]),
        "instead": instead,
        "more_users": max(0, len(users) - NAMED),
    }
    return door.page(request, "buying_groups/admin/delete.html", type(row), title=title, **context)


def _protecting(row: models.Model) -> list[str]:
    """Whatever else the database keeps it for: published journeys. Only asked when nothing else uses it."""
    try:
        Collector(using=DEFAULT_DB_ALIAS).collect([row])
    except ProtectedError as error:
        return sorted({str(user) for user in error.protected_objects})
    return []
