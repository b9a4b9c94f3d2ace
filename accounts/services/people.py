"""What staff and clients can do with people and their place at accounts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import changes
from accounts.errors import User, require
from accounts.events import Source
from accounts.findings import Finding, Invalid
from accounts.models import Account, AccountPerson, Event, Person
from accounts.services.checking import checked, columns, record, record_all, staff, write
from accounts.services.leaving import leave

# What tells people apart.
OF_ONE = ("email", "external_id")


@transaction.atomic
def create(values: Mapping[str, Any], *, by: User, now: datetime) -> Person:
    """A new person, of no account yet, from `{"email": …, "custom": {…}}`.

    :raises PermissionDenied: without accounts.add_person
    :raises Invalid: with a finding for each wrong value
    """
    require(by, "accounts.add_person")
    person = Person(created_at=now)
    write(person, checked("person", values, required=["email"]), now=now)
    person.updated_at = now
    _save(person)
    return person


@transaction.atomic
def edit(
    person_id: int, values: Mapping[str, Any], *, by: User, now: datetime, source: Source | None = None
) -> Person:
    """Change the named values of a person; each that really changes is recorded and its accounts are marked.

    :raises PermissionDenied: without accounts.change_person
    :raises Person.DoesNotExist:
    :raises Invalid: with a finding for each wrong value
    """
    require(by, "accounts.change_person")
    new = checked("person", values)
    person = lock(person_id)
    old = write(person, new, now=now)
    if old:
        _save(person, columns(old))
        record(person, old, source=source or staff(by), now=now)
        changes.mark_people([person.pk])
    return person


@transaction.atomic
def edit_several(
    person_ids: Collection[int],
    values: Mapping[str, Any],
    *,
    by: User,
    now: datetime,
    source: Source | None = None,
) -> int:
    """Give several people the same values, each as by `edit`; in the same statements for few and many.

    How many of them really changed. Who is gone is passed over.

    :raises PermissionDenied: without accounts.change_person
    :raises Invalid: with a finding for each wrong value, and for each that no two people may share
    """
    require(by, "accounts.change_person")
    new = checked("person", values)
    if own := [one.key for one in new if one.key in OF_ONE and not one.is_custom]:
        said = _("Each person has their own: this cannot be set for several.")
        raise Invalid(Finding("not_shared", said, (key,)) for key in own)
    lock_accounts_of(person_ids)
    held = Person.objects.select_for_update(no_key=True).filter(pk__in=list(person_ids)).order_by("pk")
    changed = [(person, old) for person in held if (old := write(person, new, now=now))]
    if changed:
        Person.objects.bulk_update([person for person, _old in changed], columns(new))
        record_all(changed, source=source or staff(by), now=now)
        changes.mark_people([person.pk for person, _old in changed])
    return len(changed)


@transaction.atomic
def delete(person_ids: Collection[int], *, by: User, now: datetime, source: Source | None = None) -> int:
    """Delete people with their relations, scores and events. How many there were.

    What they were members of says who has gone, by name. `source`: whom that names (a client); None: `by`.

    :raises PermissionDenied: without accounts.delete_person
    """
    require(by, "accounts.delete_person")
    lock_accounts_of(person_ids)
    locked = Person.objects.select_for_update().filter(pk__in=list(person_ids)).order_by("pk")
    ids = list(locked.values_list("pk", flat=True))
    changes.mark_people(ids)
    relations = AccountPerson.objects.filter(person_id__in=ids)
    leave(list(relations.values_list("account_id", "person_id")), now=now, deleted_by=source or staff(by))
    Person.objects.filter(pk__in=ids).delete()
    Event.objects.filter(person_id__in=ids).delete()
    return len(ids)


def lock(person_id: int, *account_ids: int) -> Person:
    """The person, held for a change: its accounts and these first, then it (docs/engine.md, The order of locks).

    :raises Person.DoesNotExist:
    """
    lock_accounts_of([person_id], *account_ids)
    return Person.objects.select_for_update(no_key=True).get(pk=person_id)


def lock_accounts_of(person_ids: Collection[int], *account_ids: int) -> None:
    """Hold the accounts of these people, and these accounts, in the order of their ids."""
    theirs = AccountPerson.objects.filter(person_id__in=list(person_ids)).values_list("account_id", flat=True)
    held = (
        Account.objects.filter(pk__in={*theirs, *account_ids}).select_for_update(no_key=True).order_by("pk")
    )
    list(held.values_list("pk", flat=True))


def _save(person: Person, update_fields: list[str] | None = None) -> None:
    """:raises Invalid: if the external id or the email belongs to another person"""
    others = Person.objects.exclude(pk=person.pk)
    checks_email = update_fields is None or "email" in update_fields
    if checks_email and person.email and others.filter(email__iexact=person.email).exists():
        raise Invalid([Finding("taken", _("Another person has this email."), ("email",))])
    if person.external_id and others.filter(external_id=person.external_id).exists():
        raise Invalid([_taken()])
    try:
        with transaction.atomic():
            person.save(update_fields=update_fields)
    except IntegrityError as error:
        raise Invalid([_taken()]) from error


def _taken() -> Finding:
    return Finding("taken", _("Another person has this external id."), ("external_id",))
