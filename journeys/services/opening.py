"""How each service begins and ends: the journey loaded anew under its locks, the act on record.

Locks are taken in this order everywhere (docs/engine.md, The order of locks): the journey's fence, the journey's row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.contrib.auth import models as auth
from django.db import IntegrityError, transaction
from django.db.models import Value
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from accounts.errors import Stale, User
from accounts.findings import Finding, Invalid
from accounts.values import tidy
from journeys.engine import fence
from journeys.models import HistoryRecord, Journey

Interface = HistoryRecord.Interface


def fenced(journey: Journey) -> Journey:
    """The journey as it is now, while nobody moves in it: for whatever bears on moving.

    :raises Conflict: if a batch does not come to its end
    :raises Journey.DoesNotExist: if it has been deleted
    """
    fence.alone(journey.pk)
    return locked(journey)


def locked(journey: Journey) -> Journey:
    """The journey as it is now, while nobody else changes it; entries go on moving.

    :raises Journey.DoesNotExist: if it has been deleted
    """
    # Lock first, then read in a statement of its own, which sees what was committed before the lock was had.
    Journey.objects.select_for_update(no_key=True).values_list("pk").get(pk=journey.pk)
    return Journey.objects.present().get(pk=journey.pk)


def check_unchanged(journey: Journey, unchanged_since: datetime | None) -> None:
    """:raises Stale: unless this is the version that the caller has seen (its `updated_at`); None: any will do"""
    if unchanged_since is not None and unchanged_since != journey.updated_at:
        raise Stale(_("Somebody has changed this journey in between."))


def person(by: User) -> auth.User | None:
    """Who is named in the records; None for the system."""
    return by if isinstance(by, auth.User) else None


def record(journey: Journey, what: str, *, by: User, now: datetime, interface: str, **detail: Any) -> None:
    """Add to the journey's history."""
    HistoryRecord.objects.create(
        journey=journey, at=now, by=person(by), interface=interface, what=what, detail=detail
    )


def touched(by: User, now: datetime) -> dict[str, Any]:
    """The columns that say who changed it last; nothing when it was the system (spec 1.3)."""
    return {"updated_at": now, "updated_by": person(by)} if by is not None else {}


def refuse_wrong(findings: Iterable[Finding]) -> None:
    """:raises Invalid: with those findings that refuse what is given"""
    if refused := [finding for finding in findings if finding.refused]:
        raise Invalid(refused)


def taken(name: str) -> Finding | None:
    """That a journey has this name, in whatever letters; the message calls it as it is called."""
    # The database folds both: Python may fold otherwise (docs/engine.md, Text).
    called = (
        Journey.objects.present()
        .annotate(_lower=Lower("name"))
        .filter(_lower=Lower(Value(tidy(name))))
        .values_list("name", flat=True)
        .first()
    )
    return _taken(called) if called is not None else None


def _taken(name: str) -> Finding:
    return Finding("taken", _("A journey named “%(name)s” exists.") % {"name": name}, ("name",))


@contextmanager
def unique_name(name: str) -> Iterator[None]:
    """Write the name in here.

    :raises Invalid: at /name, if another journey has it, also if that was saved a moment ago
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if _constraint(error) != "one_journey_per_name":
            raise
        raise Invalid([taken(name) or _taken(name)]) from error


def _constraint(error: IntegrityError) -> str:
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
