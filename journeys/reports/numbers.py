from __future__ import annotations

from dataclasses import dataclass, replace

from accounts.sql import rows, sql
from journeys.engine import counters
from journeys.models import Entry, Journey, Node, What
from journeys.reports.standing import is_aborted


@dataclass(frozen=True)
class NodeNumbers:
    """What a node shows: accounts that entered it, are there now (failed ones too), and what its action did; of a
    split without *Other accounts* those that matched no path."""

    node: Node
    entered: int
    left: int
    done: int
    skipped: int
    failed: int
    unmatched: int

    @property
    def there(self) -> int:
        return self.entered - self.left

    def as_aborted(self) -> NodeNumbers:
        """Of an aborted journey: nobody is there any more."""
        return replace(self, left=self.entered, failed=0)


@dataclass(frozen=True)
class Progress:
    """What a journey shows: its entries by how they stand."""

    entered: int
    completed: int
    removed: int
    aborted: int
    failed: int

    @property
    def active(self) -> int:
        return self.entered - self.completed - self.removed - self.aborted - self.failed

    @property
    def completion_rate(self) -> float | None:
        """Completed of all entries, 0 to 1; None while there is none (spec 1.2)."""
        return self.completed / self.entered if self.entered else None

    def as_aborted(self) -> Progress:
        """Of an aborted journey: who was inside is aborted, before the sweeper has come to their rows."""
        return replace(self, aborted=self.aborted + self.active + self.failed, failed=0)


@dataclass(frozen=True)
class Numbers:
    """All numbers of a journey at one moment."""

    nodes: list[NodeNumbers]
    progress: Progress


def read(journey: Journey) -> Numbers:
    """The numbers of a published journey, exact; three queries whatever its size."""
    counts = counters.read(journey.pk)
    nodes = (
        Node.objects.filter(version_id=journey.version_id).order_by("position") if journey.version_id else []
    )
    unmatched = _unmatched(journey)
    of_nodes = [_of_node(node, counts, unmatched.get(node.pk, 0)) for node in nodes]
    failed = sum(n for (node, what), n in counts.items() if what == What.FAILED)
    progress = Progress(
        entered=counts.get((0, What.ENTERED), 0), completed=counts.get((0, What.COMPLETED), 0),
        removed=counts.get((0, What.REMOVED), 0), aborted=counts.get((0, What.ABORTED), 0), failed=failed,
    )  # fmt: skip
    if is_aborted(journey):
        return Numbers([node.as_aborted() for node in of_nodes], progress.as_aborted())
    return Numbers(of_nodes, progress)


def _unmatched(journey: Journey) -> dict[int, int]:
    """How many ended at each node because no path matched: counted, as they are few and have an index."""
    return dict(rows(sql(
        "SELECT node_id, count(*) FROM journeys_entry WHERE journey_id = {journey} AND reason = {reason} GROUP BY 1",
        journey=journey.pk, reason=int(Entry.Reason.NO_PATH_MATCHED),
    )))  # fmt: skip


def _of_node(node: Node, counts: dict[tuple[int, What], int], unmatched: int) -> NodeNumbers:
    def count(what: What) -> int:
        return counts.get((node.pk, what), 0)

    return NodeNumbers(
        node, entered=count(What.ENTERED), left=count(What.LEFT), done=count(What.DONE),
        skipped=count(What.SKIPPED), failed=count(What.FAILED), unmatched=unmatched,
    )  # fmt: skip
