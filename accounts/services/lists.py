"""What staff and clients can do with account lists (spec 3.2)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_fsm import can_proceed

from accounts import conditions, lists, readers, values
from accounts.conditions.dependencies import Dependencies
from accounts.errors import Conflict, Stale, User, require
from accounts.findings import Finding, Invalid
from accounts.models import AccountList
from accounts.services import deleting, saving
from accounts.services.checking import staff
from accounts.services.deleting import Deleted
from accounts.sql import Sql, rows, sql

NOUN = gettext_lazy("An account list")
WINDOW = "SELECT id FROM accounts_account WHERE id > {last} ORDER BY id LIMIT {size}"
WAIT = "SELECT pg_advisory_xact_lock({cls}, id::int) FROM (SELECT unnest({ids}::bigint[]) AS id ORDER BY 1) AS found"
HIGHEST_ID = 2**63 - 1


def create(
    *, name: str, type: str = AccountList.Type.STATIC, description: str = "", condition: Any = None,
    by: User, now: datetime,
) -> AccountList:  # fmt: skip
    """A new list, as a draft. A dynamic one may get its condition later.

    :raises PermissionDenied: if `by` may not add lists
    :raises Invalid: if a value is wrong; a list that the condition names may still be missing or a draft
    """
    require(by, "accounts.add_accountlist")
    faults = saving.faults(AccountList.objects.all(), NOUN, name, description)
    saving.refuse([*faults, *_type_faults(type, condition)])
    account_list = AccountList(
        name=values.tidy(name), type=type, description=description.strip(),
        condition=None if condition is None else conditions.pin_condition(condition),
        created_at=now, updated_at=now, created_by_id=by.pk if by is not None else None,
    )  # fmt: skip
    saving.save(account_list, NOUN)
    return account_list


@transaction.atomic
def edit(
    account_list: AccountList, *, name: str | None = None, description: str | None = None,
    condition: Any = None, by: User, now: datetime, unchanged_since: datetime | None = None,
) -> AccountList:  # fmt: skip
    """Change what is given (None: as it is). The condition only while the list is a draft.

    `unchanged_since`: the `updated_at` that the caller has seen.

    :raises PermissionDenied: if `by` may not change lists
    :raises Invalid: as `create`
    :raises Conflict: `frozen` if the list is live and the condition would change; `gone`
    :raises Stale: if somebody changed it in between
    """
    require(by, "accounts.change_accountlist")
    current = _locked(account_list, unchanged_since)
    name = current.name if name is None else name
    description = current.description if description is None else description
    others = AccountList.objects.exclude(pk=current.pk)
    faults = list(saving.faults(others, NOUN, name, description))
    saving.refuse([*faults, *(_type_faults(current.type, condition) if condition is not None else ())])
    if condition is not None:
        _set_condition(current, conditions.pin_condition(condition))
    current.name, current.description, current.updated_at = values.tidy(name), description.strip(), now
    saving.save(current, NOUN)
    return current


@transaction.atomic
def publish(
    account_list: AccountList, *, by: User, now: datetime, unchanged_since: datetime | None = None
) -> AccountList:
    """Make a draft live: a static list can be used and filled by journeys, a dynamic one gets its members.

    :raises PermissionDenied: if `by` may not publish lists
    :raises Conflict: `not_draft` if it is live already; `gone`
    :raises Invalid: if a dynamic list has no condition, one with problems, or one that leads back to the list
    :raises Stale: if somebody changed it in between
    """
    require(by, "accounts.publish_accountlist")
    saving.one_at_a_time()
    current = _locked(account_list, unchanged_since)
    if not can_proceed(current.publish):
        raise Conflict("not_draft", _("The list “%(name)s” is live already.") % {"name": current.name})
    if current.type == AccountList.Type.DYNAMIC:
        saving.refuse_any(_publish_faults(current))
    current.publish(now=now)
    current.updated_at = now
    current.save()
    return current


def add_members(account_list: AccountList, account_ids: Iterable[int], *, by: User, now: datetime) -> int:
    """Put accounts on a static list; how many were not there. Unknown ids are passed over.

    :raises PermissionDenied: if `by` may not edit members
    :raises Conflict: `dynamic` if the system fills the list
    """
    _require_static(account_list, by)
    return lists.add(account_list, _possible(account_ids), source=staff(by), now=now)


def remove_members(account_list: AccountList, account_ids: Iterable[int], *, by: User, now: datetime) -> int:
    """Take accounts off a static list; how many were there.

    :raises PermissionDenied: if `by` may not edit members
    :raises Conflict: `dynamic` if the system fills the list
    """
    _require_static(account_list, by)
    return lists.remove(account_list, _possible(account_ids), source=staff(by), now=now)


def add_by_filter(account_list: AccountList, condition: Any, *, by: User, now: datetime) -> int:
    """Put all accounts that satisfy a condition now on a static list; how many were not there.

    The condition is not kept.

    :raises PermissionDenied: if `by` may not edit members
    :raises Conflict: `dynamic` if the system fills the list
    :raises Invalid: if the condition is wrong, empty, or names what does not exist
    """
    _require_static(account_list, by)
    saving.refuse_any(saving.condition_faults(condition))
    if not condition["filters"]:
        raise Invalid([Finding("missing", _("A filter is needed."), ("condition",))])
    pinned = conditions.pin_condition(condition)
    return sum(
        lists.add(account_list, _matching(pinned, window, now), source=staff(by), now=now)
        for window in _windows()
    )


@transaction.atomic
def delete(account_list: AccountList, *, by: User, unchanged_since: datetime | None = None) -> None:
    """Delete a list for good.

    :raises PermissionDenied: if `by` may not delete lists
    :raises Conflict: `in_use` if a published journey, or a condition of a list or audience, uses it
    :raises Stale: if somebody changed it in between
    """
    require(by, "accounts.delete_accountlist")
    saving.one_at_a_time()
    held = AccountList.objects.select_for_update().filter(pk=account_list.pk).first()
    if held is None:
        return
    _check_unchanged(held.updated_at, unchanged_since)
    if refused := _delete([held]).refused:
        raise refused[0]


@transaction.atomic
def delete_several(list_ids: Collection[int], *, by: User) -> Deleted:
    """Delete lists for good, but those that somebody uses who stays (`in_use`); who is gone is passed over.

    :raises PermissionDenied: if `by` may not delete lists
    """
    require(by, "accounts.delete_accountlist")
    saving.one_at_a_time()
    held = AccountList.objects.select_for_update().filter(pk__in=list(list_ids)).order_by("pk")
    return _delete(list(held))


def _delete(held: Sequence[AccountList]) -> Deleted:
    kept = deleting.kept(held)
    going = [one for one in held if one.pk not in kept]
    if going:
        ids = [one.pk for one in going]
        # A worker that refreshes one ends its batch first, and finds its reader gone afterwards.
        rows(sql(WAIT, cls=lists.LOCK_CLASS, ids=ids))
        readers.forget(*map(lists.reader_name, ids))
        deleting.delete(going)
    return Deleted(len(going), list(kept.values()))


def _locked(account_list: AccountList, unchanged_since: datetime | None = None) -> AccountList:
    try:
        current = AccountList.objects.select_for_update(no_key=True).get(pk=account_list.pk)
    except AccountList.DoesNotExist:
        raise Conflict(
            "gone", _("The list “%(name)s” has been deleted.") % {"name": account_list.name}
        ) from None
    _check_unchanged(current.updated_at, unchanged_since)
    return current


def _check_unchanged(updated_at: datetime, unchanged_since: datetime | None) -> None:
    """:raises Stale: unless it is still the version that the caller has seen; None: any will do"""
    if unchanged_since is not None and unchanged_since != updated_at:
        raise Stale(_("Somebody has changed this list in between."))


def _type_faults(type: str, condition: Any) -> Iterator[Finding]:
    if type not in AccountList.Type.values:
        yield Finding("wrong_value", _("A list is “static” or “dynamic”."), ("type",))
    elif condition is not None and type == AccountList.Type.STATIC:
        yield Finding("wrong_value", _("A static list has no condition; a dynamic one has."), ("condition",))
    elif condition is not None:
        yield from saving.condition_faults(condition)


def _publish_faults(account_list: AccountList) -> Iterator[Finding]:
    condition = account_list.condition
    if not condition or not condition["filters"]:
        yield Finding("missing", _("A dynamic list needs a condition."), ("condition",), refused=False)
        return
    yield from saving.condition_faults(condition)
    if circle := Dependencies().circle(("account_list", account_list.pk), condition):
        way = " → ".join(circle)
        yield Finding(
            "circle",
            _("The condition leads back to this list: %(way)s.") % {"way": way},
            ("condition",),
            refused=False,
        )


def _set_condition(account_list: AccountList, condition: dict[str, Any]) -> None:
    if account_list.status == AccountList.Status.LIVE and not saving.same(condition, account_list.condition):
        raise Conflict("frozen", _("The condition of a live list cannot be changed; make a new list."))
    account_list.condition = condition


def _require_static(account_list: AccountList, by: User) -> None:
    require(by, "accounts.edit_members_accountlist")
    if account_list.type != AccountList.Type.STATIC:
        raise Conflict(
            "dynamic",
            _("“%(name)s” is dynamic: its condition says who is on it.") % {"name": account_list.name},
        )


def _possible(account_ids: Iterable[int]) -> list[int]:
    return [id for id in account_ids if 0 < id <= HIGHEST_ID]


def _windows() -> Iterator[Sql]:
    """All accounts, some thousand at a time: each a SELECT of ids."""
    last = 0
    while True:
        window = sql(WINDOW, last=last, size=lists.BATCH)
        [(highest,)] = rows(sql("SELECT max(id) FROM ({window}) AS w", window=window))
        if highest is None:
            return
        yield window
        last = highest


def _matching(condition: dict[str, Any], window: Sql, now: datetime) -> list[int]:
    return [id for (id,) in rows(conditions.matching_accounts(condition, now=now, within=window))]
