"""Members of a buying group by hand: the highest source, which nothing but leaving the account undoes (spec 3.5)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.errors import Conflict, Stale, User, require
from accounts.events import Source
from accounts.findings import Finding, Invalid
from accounts.models import AccountPerson
from accounts.services.checking import staff
from accounts.sql import rows, sql
from buying_groups.members.restore import Former, restore, standing
from buying_groups.members.write import Figures, change
from buying_groups.models import BuyingGroup, GroupMember, MemberSource, Role, TemplateRole

PERMISSION = "buying_groups.edit_members_buyinggroup"
MOST = 50  # people at once (reference 6.5)
HOLD = "SELECT id FROM accounts_account WHERE id = {id} FOR NO KEY UPDATE"
WANTED = """
    SELECT {group}::bigint AS group_id, {account}::bigint AS account_id, {interest}::bigint AS interest_id,
        person_id, role_id
    FROM unnest({people}::bigint[], {roles}::bigint[]) AS given (person_id, role_id)
"""
Roles = Mapping[int, int | None]
"""The role of each person, by ids; None: no member."""


@dataclass(frozen=True)
class Changed:
    """What became of a change.

    `before`: the role that each had whose role it changed (None: no member). `former`: how the membership of
    everybody stood whom it touched (None: there was none), also of who had the role and has it by hand now. `undo`
    takes that, and when it was (`at`).
    """

    figures: Figures
    before: dict[int, int | None]
    former: dict[int, Former | None]
    at: datetime


class Kept(Enum):
    """Why a change of somebody cannot be undone."""

    CHANGED = "changed"
    LEFT = "left"


@dataclass(frozen=True)
class Undone:
    """How many people are what they were, and who is not: why, by ids."""

    n: int
    kept: dict[int, Kept]


@transaction.atomic
def assign(
    group: BuyingGroup, roles: Mapping[int, int], *, by: User, now: datetime, source: Source | None = None,
    unchanged_since: datetime | None = None,
) -> Changed:  # fmt: skip
    """Make people of the group's account members, each in a role ({person id: role id}), 50 at once at most.

    Who is a member has the new role then. Who has the role already stays as they are; from now on it counts as
    given by hand. `source`: whom the events name (a client); None: the member of staff. `unchanged_since`: the
    `last_change` that the caller has seen.

    :raises PermissionDenied: if `by` may not edit members
    :raises Invalid: too many, nobody, a role outside the template, a person of another account
    :raises Conflict: `gone` if the group has been deleted
    :raises Stale: if a member was changed in between, by whomever
    """
    return _change(group, roles, by=by, now=now, source=source, unchanged_since=unchanged_since)


@transaction.atomic
def change_role(
    group: BuyingGroup, roles: Mapping[int, int], *, by: User, now: datetime, source: Source | None = None,
    unchanged_since: datetime | None = None,
) -> Changed:  # fmt: skip
    """Give members other roles ({person id: role id}), 50 at once at most.

    :raises PermissionDenied: :raises Conflict: :raises Stale: as `assign`
    :raises Invalid: as `assign`, or somebody is no member (any more)
    """
    return _change(
        group, roles, by=by, now=now, source=source, unchanged_since=unchanged_since, members_only=True
    )


@transaction.atomic
def remove(
    group: BuyingGroup, person_ids: Collection[int], *, by: User, now: datetime, source: Source | None = None,
    unchanged_since: datetime | None = None,
) -> Changed:  # fmt: skip
    """Remove members, 50 at once at most; who is no member is passed over.

    :raises PermissionDenied: :raises Conflict: :raises Stale: as `assign`
    :raises Invalid: too many, or nobody
    """
    wanted = dict.fromkeys(person_ids)
    return _change(group, wanted, by=by, now=now, source=source, unchanged_since=unchanged_since)


@transaction.atomic
def undo(
    group: BuyingGroup, former: Mapping[int, Former | None], *, at: datetime, by: User, now: datetime,
    source: Source | None = None,
) -> Undone:  # fmt: skip
    """Make people what they were before a change by hand (`Changed.former`, `Changed.at`).

    Whose change counts is what it was, too: where the system or a journey had the last word, it has it again, and
    who had never been a member has not been. Who was changed again since, by whomever, and who would come back but
    has left the account stays as they are.

    :raises PermissionDenied: :raises Conflict: as `assign`
    """
    require(by, PERMISSION)
    current = _held(group)
    as_left = set(
        GroupMember.objects.filter(group=current, changed_at=at, source=MemberSource.MANUAL).values_list(
            "person_id", flat=True
        )
    )
    there = _of_account(current, former)
    kept = {person: Kept.CHANGED for person in former if person not in as_left}
    kept |= {
        person: Kept.LEFT
        for person, stood in former.items()
        if person not in kept and stood is not None and not stood.is_removed and person not in there
    }
    back = {person: stood for person, stood in former.items() if person not in kept}
    if back:
        restore(current, back, source=source or staff(by), now=now)
    return Undone(len(back), kept)


def last_change(group: BuyingGroup) -> datetime:
    """When a member of the group last changed, or went; while there never was one, when the group was made."""
    last: datetime | None = group.members.aggregate(last=Max("changed_at"))["last"]
    return last or group.created_at


def _change(
    group: BuyingGroup,
    wanted: Roles,
    *,
    by: User,
    now: datetime,
    source: Source | None,
    unchanged_since: datetime | None,
    members_only: bool = False,
) -> Changed:
    require(by, PERMISSION)
    if faults := list(_size_faults(wanted)):
        raise Invalid(faults)
    current = _held(group)
    if unchanged_since is not None and unchanged_since != last_change(current):
        raise Stale(_("Members of this buying group were changed in between."))
    stood = standing(current, wanted)
    before = {
        person: one.role if (one := stood.get(person)) and not one.is_removed else None for person in wanted
    }
    faults = [*_role_faults(current, wanted), *_person_faults(current, wanted)]
    faults += list(_member_faults(before)) if members_only else []
    if faults:
        raise Invalid(faults)
    asked = sql(
        WANTED, group=current.pk, account=current.account_id, interest=current.solution_interest_id,
        people=list(wanted), roles=list(wanted.values()),
    )  # fmt: skip
    figures = change(asked, source=source or staff(by), now=now, by=MemberSource.MANUAL).figures
    changed = {person: role for person, role in before.items() if role != wanted[person]}
    touched = {
        person: stood.get(person)
        for person, role in wanted.items()
        if person in changed or (role is not None and stood[person].source < MemberSource.MANUAL)
    }
    return Changed(figures, changed, touched, now)


def _held(group: BuyingGroup) -> BuyingGroup:
    """The group as it is now; its account is held, so that nobody changes it meanwhile."""
    rows(sql(HOLD, id=group.account_id))
    current = BuyingGroup.objects.select_related("solution_interest").filter(pk=group.pk).first()
    if current is None:
        raise Conflict("gone", _("This buying group has been deleted."))
    return current


def _size_faults(wanted: Roles) -> Iterator[Finding]:
    if not wanted:
        yield Finding("missing", _("Choose at least one person."), ("people",))
    elif len(wanted) > MOST:
        yield Finding(
            "too_many",
            _("%(n)s people at once; at most %(most)s are possible.") % {"n": len(wanted), "most": MOST},
            ("people",),
        )


def _role_faults(group: BuyingGroup, wanted: Roles) -> Iterator[Finding]:
    """A role outside the template is forbidden (reference U 35)."""
    interest = group.solution_interest
    found = TemplateRole.objects.filter(template_id=interest.template_id).order_by("priority")
    offered = dict(found.values_list("role_id", "role__name"))
    outside = {person: role for person, role in wanted.items() if role is not None and role not in offered}
    if not outside:
        return
    names = dict(Role.objects.filter(pk__in=outside.values()).values_list("pk", "name"))
    said = {"interest": interest, "roles": ", ".join(f"{name} (id {id})" for id, name in offered.items())}
    for person, role in outside.items():
        message = (
            _("“%(role)s” is none of the roles of “%(interest)s”: %(roles)s.") % {**said, "role": names[role]}
            if role in names
            else _("There is no role %(role)s; the roles of “%(interest)s” are: %(roles)s.")
            % {**said, "role": role}
        )
        yield Finding("not_in_template", message, ("people", person, "role"))


def _person_faults(group: BuyingGroup, wanted: Roles) -> Iterator[Finding]:
    there = _of_account(group, wanted)
    for person, role in wanted.items():
        if role is not None and person not in there:
            yield Finding(
                "not_of_account", _("This person does not belong to the group's account."), ("people", person)
            )


def _of_account(group: BuyingGroup, people: Collection[int]) -> set[int]:
    relations = AccountPerson.objects.filter(account_id=group.account_id, person_id__in=list(people))
    return set(relations.values_list("person_id", flat=True))


def _member_faults(before: Roles) -> Iterator[Finding]:
    for person, role in before.items():
        if role is None:
            yield Finding("not_a_member", _("This person is no member of the group."), ("people", person))
