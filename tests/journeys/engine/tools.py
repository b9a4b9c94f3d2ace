"""What the tests of the engine share: a clock, an engine on it, and ways to read what became of an entry."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from accounts.models import Account, Event, EventType
from journeys.engine import admit, counters
from journeys.engine.failpoints import FailPoint, never
from journeys.engine.worker import Worker
from journeys.models import Entry, Journey, Node, Visit, What
from tests.conftest import NOW


@dataclass
class Clock:
    """A clock that stands still until a test moves it."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **delta: float) -> None:
        self.now += timedelta(**delta)


@dataclass
class Engine:
    """One worker and the admission, on the test's clock."""

    clock: Clock
    size: int = 5_000
    fail: FailPoint = never
    workers: dict[str, Worker] = field(default_factory=dict)

    @property
    def worker(self) -> Worker:
        if "one" not in self.workers:
            self.workers["one"] = Worker(clock=self.clock, size=self.size, fail=self.fail)
        return self.workers["one"]

    def admit(self, *journeys: Journey) -> int:
        ids = [journey.pk for journey in journeys] or admit.open_journeys()
        return sum(admit.admit(journey, clock=self.clock) for journey in ids)

    def move(self) -> int:
        """Move all that is due; how many entries were moved (one moved twice counts twice)."""
        return self.worker.move_due().entries

    def run(self) -> None:
        """Admit and move until nothing happens any more at this instant."""
        while self.admit() + self.move():
            pass


def node(journey: Journey, key: str) -> Node:
    return Node.objects.get(version_id=journey.version_id, key=key)


def entry(journey: Journey, account: Account) -> Entry:
    """The last entry of an account."""
    return Entry.objects.filter(journey=journey, account=account).latest("number")


def inside(journey: Journey) -> list[int]:
    return list(
        Entry.objects.filter(journey=journey, status__in=[1, 5])
        .order_by("account_id")
        .values_list("account_id", flat=True)
    )


def where(journey: Journey) -> dict[str, int]:
    """How many active entries are at each node."""
    found = dict[str, int]()
    for key in Entry.objects.filter(journey=journey, status=Entry.Status.ACTIVE).values_list(
        "node__key", flat=True
    ):
        found[key] = found.get(key, 0) + 1
    return found


def way(which: Entry) -> list[str]:
    """The nodes that an entry has left, as "key" or "key/path"."""
    visits = Visit.objects.filter(entry=which).order_by("number").select_related("node", "path")
    return [
        f"{visit.node.key}/{visit.path.key}" if visit.path and visit.path.key else visit.node.key
        for visit in visits
    ]


def how(which: Entry) -> tuple[str, str]:
    """Status and reason."""
    reason = Entry.Reason(which.reason).label if which.reason else ""
    return Entry.Status(which.status).name.lower(), reason


def numbers(journey: Journey, key: str = "") -> dict[str, int]:
    """The counters of a node (or of the journey), zeros left out."""
    wanted = node(journey, key).pk if key else 0
    found = counters.read(journey.pk)
    return {What(what).name.lower(): n for (at, what), n in found.items() if at == wanted and n}


def event_count(type: EventType.BuiltIn) -> int:
    return Event.objects.filter(type_id=type).count()
