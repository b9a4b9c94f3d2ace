"""What staff and clients can do with audiences: saved conditions on accounts (spec 3.2)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import conditions, values
from accounts.conditions.dependencies import Dependencies
from accounts.errors import Conflict, Stale, User, require
from accounts.findings import Finding
from accounts.models import Audience
from accounts.services import deleting, saving
from accounts.services.deleting import Deleted

NOUN = gettext_lazy("An audience")


@transaction.atomic
def create(*, name: str, condition: Any, description: str = "", by: User, now: datetime) -> Audience:
    """A new audience. It can be used at once, so whatever it names must exist and be live.

    :raises PermissionDenied: if `by` may not add audiences
    :raises Invalid: if a value is wrong
    """
    require(by, "accounts.add_audience")
    saving.one_at_a_time()
    faults = saving.faults(Audience.objects.all(), NOUN, name, description)
    saving.refuse_any([*faults, *saving.condition_faults(condition)])
    audience = Audience(
        name=values.tidy(name),
        description=description.strip(),
        condition=conditions.pin_condition(condition),
        created_at=now,
        updated_at=now,
        created_by_id=by.pk if by is not None else None,
    )
    saving.save(audience, NOUN)
    return audience


@transaction.atomic
def edit(
    audience: Audience,
    *,
    name: str | None = None,
    description: str | None = None,
    condition: Any = None,
    by: User,
    now: datetime,
    unchanged_since: datetime | None = None,
) -> Audience:
    """Change what is given (None: as it is). A new condition is asked of all accounts once, by its readers.

    `unchanged_since`: the `updated_at` that the caller has seen.

    :raises PermissionDenied: if `by` may not change audiences
    :raises Invalid: if a value is wrong, or the condition leads back to this audience
    :raises Conflict: `gone` if it has been deleted
    :raises Stale: if somebody changed it in between
    """
    require(by, "accounts.change_audience")
    saving.one_at_a_time()
    current = _locked(audience, unchanged_since)
    name = current.name if name is None else name
    description = current.description if description is None else description
    faults = list(saving.faults(Audience.objects.exclude(pk=current.pk), NOUN, name, description))
    saving.refuse_any(faults + (saving.condition_faults(condition) if condition is not None else []))
    if condition is not None:
        _set_condition(current, condition)
    current.name, current.description, current.updated_at = values.tidy(name), description.strip(), now
    saving.save(current, NOUN)
    return current


@transaction.atomic
def delete(audience: Audience, *, by: User, unchanged_since: datetime | None = None) -> None:
    """Delete an audience for good.

    :raises PermissionDenied: if `by` may not delete audiences
    :raises Conflict: `in_use` if a published journey, or a condition of a list or audience, uses it
    :raises Stale: if somebody changed it in between
    """
    require(by, "accounts.delete_audience")
    saving.one_at_a_time()
    held = Audience.objects.select_for_update().filter(pk=audience.pk).first()
    if held is None:
        return
    _check_unchanged(held, unchanged_since)
    if refused := _delete([held]).refused:
        raise refused[0]


@transaction.atomic
def delete_several(audience_ids: Collection[int], *, by: User) -> Deleted:
    """Delete audiences for good, but those that somebody uses who stays (`in_use`); who is gone is passed over.

    :raises PermissionDenied: if `by` may not delete audiences
    """
    require(by, "accounts.delete_audience")
    saving.one_at_a_time()
    held = Audience.objects.select_for_update().filter(pk__in=list(audience_ids)).order_by("pk")
    return _delete(list(held))


def _delete(held: Sequence[Audience]) -> Deleted:
    kept = deleting.kept(held)
    if going := [one for one in held if one.pk not in kept]:
        deleting.delete(going)
    return Deleted(len(going), list(kept.values()))


def _locked(audience: Audience, unchanged_since: datetime | None = None) -> Audience:
    try:
        current = Audience.objects.select_for_update(no_key=True).get(pk=audience.pk)
    except Audience.DoesNotExist:
        raise Conflict(
            "gone", _("The audience “%(name)s” has been deleted.") % {"name": audience.name}
        ) from None
    _check_unchanged(current, unchanged_since)
    return current


def _check_unchanged(audience: Audience, unchanged_since: datetime | None) -> None:
    """:raises Stale: unless it is still the version that the caller has seen; None: any will do"""
    if unchanged_since is not None and unchanged_since != audience.updated_at:
        raise Stale(_("Somebody has changed this audience in between."))


def _set_condition(audience: Audience, condition: Any) -> None:
    """The condition is checked. Whoever asks for it, or for an audience that names it, sees a higher revision and asks
    all accounts.
    """
    pinned = conditions.pin_condition(condition)
    dependencies = Dependencies()
    saving.refuse_any(_circle_faults(audience, pinned, dependencies))
    if saving.same(pinned, audience.condition):
        return
    audience.condition = pinned
    audience.revision += 1
    on_it = Audience.objects.filter(pk__in=dependencies.audiences_on(audience.pk))
    on_it.update(revision=F("revision") + 1)


def _circle_faults(
    audience: Audience, condition: dict[str, Any], dependencies: Dependencies
) -> Iterator[Finding]:
    if circle := dependencies.circle(("audience", audience.pk), condition):
        message = _("The condition leads back to this audience: %(circle)s.") % {"circle": " → ".join(circle)}
        yield Finding("circle", message, ("condition",))
