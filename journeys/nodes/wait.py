from __future__ import annotations

from datetime import datetime

from accounts.sql import rows, sql
from journeys.nodes.base import Arrival, FrozenNode, NodeKind, Step, Travel, by_way_out
from journeys.nodes.cohort import COHORT_COLUMNS, Cohort, cohort
from journeys.nodes.timing import exit_time, uses_account_zone


class Wait(NodeKind):
    """A duration, a date, or a window of the week that must be met (spec 1.7, 1.8)."""

    kind = "wait"
    label = "Wait"

    def arrive(self, node: FrozenNode, cohort: Cohort, travel: Travel) -> Arrival:
        groups = _by_zone(cohort, travel) if uses_account_zone(node.settings) else [("", cohort)]
        onward, waiting = Cohort(), list[tuple[datetime, Cohort]]()
        for zone, members in groups:
            due = exit_time(node.settings, travel.now, journey_zone=travel.time_zone, account_zone=zone)
            if due <= travel.now:
                onward += members
            else:
                waiting.append((due, members))
        return Arrival(onward, waiting)

    def leave(self, node: FrozenNode, cohort: Cohort, travel: Travel) -> Step:
        return Step(by_way_out(node, cohort))


def _by_zone(subject: Cohort, travel: Travel) -> list[tuple[str, Cohort]]:
    """The cohort by the zone of the account: the time is reckoned once a zone, in Python (engine.md 1.20)."""
    found: dict[str, list[tuple[int, str, str, int]]] = {}
    statement = sql(
        "SELECT account.time_zone, {columns} FROM {subject} AS subject"
        " JOIN accounts_account AS account ON account.id = subject.account_id GROUP BY account.time_zone, visit",
        columns=COHORT_COLUMNS, subject=subject.visits(travel.now),
    )  # fmt: skip
    for zone, *columns in rows(statement):
        found.setdefault(zone, []).append(tuple(columns))
    return [(zone, cohort(parts)) for zone, parts in found.items()]
