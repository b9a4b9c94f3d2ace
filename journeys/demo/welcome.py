"""The demo's journey: what it refers to, and the journey itself, made once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from accounts.models import AccountList, Audience, CustomAttribute
from accounts.services import attributes, audiences, lists
from buying_groups.demo import groups
from journeys import services
from journeys.document.parse import parse
from journeys.models import HistoryRecord, Journey
from journeys.nodes.timing import after

FILE = Path(__file__).parent / "welcome.yaml"
AUDIENCE = "Companies of known size"
KEY_ACCOUNTS = "Key accounts"
KNOWN_SIZE = {"match": "all", "filters": [{"field": "account.employees", "operator": "is_not_empty"}]}
MONTHS = 12

COMMAND = HistoryRecord.Interface.COMMAND


def under_way() -> Journey | None:
    """The demo's journey, if one is published: the newest that has its name, or a later copy's."""
    published = Journey.objects.published().filter(name__startswith=_document()["name"])
    return published.order_by("-pk").first()


def publish(clock: Callable[[], datetime]) -> Journey:
    """Import the journey with what it refers to, and publish it for a year."""
    now = clock()
    groups.provide(_provide(now), clock=clock)
    document = _document()
    journey = services.import_document(
        document, name=_free_name(document["name"]), by=None, now=now, interface=COMMAND
    )
    end = after(now, MONTHS, "months", ZoneInfo("UTC"))
    return services.publish(journey, by=None, now=now, interface=COMMAND, start=None, end=end)


def _document() -> dict[str, Any]:
    document: dict[str, Any] = parse(FILE.read_bytes())
    return document


def _free_name(name: str) -> str:
    """The name, or with a number when a journey has it: one that was aborted, say."""
    taken = {other.lower() for other in Journey.objects.present().values_list("name", flat=True)}
    numbered = (name if number == 1 else f"{name} {number}" for number in range(1, len(taken) + 2))
    return next(free for free in numbered if free.lower() not in taken)


def _provide(now: datetime) -> Audience:
    """The attribute, the list and the audience that the journey names, if they are missing; the audience."""
    subject, text = CustomAttribute.Subject.ACCOUNT, CustomAttribute.Type.TEXT
    if not CustomAttribute.objects.filter(subject=subject, name="tier").exists():
        attributes.create(subject=subject, name="tier", label="Tier", type=text, updatable=True, by=None)
    if not AccountList.objects.filter(name__iexact=KEY_ACCOUNTS).exists():
        lists.publish(lists.create(name=KEY_ACCOUNTS, by=None, now=now), by=None, now=now)
    there = Audience.objects.filter(name__iexact=AUDIENCE).first()
    return there or audiences.create(name=AUDIENCE, condition=KNOWN_SIZE, by=None, now=now)
