"""What staff and clients can do with accounts, one at a time; many at once go through an import."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts import changes
from accounts.errors import Conflict, User, require
from accounts.events import Source
from accounts.findings import Finding, Invalid
from accounts.models import Account, Event
from accounts.services.checking import checked, columns, record, staff, write

Eraser = Callable[[list[int]], None]


@transaction.atomic
def create(values: Mapping[str, Any], *, by: User, now: datetime) -> Account:
    """A new account from `{"name": …, "custom": {…}}`. Nothing is recorded as changed; readers look at it.

    :raises PermissionDenied: without accounts.add_account
    :raises Invalid: with a finding for each wrong value
    """
    require(by, "accounts.add_account")
    account = Account(created_at=now)
    write(account, checked("account", values, required=["name"]), now=now)
    account.updated_at = now
    _save(account)
    changes.mark([account.pk])
    return account


@transaction.atomic
def edit(
    account_id: int, values: Mapping[str, Any], *, by: User, now: datetime, source: Source | None = None
) -> Account:
    """Change the named values of an account; each that really changes is recorded. An empty text or null
    clears.

    :raises PermissionDenied: without accounts.change_account
    :raises Account.DoesNotExist:
    :raises Invalid: with a finding for each wrong value
    """
    require(by, "accounts.change_account")
    new = checked("account", values)
    account = Account.objects.select_for_update(no_key=True).get(pk=account_id)
    old = write(account, new, now=now)
    if old:
        _save(account, columns(old))
        record(account, old, source=source or staff(by), now=now)
        changes.mark([account.pk])
    return account


@transaction.atomic
def delete(account_ids: Collection[int], *, by: User) -> int:
    """Delete accounts with their relations, memberships and events; their people stay. How many there were.

    What other apps keep about an account goes first, by the callables of `settings.ERASERS`.

    :raises PermissionDenied: without accounts.delete_account
    :raises Conflict: "in_use" when something refuses to let go
    """
    require(by, "accounts.delete_account")
    locked = Account.objects.select_for_update().filter(pk__in=list(account_ids)).order_by("pk")
    ids = list(locked.values_list("pk", flat=True))
    for eraser in erasers():
        eraser(ids)
    try:
        Account.objects.filter(pk__in=ids).delete()
    except ProtectedError as error:
        users = ", ".join(sorted({str(row) for row in error.protected_objects})[:10])
        raise Conflict("in_use", _("Still used by %(users)s.") % {"users": users}) from error
    Event.objects.filter(account_id__in=ids).delete()
    return len(ids)


def erasers() -> list[Eraser]:
    """What other apps do before accounts are deleted."""
    return [import_string(path) for path in getattr(settings, "ERASERS", [])]


def _save(account: Account, update_fields: list[str] | None = None) -> None:
    """:raises Invalid: if the external id belongs to another account"""
    others = Account.objects.filter(external_id=account.external_id).exclude(pk=account.pk)
    if account.external_id and others.exists():
        raise Invalid([_taken()])
    try:
        with transaction.atomic():
            account.save(update_fields=update_fields)
    except IntegrityError as error:
        raise Invalid([_taken()]) from error


def _taken() -> Finding:
    return Finding("taken", _("Another account has this external id."), ("external_id",))
