from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.findings import Finding
from accounts.sql import rows, sql
from actions.base import Labels, unlabelled
from actions.settings import Context
from journeys.instants import parse_instant
from journeys.nodes.base import Arrival, Document, Exits, NodeKind, Step, Travel, by_way_out
from journeys.nodes.cohort import COHORT_COLUMNS, Cohort, cohort
from journeys.nodes.frozen import FrozenNode
from journeys.nodes.timing import exit_time, next_exits, uses_account_zone, zone_of_exits
from journeys.nodes.wait_settings import Duration, Instant, Window, Zone

DEFAULT = {"duration": {"value": 5, "unit": "days"}}
"""What every wait is in a duplicate without details (spec 1.6)."""


class Wait(NodeKind):
    """A duration, a date, or a window of the week that must be met (spec 1.7, 1.8)."""

    kind = "wait"
    label = _("Wait")
    settings = (
        Duration("duration", _("Duration"), required=False, help=_("How long; 0 goes on at once.")),
        Instant(
            "until", _("Until"), required=False, help=_("A date and time; who arrives later goes on at once.")
        ),
        Window(
            "must_end_on",
            _("Must end on"),
            required=False,
            help=_("Days of the week, a time of day, or both."),
        ),
        Zone(
            "time_zone",
            _("Time zone"),
            required=False,
            help=_("Of the duration; else that of the window, else the journey's."),
        ),
    )

    def check(self, node: Document, context: Context) -> list[Finding]:
        given = node.get("settings") or {}
        found = super().check(node, context)
        if given.get("until") is not None and given.get("must_end_on") is not None:
            message = str(_("Wait: “must end on” goes with a duration or alone, not with a date."))
            found.append(Finding("not_together", message, ("settings", "must_end_on")))
        if all(given.get(part) is None for part in ("duration", "until", "must_end_on")):
            message = str(_("Wait: a duration, a date and time, or “must end on” is needed."))
            found.append(Finding("missing", message, ("settings",), refused=False))
        return found

    def check_time(self, node: Document, now: datetime) -> list[Finding]:
        until = parse_instant((node.get("settings") or {}).get("until"))
        if until is None or until > now:
            return []
        message = _("Wait: the date %(date)s UTC has passed.") % {"date": f"{until:%Y-%m-%d %H:%M}"}
        return [Finding("date_passed", message, ("settings", "until"), refused=False)]

    def without_details(self, node: Document) -> dict[str, Any]:
        return {**node, "settings": DEFAULT}

    def summary(self, node: Document, labels: Labels = unlabelled) -> str:
        given = node.get("settings") or {}
        said = [setting.say(given[setting.name]) for setting in self.settings[:3] if given.get(setting.name)]
        return ", ".join(said)

    def next_exits(self, node: Document, *, now: datetime, time_zone: str) -> Exits:
        given = node.get("settings") or {}
        if self.check(node, Context()):
            return super().next_exits(node, now=now, time_zone=time_zone)
        return Exits(
            next_exits(given, now, journey_zone=time_zone),
            zone_of_exits(given, journey_zone=time_zone),
            uses_account_zone(given),
        )

    def arrive(self, node: FrozenNode, cohort: Cohort, travel: Travel) -> Arrival:
        groups = _by_zone(cohort, travel) if uses_account_zone(node.settings) else [("", cohort)]
        return _arrival(node, [(travel.now, zone, members) for zone, members in groups], travel)

    def resume(self, node: FrozenNode, cohort: Cohort, travel: Travel) -> Arrival:
        return _arrival(node, _by_arrival(cohort, travel), travel)

    def leave(self, node: FrozenNode, cohort: Cohort, travel: Travel) -> Step:
        return Step(by_way_out(node, cohort))


def _arrival(node: FrozenNode, groups: list[tuple[datetime, str, Cohort]], travel: Travel) -> Arrival:
    """When each group (arrival, zone, members) goes on: at once, or later."""
    onward, waiting = Cohort(), list[tuple[datetime, Cohort]]()
    for arrived, zone, members in groups:
        due = exit_time(node.settings, arrived, journey_zone=travel.time_zone, account_zone=zone)
        if due <= travel.now:
            onward += members
        else:
            waiting.append((due, members))
    return Arrival(onward, waiting)


def _by_arrival(subject: Cohort, travel: Travel) -> list[tuple[datetime, str, Cohort]]:
    """The claimed cohort by arrival and zone."""
    found: dict[tuple[datetime, str], list[tuple[int, str, str, int]]] = {}
    statement = sql(
        "SELECT subject.arrived_at, account.time_zone, {columns} FROM {subject} AS subject"
        " JOIN accounts_account AS account ON account.id = subject.account_id"
        " GROUP BY subject.arrived_at, account.time_zone, visit",
        columns=COHORT_COLUMNS, subject=subject.visits(travel.now),
    )  # fmt: skip
    for arrived, zone, *columns in rows(statement):
        found.setdefault((arrived, zone), []).append(tuple(columns))
    return [
        (arrived, zone, cohort(parts, claimed=True, arrived=arrived))
        for (arrived, zone), parts in found.items()
    ]


def _by_zone(subject: Cohort, travel: Travel) -> list[tuple[str, Cohort]]:
    """The cohort by the zone of the account: the time is reckoned once a zone, in Python (docs/engine.md, Time)."""
    found: dict[str, list[tuple[int, str, str, int]]] = {}
    statement = sql(
        "SELECT account.time_zone, {columns} FROM {subject} AS subject"
        " JOIN accounts_account AS account ON account.id = subject.account_id"
        " GROUP BY account.time_zone, visit",
        columns=COHORT_COLUMNS, subject=subject.visits(travel.now),
    )  # fmt: skip
    for zone, *columns in rows(statement):
        found.setdefault(zone, []).append(tuple(columns))
    return [(zone, cohort(parts)) for zone, parts in found.items()]
