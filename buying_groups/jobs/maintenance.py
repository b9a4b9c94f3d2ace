"""The daily maintenance of groups: members by the conditions of the template, and completeness (reference 6.7).

Members change only where the solution interest updates its groups, and only as far as precedence lets the system
(spec 3.5). Who has left the account leaves, and completeness is brought up to date, in every group.
"""

from __future__ import annotations

from datetime import datetime

from accounts.events import Source
from accounts.models import Event
from accounts.sql import EMPTY, Sql, row, rows, sql
from buying_groups.completeness import NONE, recompute
from buying_groups.jobs.batches import BATCH, Batch, Clock, Done, FailPoint, Frame, Until, never
from buying_groups.jobs.targets import Automatic
from buying_groups.members.write import Figures, Written, write
from buying_groups.models import BuyingGroup, JobRun, SolutionInterest

SYSTEM = Source(Event.Source.SYSTEM)
NEXT = """
    SELECT held.id FROM buying_groups_buyinggroup held WHERE held.id > {position}{which}
    ORDER BY held.id LIMIT {size}
"""
# Who deletes a group holds its account: no group that is found here can be gone.
HOLD = """
    SELECT held.id FROM unnest({ids}::bigint[]) AS batch (id)
    JOIN buying_groups_buyinggroup held ON held.id = batch.id
    JOIN accounts_account AS account ON account.id = held.account_id
    ORDER BY account.id FOR NO KEY UPDATE OF account{how}
"""
# Whoever ends a relation ends the memberships with it (`members.leave`); this is for those who did not.
LEFT = """
    SELECT asked.*, member.person_id, NULL::bigint AS role_id
    FROM asked JOIN buying_groups_groupmember member ON member.group_id = asked.group_id
    WHERE NOT member.is_removed AND NOT EXISTS (
        SELECT FROM belonging WHERE belonging.group_id = member.group_id AND belonging.person_id = member.person_id)
"""
OF_GROUPS = """
    asked AS MATERIALIZED (
        SELECT held.id AS group_id, held.account_id, held.solution_interest_id AS interest_id
        FROM unnest({groups}::bigint[]) AS batch (id)
        JOIN buying_groups_buyinggroup held ON held.id = batch.id
    ), belonging AS MATERIALIZED (
        SELECT asked.group_id, relation.person_id
        FROM asked JOIN accounts_accountperson relation ON relation.account_id = asked.account_id
    )
"""
# Most are what they should be: they are left out before anything is decided.
DIFFERENT = """
    SELECT target.* FROM ({targets}) AS target LEFT JOIN (
        SELECT member.group_id, member.person_id, member.role_id
        FROM unnest({groups}::bigint[]) AS batch (id)
        JOIN buying_groups_groupmember member ON member.group_id = batch.id WHERE NOT member.is_removed
    ) AS member ON member.group_id = target.group_id AND member.person_id = target.person_id
    WHERE member.role_id IS DISTINCT FROM target.role_id
"""


def run_maintenance(
    job_run: JobRun, clock: Clock, until: Until = lambda: False, *, size: int = BATCH, fail: FailPoint = never
) -> bool:
    """Go on with a run until it is over or `until` says so; whether it is over.

    :raises CannotCompile: if a condition names a field that is gone
    """
    return Frame(job_run, _Maintenance(job_run), clock, size, fail).go_on(until)


class _Maintenance:
    def __init__(self, job_run: JobRun) -> None:
        self.interest_id = job_run.solution_interest_id
        updating = SolutionInterest.objects.filter(updates_groups=True).order_by("pk")
        if self.interest_id is not None:
            updating = updating.filter(pk=self.interest_id)
        self.automatic = [Automatic.of(interest) for interest in updating]

    def total(self) -> int:
        groups = BuyingGroup.objects.all()
        return (
            groups if self.interest_id is None else groups.filter(solution_interest=self.interest_id)
        ).count()

    def next(self, position: int, size: int) -> Batch | None:
        which = (
            EMPTY
            if self.interest_id is None
            else sql(" AND held.solution_interest_id = {id}", id=self.interest_id)
        )
        ids = [id for (id,) in rows(sql(NEXT, position=position, which=which, size=size))]
        return Batch(ids, len(ids), ids[-1]) if ids else None

    def hold(self, ids: list[int], *, waits: bool) -> list[int]:
        how = Sql("" if waits else " SKIP LOCKED")
        return [id for (id,) in rows(sql(HOLD, ids=ids, how=how))]

    def do(self, ids: list[int], *, now: datetime) -> Done:
        groups = _text(ids)
        of_groups = sql(OF_GROUPS, groups=groups)
        written = [write(Sql(LEFT), source=SYSTEM, now=now, overrules=True, given=of_groups)]
        written += [
            write(self._different(one, groups, now), source=SYSTEM, now=now) for one in self.automatic
        ]
        found = row(recompute(groups, source=SYSTEM, now=now, touched=_together(written)))
        return _sum([one.figures for one in written], rescored=found[0] if found else 0)

    def finish(self) -> None:
        pass

    def _different(self, automatic: Automatic, groups: str, now: datetime) -> Sql:
        return sql(DIFFERENT, targets=automatic.targets(groups, now=now), groups=groups)


def _sum(figures: list[Figures], *, rescored: int) -> Done:
    return Done(
        added=sum(one.assigned for one in figures), removed=sum(one.removed for one in figures),
        changed_role=sum(one.re_roled for one in figures), ignored=sum(one.ignored for one in figures),
        rescored=rescored,
    )  # fmt: skip


def _together(written: list[Written]) -> str:
    """Ids as the text of one array."""
    return "{" + ",".join(one.touched[1:-1] for one in written if one.touched != NONE) + "}"


def _text(ids: list[int]) -> str:
    return "{" + ",".join(map(str, ids)) + "}"
