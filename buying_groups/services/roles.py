"""The roles of an installation: six built-in ones, and what an administrator adds (spec 3.4, reference 6.1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import values
from accounts.conditions import users
from accounts.errors import Conflict, User, require
from accounts.services import saving
from buying_groups.models import GroupMember, Role, RoleTemplate
from buying_groups.services.opening import opened

NOUN = gettext_lazy("A role")
NAME_LENGTH = 100


@transaction.atomic
def create(*, name: str, description: str = "", by: User, now: datetime) -> Role:
    """A new role. It can be used in templates at once.

    :raises PermissionDenied: if `by` may not add roles
    :raises Conflict: `too_many` if there are twenty
    :raises Invalid: if a value is wrong
    """
    require(by, "buying_groups.add_role")
    saving.one_at_a_time()
    saving.refuse(saving.faults(Role.objects.all(), NOUN, name, description, longest=NAME_LENGTH))
    role = Role(
        name=values.tidy(name), description=description.strip(), position=_free_position(),
        created_at=now, updated_at=now, created_by_id=by.pk if by is not None else None,
    )  # fmt: skip
    saving.save(role, NOUN)
    return role


@transaction.atomic
def edit(
    role: Role, *, name: str | None = None, description: str | None = None,
    by: User, now: datetime, unchanged_since: datetime | None = None,
) -> Role:  # fmt: skip
    """Change what is given (None: as it is). A new name shows wherever the role is used.

    `unchanged_since`: the `updated_at` that the caller has seen.

    :raises PermissionDenied: if `by` may not change roles
    :raises Conflict: `built_in`; `gone`
    :raises Invalid: if a value is wrong
    :raises Stale: if somebody changed it in between
    """
    require(by, "buying_groups.change_role")
    current = opened(role, unchanged_since=unchanged_since)
    _refuse_built_in(current)
    name = current.name if name is None else name
    description = current.description if description is None else description
    others = Role.objects.exclude(pk=current.pk)
    saving.refuse(saving.faults(others, NOUN, name, description, longest=NAME_LENGTH))
    current.name, current.description, current.updated_at = values.tidy(name), description.strip(), now
    saving.save(current, NOUN)
    return current


@transaction.atomic
def delete(role: Role, *, by: User, unchanged_since: datetime | None = None) -> None:
    """Delete a role for good.

    :raises PermissionDenied: if `by` may not delete roles
    :raises Conflict: `built_in`; `in_use` if a template, a member, a published journey or a condition uses it
    :raises Stale: if somebody changed it in between
    """
    require(by, "buying_groups.delete_role")
    saving.one_at_a_time()
    if not Role.objects.filter(pk=role.pk).exists():
        return
    current = opened(role, unchanged_since=unchanged_since, to_delete=True)
    _refuse_built_in(current)
    if found := used_by(current):
        raise saving.in_use(current.name, found)
    try:
        current.delete()
    except ProtectedError as error:
        raise saving.in_use(current.name, [str(user) for user in error.protected_objects]) from error


def used_by(role: Role) -> list[str]:
    """Who uses it, published journeys aside: templates, members and conditions."""
    return [*_users(role), *users.naming("buying_group_role", role.pk)]


def _users(role: Role) -> Iterator[str]:
    templates = RoleTemplate.objects.filter(roles__role=role).order_by("name").values_list("name", flat=True)
    yield from (_("role template %(name)s") % {"name": name} for name in templates)
    # A member has a role of its group's template, so that this goes through all of them for a template that
    # is gone, and for no other.
    if not templates and GroupMember.objects.filter(role=role).exists():
        yield _("members of buying groups")


def _free_position() -> int:
    taken = set(Role.objects.values_list("position", flat=True))
    free = [position for position in range(1, Role.MOST + 1) if position not in taken]
    if not free:
        message = _("There are %(n)s roles, which is the most; delete one that nobody uses.")
        raise Conflict("too_many", message % {"n": Role.MOST})
    # Behind the youngest, as long as there is a place: they are listed by age.
    return max(taken) + 1 if max(taken) < Role.MOST else free[0]


def _refuse_built_in(role: Role) -> None:
    if role.is_built_in:
        message = _("“%(name)s” is built in: it can be neither changed nor deleted.")
        raise Conflict("built_in", message % {"name": role.name})
