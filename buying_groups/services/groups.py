"""The stage and the status of a buying group, changed by staff and clients; journeys have actions for it.

The same rules hold for all (spec 3.7, reference 9.2, 9.3).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import changes, values
from accounts.errors import Conflict, Stale, User, require
from accounts.events import Source
from accounts.findings import Finding, Invalid
from accounts.models import Account
from accounts.services.checking import staff
from accounts.sql import Sql, rows, sql
from buying_groups import stages
from buying_groups.models import BuyingGroup, Stage
from buying_groups.stages import Verdict


@transaction.atomic
def set_stage(
    group: BuyingGroup, stage: Stage, *, by: User, now: datetime, source: Source | None = None,
    unchanged_since: datetime | None = None,
) -> BuyingGroup:  # fmt: skip
    """Move a group to a stage, where the stage model allows it. The stage that it has already is no change.

    `source`: whom the event names (a client); None: the member of staff. `unchanged_since`: the `updated_at` that
    the caller has seen.

    :raises PermissionDenied: if `by` may not change buying groups
    :raises Conflict: `transition_not_allowed`, with the stages that are; `no_stage_model`; `gone`
    :raises Invalid: if the stage is none of the interest's model
    :raises Stale: if the group was changed in between
    """
    require(by, "buying_groups.change_buyinggroup")
    current = _held(group, unchanged_since)
    verdict = _apply(current, stages.move(
        _subject(current), interest_id=current.solution_interest_id, stage_id=stage.pk,
        source=source or staff(by), now=now,
    ))  # fmt: skip
    allowed = next_stages(current) if verdict == Verdict.NOT_ALLOWED else ()
    if refused := refusal(verdict, current, stage, allowed):
        raise refused
    return _fresh(current)


@transaction.atomic
def set_status(
    group: BuyingGroup, status: str, *, by: User, now: datetime, source: Source | None = None,
    unchanged_since: datetime | None = None,
) -> BuyingGroup:  # fmt: skip
    """Give a group a status, any text of at most 50 characters; the empty text takes it away. The rest as there.

    :raises PermissionDenied: if `by` may not change buying groups
    :raises Conflict: `gone`
    :raises Invalid: if the text is too long, or is none
    :raises Stale: if the group was changed in between
    """
    require(by, "buying_groups.change_buyinggroup")
    text = status_text(status)
    current = _held(group, unchanged_since)
    _apply(current, stages.set_status(
        _subject(current), interest_id=current.solution_interest_id, status=text,
        source=source or staff(by), now=now,
    ))  # fmt: skip
    return _fresh(current)


def status_text(status: str) -> str:
    """A status as it is stored.

    :raises Invalid: if the text is too long, or is none
    """
    try:
        return values.one_line(values.text(status, max_length=stages.STATUS_LENGTH))
    except ValueError as error:
        raise Invalid(
            [Finding("wrong_value", _("Status %(error)s") % {"error": error}, ("status",))]
        ) from error


def refusal(
    verdict: Verdict, group: BuyingGroup, stage: Stage, allowed: Sequence[Stage]
) -> Conflict | Invalid | None:
    """Why a group was not moved to a stage; None: nothing stood in the way. `allowed`: where it may go instead."""
    if verdict == Verdict.NO_STAGE_MODEL:
        return Conflict(
            "no_stage_model",
            _("“%(solution_interest)s” has no stage model.") % {"solution_interest": group.solution_interest},
        )
    if verdict == Verdict.GONE:
        return Invalid(
            [
                Finding(
                    "not_found",
                    _("“%(stage)s” is no stage of this group's stage model.") % {"stage": stage},
                    ("stage",),
                )
            ]
        )
    return _not_allowed(group, stage, allowed) if verdict == Verdict.NOT_ALLOWED else None


def next_stages(group: BuyingGroup) -> Sequence[Stage]:
    """Where a group may move now, in the order of the stage model; nowhere without one."""
    model = group.solution_interest.stage_model_id
    if model is None:
        return []
    found = Stage.objects.filter(model=model).order_by("position", "pk")
    if group.stage_id is None:
        return list(found.filter(is_entry=True))
    return list(found.filter(moves_here__from_stage=group.stage_id))


def _held(group: BuyingGroup, unchanged_since: datetime | None) -> BuyingGroup:
    """The group as it is now, its account held until the end of the transaction.

    :raises Conflict: `gone`
    :raises Stale: if it is not the version that was seen
    """
    accounts = Account.objects.select_for_update(no_key=True).filter(pk=group.account_id)
    held = list(accounts.values_list("pk", flat=True))
    current = BuyingGroup.objects.select_related("solution_interest", "stage", "account").filter(pk=group.pk)
    found = current.first() if held else None
    if found is None:
        raise Conflict("gone", _("This buying group has been deleted."))
    if unchanged_since is not None and unchanged_since != found.updated_at:
        raise Stale(_("This buying group was changed in between."))
    return found


def _subject(group: BuyingGroup) -> Sql:
    return sql("(SELECT 0 AS key, {account}::bigint AS account_id)", account=group.account_id)


def _apply(group: BuyingGroup, change: Sql) -> Verdict:
    [(verdict,)] = rows(sql("WITH {change} SELECT verdict FROM asked", change=change))
    if verdict == Verdict.CHANGED:
        changes.mark([group.account_id])
    return Verdict(verdict)


def _not_allowed(group: BuyingGroup, stage: Stage, next_stages: Sequence[Stage]) -> Conflict:
    allowed = [str(there) for there in next_stages]
    said = {"group": group, "from": group.stage, "to": stage, "allowed": _listed(allowed) if allowed else ""}
    if group.stage:
        message = _("“%(group)s” cannot go from “%(from)s” to “%(to)s”; it may go nowhere from there.")
        if allowed:
            message = _("“%(group)s” cannot go from “%(from)s” to “%(to)s”; it may go to %(allowed)s.")
    else:
        message = _("“%(group)s” cannot go to “%(to)s” from no stage; it may go nowhere from there.")
        if allowed:
            message = _("“%(group)s” cannot go to “%(to)s” from no stage; it may go to %(allowed)s.")
    stages = [{"id": there.pk, "name": there.name} for there in next_stages]
    return Conflict(
        "transition_not_allowed", message % said, allowed=allowed, more={"allowed_stages": stages}
    )


def _listed(names: list[str]) -> str:
    quoted = [f"“{name}”" for name in names]
    if len(quoted) == 1:
        return quoted[0]
    return _("%(all_but_one)s or %(last)s") % {"all_but_one": ", ".join(quoted[:-1]), "last": quoted[-1]}


def _fresh(group: BuyingGroup) -> Any:
    return BuyingGroup.objects.select_related("solution_interest", "stage", "account").get(pk=group.pk)
