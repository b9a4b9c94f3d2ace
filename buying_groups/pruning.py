"""Old runs go; the last of each kind, and whatever is still asked of older ones, stays."""

from __future__ import annotations

from datetime import datetime

from accounts.sql import row, sql
from buying_groups.models import JobRun

# The last run of each job, of each interest and of all of them, which pages show; the last one that has measured the
# groups, by which new ones are measured. How many groups a job has made in all is kept with the job.
EXPIRE = """
    WITH known AS (
        SELECT id, status, finished_at,
            max(id) OVER (PARTITION BY kind, job_id, solution_interest_id) AS latest,
            max(id) FILTER (WHERE highest_root IS NOT NULL) OVER () AS measured
        FROM buying_groups_jobrun
    ), doomed AS MATERIALIZED (
        SELECT id, job_id, created_groups FROM buying_groups_jobrun WHERE id IN (
            SELECT id FROM known WHERE status IN ({done}, {failed}, {cancelled}) AND finished_at < {before}::timestamptz
            AND id <> latest AND id IS DISTINCT FROM measured ORDER BY id LIMIT {size}
        ) FOR UPDATE SKIP LOCKED
    ), counted AS (
        UPDATE buying_groups_creationjob AS job SET created_before = job.created_before + gone.groups
        FROM (SELECT job_id, sum(created_groups) AS groups FROM doomed GROUP BY job_id) AS gone
        WHERE job.id = gone.job_id
    ), scores AS (DELETE FROM buying_groups_pendingscore USING doomed WHERE run_id = doomed.id),
    left_over AS (DELETE FROM buying_groups_leftover USING doomed WHERE run_id = doomed.id),
    runs AS (DELETE FROM buying_groups_jobrun AS run USING doomed WHERE run.id = doomed.id RETURNING run.id)
    SELECT count(*) FROM runs
"""


def expire_runs(*, before: datetime, size: int) -> int:
    """Delete runs that were over before an instant, a batch at a time; how many."""
    total = 0
    while deleted := _expire(before, size):
        total += deleted
    return total


def _expire(before: datetime, size: int) -> int:
    status = JobRun.Status
    found = row(sql(
        EXPIRE, before=before, size=size, done=status.DONE.value, failed=status.FAILED.value,
        cancelled=status.CANCELLED.value,
    ))  # fmt: skip
    return int(found[0]) if found else 0
