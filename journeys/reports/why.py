"""Why did this account get that, and why not that one (spec 1.11, "Why")."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts import conditions
from accounts.conditions.lookup import Lookup
from accounts.models import Account, Audience, ListMember
from accounts.references import id_of, name_of
from actions.types import Reason
from journeys.models import EngineState, Entry, Journey, Node, Path, Visit
from journeys.nodes.split_accounts import title_of_path
from journeys.reports.standing import as_it_stands
from journeys.reports.verdicts import Verdict, of_visit, unclaimed


@dataclass(frozen=True)
class Step:
    """One visit: where, when, by which path it left and why. `left_at` None: the account is there now.

    `seen`: the values that the conditions saw then, as they are stored; `verdicts` gives each to its filter, and
    `unclaimed` is what belongs to none.
    """

    node: Node
    number: int
    arrived_at: datetime
    left_at: datetime | None
    path: str = ""
    done: int = 0
    skipped: int = 0
    reason: str = ""
    seen: dict[str, Any] = field(default_factory=dict)
    verdicts: list[Verdict] = field(default_factory=list)
    unclaimed: dict[str, Any] = field(default_factory=dict)
    due_at: datetime | None = None


def steps(entry: Entry) -> list[Step]:
    """The way of an entry (with its journey), first step first; the open visit last. Three queries."""
    entry = as_it_stands(entry)
    visits = list(Visit.objects.filter(entry_id=entry.pk).order_by("number"))
    nodes = Node.objects.in_bulk({*(visit.node_id for visit in visits), entry.node_id})
    paths: dict[int, list[Path]] = {}
    for path in Path.objects.filter(node_id__in={visit.node_id for visit in visits}).order_by("position"):
        paths.setdefault(path.node_id, []).append(path)
    lookup = Lookup()
    way = [_left(visit, nodes[visit.node_id], paths.get(visit.node_id, []), lookup) for visit in visits]
    if entry.visit > len(visits):
        # Open; of an aborted journey it ended when that did.
        here = nodes[entry.node_id]
        way.append(Step(here, entry.visit, entry.arrived_at, entry.ended_at, due_at=entry.due_at))
    return way


def _left(visit: Visit, node: Node, paths: list[Path], lookup: Lookup) -> Step:
    detail = json.loads(visit.detail) if isinstance(visit.detail, str) else visit.detail
    # Who was removed from a split has not been asked: nothing is on record then.
    verdicts = of_visit(paths, visit.path_id, detail, lookup) if detail is not None else []
    return Step(
        node, visit.number, visit.arrived_at, visit.left_at,
        path=_title(next((path for path in paths if path.pk == visit.path_id), None)),
        done=visit.done, skipped=visit.skipped, reason=Reason(visit.reason).label if visit.reason else "",
        seen=detail or {}, verdicts=verdicts, unclaimed=unclaimed(paths, detail or {}, lookup),
    )  # fmt: skip


def _title(path: Path | None) -> str:
    return title_of_path(path.key, path.label, is_other=path.is_other) if path else ""


@dataclass(frozen=True)
class NotInside:
    """Why an account is not in a journey: one sentence a reason, and the audience's condition explained."""

    reasons: list[str]
    explained: conditions.Explained | None = None


def why_not(journey: Journey, account: Account, *, now: datetime) -> NotInside:
    """Why this account is not inside now, and whether it will be."""
    if journey.version_id is None:
        return NotInside([_("The journey has not been published.")])
    last = Entry.objects.filter(journey=journey, account=account).order_by("-number").first()
    if last is not None:
        last.journey = journey
        last = as_it_stands(last)
    closed, holds = list(_closed(journey)), list(holds_of(journey))
    former = [_former(last)] if last is not None else []
    start = Node.objects.filter(version_id=journey.version_id, position=0).get()
    audience = _audience(start, account, now)
    reasons = [*closed, *holds, *former]
    if not audience.qualifies:
        reasons.append(audience.without)
    elif not closed and _may_enter(last, now):
        reasons.append(audience.after_release if holds else audience.soon)
    return NotInside(reasons, audience.explained)


def _closed(journey: Journey) -> Iterator[str]:
    """What lets nobody in for good, whoever qualifies."""
    if journey.status != Journey.Status.LIVE:
        status = str(journey.get_status_display()).lower()
        yield _("The journey is %(status)s: nobody enters.") % {"status": status}
    elif journey.mode == Journey.Mode.ONCE and journey.audience_read_at:
        said = _("The audience was read once, at %(date)s UTC: who qualifies later does not enter.")
        yield said % {"date": _minute(journey.audience_read_at)}


def holds_of(journey: Journey) -> Iterator[str]:
    """What keeps everybody where they are, as long as the journey is under way."""
    if journey.status not in Journey.PUBLISHED:
        return
    if journey.held_at:
        yield _("The journey is held since %(date)s UTC.") % {"date": _minute(journey.held_at)}
    engine = EngineState.objects.filter(held_at__isnull=False).first()
    if engine is not None and engine.held_at:
        said = _("The whole engine is held since %(date)s UTC: nobody moves and nobody enters.")
        yield said % {"date": _minute(engine.held_at)}


def _may_enter(last: Entry | None, now: datetime) -> bool:
    """As `engine/enter.py` decides it: no earlier entry, or one whose delay has passed."""
    return last is None or (
        last.status not in Entry.INSIDE and last.reenter_at is not None and last.reenter_at <= now
    )


def _former(last: Entry) -> str:
    if last.status in Entry.INSIDE:
        return _("It is inside, as entry %(n)s.") % {"n": last.number}
    if last.reenter_at is None:
        return _("It was inside before (entry %(n)s) and may not enter again.") % {"n": last.number}
    said = {"n": last.number, "date": _minute(last.reenter_at)}
    return _("It was inside before (entry %(n)s) and may enter again from %(date)s UTC.") % said


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


@dataclass(frozen=True)
class _Audience:
    """Whether an account qualifies, and what to say if it does not, enters soon, or once a hold is over."""

    qualifies: bool
    without: str
    soon: str = ""
    after_release: str = ""
    explained: conditions.Explained | None = None


def _audience(start: Node, account: Account, now: datetime) -> _Audience:
    if (list_id := id_of(start.settings.get("account_list"))) is not None:
        named = {"name": name_of(start.settings["account_list"])}
        return _Audience(
            ListMember.objects.filter(account_list_id=list_id, account=account).exists(),
            _("It is not on the list “%(name)s”.") % named,
            _("It is on the list “%(name)s”; it enters at the next look.") % named,
            _("It is on the list “%(name)s”; it enters at the first look after the release.") % named,
        )
    audience = Audience.objects.filter(pk=id_of(start.settings.get("audience")) or 0).first()
    if audience is None:
        return _Audience(False, _("The audience that the journey starts with is gone."))
    explained = conditions.explain(audience.condition, account_id=account.pk, now=now)
    return _Audience(
        explained is not None and bool(explained.verdict),
        _("It does not satisfy the audience."),
        _("It satisfies the audience; it enters at the next look."),
        _("It satisfies the audience; it enters at the first look after the release."),
        explained,
    )
