"""Which accounts a person belongs to, in which role, and which one is primary."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import changes, values
from accounts.errors import User, require
from accounts.findings import Finding, Invalid
from accounts.models import Account, AccountPerson, EventType
from accounts.services.checking import record_payloads, staff
from accounts.services.leaving import leave
from accounts.services.people import lock

LONGEST_ROLE = 100


@transaction.atomic
def add(
    account_id: int, person_id: int, *, role: str | None = None, is_primary: bool | None = None, by: User,
    now: datetime,
) -> tuple[AccountPerson, bool]:  # fmt: skip
    """Make a person belong to an account; the relation, and whether it is new.

    One that does already gets the role and the mark that are given; what is None stays.

    :raises PermissionDenied: without accounts.change_person
    :raises Person.DoesNotExist:
    :raises Invalid: unknown account, or a role that does not fit
    """
    require(by, "accounts.change_person")
    role = None if role is None else _role(role)
    lock(person_id, account_id)
    if not Account.objects.filter(pk=account_id).exists():
        raise Invalid([Finding("not_found", _("There is no such account."), ("account",))])
    relation = AccountPerson.objects.filter(account_id=account_id, person_id=person_id).first()
    if relation is not None:
        return _change(relation, role=role, is_primary=is_primary, by=by, now=now), False
    if is_primary:
        _yield_primary(person_id, by=by, now=now)
    added = AccountPerson.objects.create(
        account_id=account_id, person_id=person_id, role=role or "", is_primary=bool(is_primary)
    )
    changes.mark_people([person_id])
    return added, True


@transaction.atomic
def edit(
    account_id: int,
    person_id: int,
    *,
    role: str | None = None,
    is_primary: bool | None = None,
    by: User,
    now: datetime,
) -> AccountPerson:
    """Change the role or the primary mark of a relation; what is None stays.

    :raises PermissionDenied: without accounts.change_person
    :raises Person.DoesNotExist: :raises AccountPerson.DoesNotExist:
    :raises Invalid: a role that does not fit
    """
    require(by, "accounts.change_person")
    lock(person_id, account_id)
    relation = AccountPerson.objects.get(account_id=account_id, person_id=person_id)
    role = None if role is None else _role(role)
    return _change(relation, role=role, is_primary=is_primary, by=by, now=now)


@transaction.atomic
def remove(account_id: int, person_id: int, *, by: User, now: datetime) -> None:
    """Let a person leave an account; who does not belong to it is ignored.

    :raises PermissionDenied: without accounts.change_person
    :raises Person.DoesNotExist:
    """
    require(by, "accounts.change_person")
    lock(person_id, account_id)
    changes.mark_people([person_id])
    gone, __ = AccountPerson.objects.filter(account_id=account_id, person_id=person_id).delete()
    if gone:
        leave([(account_id, person_id)], now=now)


def _change(
    relation: AccountPerson, *, role: str | None, is_primary: bool | None, by: User, now: datetime
) -> AccountPerson:
    role = relation.role if role is None else role
    is_primary = relation.is_primary if is_primary is None else is_primary
    before = _payload("person.role_in_account", relation.role or None, role or None)
    before += _payload("person.primary_account", relation.is_primary, is_primary)
    if not before:
        return relation
    if is_primary and not relation.is_primary:
        _yield_primary(relation.person_id, by=by, now=now)
    relation.role, relation.is_primary = role, is_primary
    relation.save(update_fields=["role", "is_primary"])
    _record(relation, before, by=by, now=now)
    changes.mark_people([relation.person_id])
    return relation


def _yield_primary(person_id: int, *, by: User, now: datetime) -> None:
    """The account that was primary is not any more; a person has one at most."""
    old = AccountPerson.objects.filter(person_id=person_id, is_primary=True).first()
    if old is not None:
        AccountPerson.objects.filter(pk=old.pk).update(is_primary=False)
        _record(old, _payload("person.primary_account", True, False), by=by, now=now)


def _payload(attribute: str, old: Any, new: Any) -> list[dict[str, Any]]:
    return [{"attribute": attribute, "old": old, "new": new}] if old != new else []


def _record(relation: AccountPerson, payloads: list[dict[str, Any]], *, by: User, now: datetime) -> None:
    record_payloads(
        EventType.BuiltIn.PERSON_DATA_CHANGED, payloads, source=staff(by), now=now,
        account=relation.account_id, person=relation.person_id,
    )  # fmt: skip


def _role(role: str) -> str:
    try:
        return values.text(role, max_length=LONGEST_ROLE)
    except ValueError as error:
        raise Invalid(
            [Finding("invalid_value", _("Role in the account: %(error)s") % {"error": error}, ("role",))]
        ) from error
