"""Making a group for each account of an audience or list that has none for the solution interest (spec 3.4).

An account that comes later gets its group in a later run; overlapping jobs make no second one. Members are those
whom the template assigns; the group is there, and has its scores, also when there are none.
"""

from __future__ import annotations

from datetime import datetime

from accounts import changes
from accounts.conditions import Scope, compile
from accounts.events import Source
from accounts.models import Event
from accounts.sql import Sql, row, rows, run, sql
from buying_groups.completeness import NONE, recompute
from buying_groups.engagement import groups as engagement
from buying_groups.jobs.batches import BATCH, Batch, Clock, Done, FailPoint, Frame, Until, never
from buying_groups.jobs.targets import Automatic
from buying_groups.members.write import write
from buying_groups.models import CreationJob, JobRun

SYSTEM = Source(Event.Source.SYSTEM)
# From so many new groups on the planner must learn about the tables at once.
MANY = 1_000
TABLES = ("buying_groups_buyinggroup", "buying_groups_groupmember", "buying_groups_groupscore")

WINDOW = """
    SELECT max(id), count(*) FROM (
        SELECT id FROM accounts_account WHERE id > {position} ORDER BY id LIMIT {size}
    ) AS found
"""
WITHOUT = """
    SELECT {columns} FROM accounts_account account WHERE {which}{belongs} AND NOT EXISTS (
        SELECT FROM buying_groups_buyinggroup held
        WHERE held.solution_interest_id = {interest} AND held.account_id = account.id)
"""
LOCK = "SELECT id FROM accounts_account WHERE id = ANY({ids}) ORDER BY id FOR NO KEY UPDATE{how}"
ON_LIST = """
    EXISTS (SELECT FROM accounts_listmember listed
        WHERE listed.account_list_id = {list} AND listed.account_id = account.id)
"""
# Asked again under the lock: what it was when it was found may have changed.
MAKE = """
    WITH made AS (
        INSERT INTO buying_groups_buyinggroup (account_id, solution_interest_id, status, created_at, updated_at)
        SELECT account.id, {interest}, '', {now}::timestamptz, {now}::timestamptz FROM accounts_account account
        WHERE account.id = ANY({ids}::bigint[]) AND {belongs} ORDER BY account.id
        ON CONFLICT (solution_interest_id, account_id) DO NOTHING RETURNING id, account_id
    ), marked AS ({mark})
    SELECT array_agg(id)::text, count(*) FROM made
"""


def run_creation(
    job_run: JobRun, clock: Clock, until: Until = lambda: False, *, size: int = BATCH, fail: FailPoint = never
) -> bool:
    """Go on with a run until it is over or `until` says so; whether it is over.

    :raises CannotCompile: if a condition names a field that is gone
    """
    return Frame(job_run, _Creation(job_run.job, clock), clock, size, fail).go_on(until)  # type: ignore[arg-type]


def count_missing(job: CreationJob, *, now: datetime) -> int:
    """How many groups a run would make now."""
    belongs = sql(" {belongs}", belongs=_belongs(job, now))
    asked = sql(
        WITHOUT, columns=Sql("count(*)"), which=Sql(""), belongs=belongs, interest=job.solution_interest_id
    )
    found = row(asked)
    return int(found[0]) if found else 0


def _belongs(job: CreationJob, now: datetime) -> Sql:
    """Whether `account` is one of the job's; never NULL."""
    if job.account_list_id is not None:
        return sql(ON_LIST, list=job.account_list_id)
    return compile(job.audience.condition, Scope(now=now))  # type: ignore[union-attr]


class _Creation:
    def __init__(self, job: CreationJob, clock: Clock) -> None:
        self.job, self.clock = job, clock
        self.automatic = Automatic.of(job.solution_interest)
        self.made = 0

    def total(self) -> int:
        found = row(Sql("SELECT count(*) FROM accounts_account"))
        return int(found[0]) if found else 0

    def next(self, position: int, size: int) -> Batch | None:
        [(end, looked_at)] = rows(sql(WINDOW, position=position, size=size))
        if end is None:
            return None
        which = sql("account.id > {position} AND account.id <= {end} AND ", position=position, end=end)
        missing = sql(
            WITHOUT, columns=Sql("account.id"), which=which, belongs=_belongs(self.job, self.clock()),
            interest=self.job.solution_interest_id,
        )  # fmt: skip
        return Batch([id for (id,) in rows(missing)], looked_at, end)

    def hold(self, ids: list[int], *, waits: bool) -> list[int]:
        how = Sql("" if waits else " SKIP LOCKED")
        return [id for (id,) in rows(sql(LOCK, ids=ids, how=how))]

    def do(self, ids: list[int], *, now: datetime) -> Done:
        [(made, created)] = rows(sql(
            MAKE, interest=self.job.solution_interest_id, now=now, ids=ids, belongs=_belongs(self.job, now),
            mark=changes.mark_statement(Sql("SELECT account_id FROM made")),
        ))  # fmt: skip
        if not created:
            return Done()
        figures = write(self._members(made or NONE, now), source=SYSTEM, now=now, marks=False).figures
        [(rescored,)] = rows(
            recompute(made, source=SYSTEM, now=now, marks=False, also=engagement.first(made, now=now))
        )
        self._learn(created)
        return Done(created_groups=created, added=figures.assigned, rescored=rescored)

    def _learn(self, created: int) -> None:
        """Tell the planner about tables that were empty a moment ago."""
        before, self.made = self.made, self.made + created
        if before < MANY <= self.made:
            self.finish()

    def finish(self) -> None:
        if self.made >= MANY:
            for table in TABLES:
                run(Sql(f"ANALYZE {table}"))

    def _members(self, groups: str, now: datetime) -> Sql:
        targets = self.automatic.targets(groups, now=now)
        return sql("SELECT * FROM ({targets}) AS target WHERE role_id IS NOT NULL", targets=targets)
