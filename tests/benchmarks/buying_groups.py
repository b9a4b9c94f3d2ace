"""Making and maintaining the buying groups of all accounts, five people each, beside the same rows by hand."""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from accounts.demo import volume
from accounts.models import Audience
from accounts.sql import Sql, row, run, sql
from buying_groups.jobs.batches import FailPoint, never
from buying_groups.jobs.creation import run_creation
from buying_groups.jobs.maintenance import run_maintenance
from buying_groups.models import CreationJob, JobRun, Role, RoleTemplate, SolutionInterest, TemplateRole
from tests.benchmarks import groups_by_hand, world
from tests.benchmarks.figures import Figure, of_pairs
from tests.benchmarks.meter import Cost, Meter
from tests.benchmarks.world import NOW

PEOPLE_EACH = 5
MOST = 30_000  # accounts; the whole of `make bench` stays under ten minutes
KILO = 1024
PAIRS = 2
GOAL = {"goal": 3.0}
TOMORROW = NOW + timedelta(days=1)
TRACES = (
    "buying_groups_buyinggroup, buying_groups_groupmember, buying_groups_groupscore, buying_groups_ignoredchange,"
    " buying_groups_jobrun, accounts_event, accounts_accountchange"
)
TABLES = (
    "buying_groups_buyinggroup",
    "buying_groups_groupmember",
    "buying_groups_groupscore",
    "accounts_person",
)
KEPT = ("buyinggroup", "groupmember", "groupscore")
# One person in ten gets the title of another one.
RETITLE = """
    UPDATE accounts_person AS person SET job_title = other.job_title FROM first_titles AS other
    WHERE person.id %% 10 = {rest} AND other.id = person.id + {step} AND person.job_title <> other.job_title
"""
# A line for each sort of row, whoever has written it; ids of groups are not the same twice.
RESULT = """
    SELECT md5(string_agg(line, ';' ORDER BY line)) FROM (
        SELECT concat_ws(',', 'group', completeness, lacking, updated_at, count(*), sum(account_id)) AS line
        FROM buying_groups_buyinggroup GROUP BY completeness, lacking, updated_at
        UNION ALL
        SELECT concat_ws(',', 'member', role_id, source, is_removed, changed_at, count(*), sum(person_id))
        FROM buying_groups_groupmember GROUP BY role_id, source, is_removed, changed_at
        UNION ALL
        SELECT concat_ws(',', 'score', day, completeness, count(*)) FROM buying_groups_groupscore
        GROUP BY day, completeness
        UNION ALL
        SELECT concat_ws(',', 'event', type_id, payload ->> 'role', payload ->> 'old_role', payload ->> 'old',
                         payload ->> 'new', count(*), sum(person_id), sum(account_id))
        FROM accounts_event
        GROUP BY type_id, payload ->> 'role', payload ->> 'old_role', payload ->> 'old', payload ->> 'new'
        UNION ALL
        SELECT concat_ws(',', 'mark', sum(DISTINCT account_id)) FROM accounts_accountchange
    ) AS lines
"""


def measure(meter: Meter, accounts: int, *, say: Callable[[str], None]) -> Iterator[Figure]:
    """CPU for each account; the results are compared, and must be the same."""
    accounts = min(accounts, MOST)
    say(f"buying groups of {accounts:,} accounts, {PEOPLE_EACH} people each")
    run(Sql(f"TRUNCATE accounts_account, accounts_person, {world.TRACES} CASCADE"))
    volume.fill(accounts, PEOPLE_EACH)
    run(Sql("CREATE TABLE first_titles AS SELECT id, job_title FROM accounts_person"))
    run(Sql("ALTER TABLE first_titles ADD PRIMARY KEY (id)"))
    job = _job()
    both = [_created(meter, job, i) for i in range(PAIRS)]
    say(f"  created: {[f'{one.cpu:.1f} / {other.cpu:.1f} s CPU' for one, other in both]}")
    yield _figure("groups_creation_vs_by_hand", both, accounts, **GOAL)
    yield _memory(job)
    for table in KEPT:
        run(Sql(f"CREATE TABLE kept_{table} AS SELECT * FROM buying_groups_{table}"))
    both = [_maintained(meter, job, i) for i in range(PAIRS)]
    say(f"  maintained: {[f'{one.cpu:.1f} / {other.cpu:.1f} s CPU' for one, other in both]}")
    yield _figure("groups_maintenance_vs_by_hand", both, accounts, **GOAL)
    both = [_unchanged(meter, job) for _ in range(PAIRS)]
    yield _figure("groups_nothing_changed_vs_by_hand", both, accounts, **GOAL)


def _figure(name: str, both: list[tuple[Cost, Cost]], accounts: int, **limits: Any) -> Figure:
    per_account = [(one.cpu / accounts * 1e6, other.cpu / accounts * 1e6) for one, other in both]
    note = f"{both[-1][0].wall:.0f} s by the clock"
    return of_pairs(name, per_account, "µs CPU", note=note, **limits)


def _job() -> CreationJob:
    """Four roles, three of them by job title; about a quarter of the people fits each of these."""
    dated = {"created_at": NOW, "updated_at": NOW}
    template = RoleTemplate.objects.create(name="Bench", status="live", published_at=NOW, **dated)
    roles = {
        "Decision Maker": ("starts_with", ["Chief", "Vice President", "Head"], 1),
        "Influencer": ("contains", ["Manager"], 2),
        "Practitioner": ("is", ["Data Analyst", "Software Engineer", "Security Specialist"], 1),
        "Champion": None,
    }
    for priority, (name, given) in enumerate(roles.items(), start=1):
        TemplateRole.objects.create(
            template=template, role=Role.objects.get(name=name), priority=priority,
            assigns_automatically=given is not None, is_required=given is not None,
            members_needed=given[2] if given else 1, condition=_title(*given[:2]) if given else None,
        )  # fmt: skip
    interest = SolutionInterest.objects.create(name="Bench", template=template, updates_groups=True, **dated)
    everybody, _ = Audience.objects.get_or_create(
        name="All", defaults={"condition": {"match": "all", "filters": []}, **dated}
    )
    return CreationJob.objects.create(solution_interest=interest, audience=everybody, created_at=NOW)


def _title(operator: str, values: list[str]) -> dict[str, Any]:
    return {"match": "all", "filters": [{"field": "person.job_title", "operator": operator, "value": values}]}


def _created(meter: Meter, job: CreationJob, i: int) -> tuple[Cost, Cost]:
    """The job's cost and that of the statements by hand; every other time the other way round."""
    return _both(
        meter, i, _start_over, lambda: _run(job), lambda: groups_by_hand.create(job.solution_interest, NOW)
    )


def _maintained(meter: Meter, job: CreationJob, i: int) -> tuple[Cost, Cost]:
    def stale() -> None:
        """Groups as of today; one person in ten has another title since."""
        run(sql(RETITLE, rest=i, step=0))
        run(Sql(f"TRUNCATE {TRACES}"))
        for table in KEPT:
            run(Sql(f"INSERT INTO buying_groups_{table} SELECT * FROM kept_{table}"))
        run(sql(RETITLE, rest=i, step=5))
        world.settle(*TABLES)

    return _both(
        meter, i, stale, lambda: _maintain(), lambda: groups_by_hand.maintain(job.solution_interest, TOMORROW)
    )


def _unchanged(meter: Meter, job: CreationJob) -> tuple[Cost, Cost]:
    """After what has just been maintained."""
    by_job, by_hand = meter.cost(_maintain), None
    before = world.number("SELECT count(*) FROM accounts_event")
    by_hand = meter.cost(lambda: groups_by_hand.maintain(job.solution_interest, TOMORROW))
    if before != world.number("SELECT count(*) FROM accounts_event"):
        raise AssertionError("Something has changed.")
    return by_job, by_hand


def _both(
    meter: Meter, i: int, before: Callable[[], None], by_job: Callable[[], None], by_hand: Callable[[], None]
) -> tuple[Cost, Cost]:
    costs, results = {}, set()
    for name, work in sorted({"job": by_job, "hand": by_hand}.items(), reverse=bool(i % 2)):
        before()
        costs[name] = meter.cost(work)
        results.add(row(Sql(RESULT)))
    if len(results) != 1:
        raise AssertionError(f"The results differ: {results}")
    return costs["job"], costs["hand"]


def _start_over() -> None:
    run(Sql(f"TRUNCATE {TRACES}"))
    world.settle(*TABLES)


def _memory(job: CreationJob) -> Figure:
    """Peak memory of this process after a run, against that after its first batches."""
    _start_over()
    peaks: list[int] = []

    def note(point: str) -> None:
        if point == "after:commit":
            peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)

    _run(job, note)
    early = peaks[min(4, len(peaks) - 1)]
    return Figure(
        "groups_memory_vs_first_batches", peaks[-1] / KILO, "MB", early / KILO, peaks[-1] / early, must=1.1,
        note=f"{len(peaks) - 1} batches",
    )  # fmt: skip


def _run(job: CreationJob, fail: FailPoint = never) -> None:
    made = JobRun.objects.create(kind=JobRun.Kind.CREATION, job=job, queued_at=NOW)
    run_creation(made, lambda: NOW, fail=fail)


def _maintain() -> None:
    JobRun.objects.all().delete()
    run_maintenance(JobRun.objects.create(kind=JobRun.Kind.MAINTENANCE, queued_at=NOW), lambda: TOMORROW)
