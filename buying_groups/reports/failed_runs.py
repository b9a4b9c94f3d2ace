"""Runs that have failed, and that no later one has made up for."""

from __future__ import annotations

from accounts.sql import rows, sql
from buying_groups.models import JobRun

# A later run of the same thing stands for it. The nightly maintenance is also that of each interest it updates.
FAILED = """
    SELECT run.id FROM buying_groups_jobrun AS run
    LEFT JOIN buying_groups_solutioninterest AS interest ON interest.id = run.solution_interest_id
    WHERE run.status = {failed} AND NOT EXISTS (
        SELECT FROM buying_groups_jobrun AS later
        WHERE later.id > run.id AND later.kind = run.kind AND (
            later.status IN ({done}, {failed})
            AND later.job_id IS NOT DISTINCT FROM run.job_id
            AND later.solution_interest_id IS NOT DISTINCT FROM run.solution_interest_id
            OR later.status = {done} AND later.kind = {maintenance} AND interest.updates_groups
            AND later.solution_interest_id IS NULL
        )
    ) ORDER BY run.id DESC LIMIT {most}
"""


def failed_runs(most: int) -> list[JobRun]:
    """The last run of each job, of each interest and of all of them, where it has failed; the newest first.

    They come with the interest, or the job with its interest and its source.
    """
    status = JobRun.Status
    found = rows(sql(
        FAILED, done=status.DONE.value, failed=status.FAILED.value,
        maintenance=JobRun.Kind.MAINTENANCE.value, most=most,
    ))  # fmt: skip
    runs = JobRun.objects.filter(pk__in=[id for (id,) in found]).select_related(
        "solution_interest", "job__solution_interest", "job__audience", "job__account_list"
    )
    return list(runs.order_by("-pk"))
