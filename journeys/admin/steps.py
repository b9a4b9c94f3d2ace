"""Steps of journeys in the timeline of an account, in words (settings.TIMELINE_TELLERS).

“A working week” in “Welcome”, left by “Timed out” on 5 Mar 2027, 09:00.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.admin.story import LONGEST, Line, Teller
from accounts.timelines import Happening
from actions.types import ActionType
from journeys.admin import door
from journeys.admin.outline import ICONS
from journeys.admin.words import reason_of
from journeys.models import Entry
from journeys.nodes.registry import KINDS
from journeys.reports.timeline import TYPE

# Who stayed shorter has gone on at once.
STAY = timedelta(minutes=1)


def tell(steps: Sequence[Happening]) -> list[Line]:
    """A line for each step; each leads to the page of its entry, which says why. No query."""
    return [_line(step) for step in steps]


def _line(step: Happening) -> Line:
    said = step.payload
    return Line(
        at=step.at, happened=None, icon=ICONS.get(said["kind"], "circle"), title=_title(said),
        text=", ".join(_pieces(said, step.at))[:LONGEST], who=None, cause="", source=None, is_moment=False,
        url=door.to("entry", said["journey"], said["entry"]),
    )  # fmt: skip


def _title(said: Mapping[str, Any]) -> str:
    """What the node is called; by what it does, if nobody gave it a name."""
    if said["label"]:
        return f"“{said['label']}”"
    if said["action"] in ActionType.values:
        return str(ActionType(said["action"]).label)
    return str(KINDS[said["kind"]].label) if said["kind"] in KINDS else str(said["node"])


def _pieces(said: Mapping[str, Any], arrived: datetime) -> Iterator[str]:
    yield _("in “%(journey)s”") % {"journey": said["journey_name"]}
    if said["done"]:
        yield _("done: %(n)s") % {"n": f"{said['done']:,}"}
    if said["skipped"]:
        yield _skipped(said)
    yield from _onward(said, arrived)


def _skipped(said: Mapping[str, Any]) -> str:
    skipped = _("skipped: %(n)s") % {"n": f"{said['skipped']:,}"}
    return f"{skipped} ({reason_of(said['reason'])})" if said["reason"] else skipped


def _onward(said: Mapping[str, Any], arrived: datetime) -> Iterator[str]:
    """Where it is, or how it has left."""
    left = said["left_at"]
    if left is None:
        yield _here(said)
        return
    values = {"path": said["path"], "reason": reason_of(said["ended"]), "when": _moment(left)}
    stayed = left - arrived >= STAY
    if said["path"]:
        yield (_("left by “%(path)s” on %(when)s") if stayed else _("left by “%(path)s”")) % values
    if said["ended"] and said["ended"] != Entry.Reason.COMPLETED.label:
        yield _("%(reason)s on %(when)s") % values
        return
    if stayed and not said["path"]:
        yield _("left on %(when)s") % values
    if said["ended"]:
        yield _("the end of its journey")


def _here(said: Mapping[str, Any]) -> str:
    if said["has_failed"]:
        return _("where an error has stopped it")
    if said["due_at"]:
        return _("there until %(when)s") % {"when": _moment(said["due_at"])}
    return _("there now")


def _moment(moment: datetime) -> str:
    return date_format(localtime(moment), "j M Y, H:i")


TELLER = Teller(TYPE, tell)
