"""Why did this account get that, and why not that one (spec 1.11, "Why")."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts import conditions
from accounts.models import Account, Audience, ListMember
from accounts.references import id_of, name_of
from actions.types import Reason
from journeys.models import Entry, Journey, Node, Path, Visit


@dataclass(frozen=True)
class Step:
    """One visit: where, when, by which path it left and why. `left_at` None: the account is there now."""

    node: Node
    number: int
    arrived_at: datetime
    left_at: datetime | None
    path: str = ""
    done: int = 0
    skipped: int = 0
    reason: str = ""
    # The values that the conditions saw then, by field.
    seen: dict[str, Any] = field(default_factory=dict)
    due_at: datetime | None = None


def steps(entry: Entry) -> list[Step]:
    """The way of an entry, first step first; the open visit last. Three queries."""
    visits = list(Visit.objects.filter(entry_id=entry.pk).order_by("number"))
    nodes = Node.objects.in_bulk({*(visit.node_id for visit in visits), entry.node_id})
    paths = Path.objects.in_bulk({visit.path_id for visit in visits if visit.path_id})
    way = [_left(visit, nodes[visit.node_id], paths.get(visit.path_id or 0)) for visit in visits]
    if entry.status in Entry.INSIDE:
        way.append(Step(nodes[entry.node_id], entry.visit, entry.arrived_at, None, due_at=entry.due_at))
    return way


def _left(visit: Visit, node: Node, path: Path | None) -> Step:
    detail = visit.detail if isinstance(visit.detail, dict) else json.loads(visit.detail or "{}")
    return Step(
        node, visit.number, visit.arrived_at, visit.left_at, path=(path.label or path.key) if path else "",
        done=visit.done, skipped=visit.skipped, reason=Reason(visit.reason).label if visit.reason else "", seen=detail,
    )  # fmt: skip


@dataclass(frozen=True)
class NotInside:
    """Why an account is not in a journey: one sentence a reason, and the audience's condition explained."""

    reasons: list[str]
    explained: conditions.Explained | None = None


def why_not(journey: Journey, account: Account, *, now: datetime) -> NotInside:
    """Why this account is not inside now."""
    if journey.version_id is None:
        return NotInside([_("The journey has not been published.")])
    reasons, last = [], Entry.objects.filter(journey=journey, account=account).order_by("-number").first()
    if journey.status != Journey.Status.LIVE:
        status = str(journey.get_status_display()).lower()
        reasons.append(_("The journey is %(status)s: nobody enters.") % {"status": status})
    if journey.held_at:
        since = f"{journey.held_at:%Y-%m-%d %H:%M}"
        reasons.append(_("The journey is held since %(date)s UTC.") % {"date": since})
    if last is not None:
        reasons.append(_former(last))
    start = Node.objects.filter(version_id=journey.version_id, position=0).get()
    qualifies, sentence, explained = _qualifies(start, account, now)
    if not qualifies or not reasons:
        reasons.append(sentence)
    return NotInside(reasons, explained)


def _former(last: Entry) -> str:
    if last.status in Entry.INSIDE:
        return _("It is inside, as entry %(n)s.") % {"n": last.number}
    if last.reenter_at is None:
        return _("It was inside before (entry %(n)s) and may not enter again.") % {"n": last.number}
    said = {"n": last.number, "date": f"{last.reenter_at:%Y-%m-%d %H:%M}"}
    return _("It was inside before (entry %(n)s) and may enter again from %(date)s UTC.") % said


def _qualifies(start: Node, account: Account, now: datetime) -> tuple[bool, str, conditions.Explained | None]:
    if (list_id := id_of(start.settings.get("account_list"))) is not None:
        member = ListMember.objects.filter(account_list_id=list_id, account=account).exists()
        said = _("It is on the list “%(name)s”.") if member else _("It is not on the list “%(name)s”.")
        return member, said % {"name": name_of(start.settings["account_list"])}, None
    audience = Audience.objects.filter(pk=id_of(start.settings.get("audience")) or 0).first()
    if audience is None:
        return False, _("The audience that the journey starts with is gone."), None
    explained = conditions.explain(audience.condition, account_id=account.pk, now=now)
    if explained is not None and explained.verdict:
        return True, _("It satisfies the audience; it enters at the next look."), explained
    return False, _("It does not satisfy the audience."), explained
