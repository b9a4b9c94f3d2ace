"""Taking the stages from the groups of a solution interest that has given up its stage model (reference U 22).

For interests with more groups than one batch; those with fewer lose them at once (services.solution_interests).
"""

from __future__ import annotations

from datetime import datetime

from accounts.events import Source
from accounts.models import Event
from accounts.sql import rows, sql
from buying_groups import stage_removal
from buying_groups.jobs.batches import BATCH, Batch, Clock, Done, FailPoint, Frame, Until, never
from buying_groups.models import BuyingGroup, JobRun

NEXT = """
    SELECT id FROM buying_groups_buyinggroup WHERE solution_interest_id = {interest} AND id > {position}
    ORDER BY id LIMIT {size}
"""


def run_stage_removal(
    job_run: JobRun, clock: Clock, until: Until = lambda: False, *, size: int = BATCH, fail: FailPoint = never
) -> bool:
    """Go on with a run until it is over or `until` says so; whether it is over."""
    return Frame(job_run, _StageRemoval(job_run), clock, size, fail).go_on(until)


class _StageRemoval:
    def __init__(self, job_run: JobRun) -> None:
        assert job_run.solution_interest is not None  # noqa: S101 - there is no run of all of them
        self.interest = job_run.solution_interest
        by = job_run.asked_by_id
        self.source = Source(Event.Source.SYSTEM) if by is None else Source(Event.Source.STAFF, by)

    def total(self) -> int:
        return BuyingGroup.objects.filter(solution_interest=self.interest).count()

    def next(self, position: int, size: int) -> Batch | None:
        found = sql(NEXT, interest=self.interest.pk, position=position, size=size)
        ids = [id for (id,) in rows(found)]
        return Batch(ids, len(ids), ids[-1]) if ids else None

    def hold(self, ids: list[int], *, waits: bool) -> list[int]:
        return stage_removal.hold(ids, waits=waits)

    def do(self, ids: list[int], *, now: datetime) -> Done:
        stage_removal.clear_stages(self.interest, ids, source=self.source, now=now)
        return Done()

    def finish(self) -> None:
        pass
