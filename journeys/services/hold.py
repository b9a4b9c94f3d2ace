"""Hold: a switch, in no status, that stops a journey or the whole engine until it is released (spec 1.2)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import Conflict, User, require
from accounts.findings import Finding, Invalid
from journeys.document.json_text import UNSTORABLE
from journeys.models import EngineState, Journey
from journeys.services.allowed import refuse
from journeys.services.opening import fenced, person, record, touched

REASON_LENGTH = 500


@transaction.atomic
def hold(journey: Journey, *, because: str, by: User, now: datetime, interface: str) -> Journey:
    """Let nobody move or enter until it is released; due times pass meanwhile.

    :raises Conflict: if it is held already, or is neither scheduled, live nor closed: nobody moves in it then
    :raises Invalid: at /because, without a reason
    """
    current = fenced(journey)
    if current.status not in Journey.PUBLISHED:
        raise refuse(current, "not_published", _("Only a scheduled, live or closed journey can be held."))
    if current.held_at is not None:
        raise refuse(current, "already_held", _("It is held already."))
    require(by, "journeys.hold_journey")
    held = _held(because, by, now)
    Journey.objects.filter(pk=current.pk).update(**held, **touched(by, now))
    record(current, "held", by=by, now=now, interface=interface, because=held["held_because"])
    return Journey.objects.get(pk=current.pk)


@transaction.atomic
def release(journey: Journey, *, by: User, now: datetime, interface: str) -> Journey:
    """Let the journey go on; what has fallen due meanwhile is caught up.

    :raises Conflict: if it is not held
    """
    current = fenced(journey)
    if current.held_at is None:
        raise refuse(current, "not_held", _("It is not held."))
    require(by, "journeys.hold_journey")
    Journey.objects.filter(pk=current.pk).update(**FREE, **touched(by, now))
    record(current, "released", by=by, now=now, interface=interface)
    return Journey.objects.get(pk=current.pk)


@transaction.atomic
def hold_engine(*, because: str, by: User, now: datetime) -> EngineState:
    """Let nobody move in any journey. A batch that is moving right now comes to its end.

    :raises Conflict: if the engine is held already
    """
    state = _engine()
    if state.held_at is not None:
        raise Conflict("already_held", _("The engine is held already."))
    require(by, "journeys.hold_engine")
    EngineState.objects.filter(pk=state.pk).update(**_held(because, by, now))
    return EngineState.objects.get(pk=state.pk)


@transaction.atomic
def release_engine(*, by: User, now: datetime) -> EngineState:
    """Let the engine go on. `now` is for the record of whoever calls; the state keeps none of a release.

    :raises Conflict: if it is not held
    """
    state = _engine()
    if state.held_at is None:
        raise Conflict("not_held", _("The engine is not held."))
    require(by, "journeys.hold_engine")
    EngineState.objects.filter(pk=state.pk).update(**FREE)
    return EngineState.objects.get(pk=state.pk)


FREE: dict[str, Any] = {"held_at": None, "held_by": None, "held_because": ""}


def _engine() -> EngineState:
    EngineState.objects.get_or_create(pk=1)
    return EngineState.objects.select_for_update(no_key=True).get(pk=1)


def _held(because: str, by: User, now: datetime) -> dict[str, Any]:
    reason = because.strip() if isinstance(because, str) else ""
    if not reason or len(reason) > REASON_LENGTH or UNSTORABLE.search(reason):
        message = _("Why it is held: a reason of at most %(n)s characters is needed.") % {"n": REASON_LENGTH}
        raise Invalid([Finding("missing" if not reason else "too_long", message, ("because",))])
    return {"held_at": now, "held_by": person(by), "held_because": reason}
