"""What the writing of people's and groups' scores has in common: the next of those that wait, some thousand at once."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.sql import EMPTY, Sql, rows, sql
from buying_groups.models import JobRun

NEXT = """
    SELECT subject_id FROM buying_groups_pendingscore WHERE run_id = {run} AND subject_id > {position}
    ORDER BY subject_id LIMIT {size}
"""
TAKE = """
    DELETE FROM buying_groups_pendingscore AS pending WHERE run_id = {run} AND subject_id = ANY({ids}::bigint[])
    AND (subject_id = ANY({held}::bigint[]) OR NOT EXISTS (SELECT FROM {table} WHERE id = subject_id))
    RETURNING subject_id, score
"""


@dataclass(frozen=True)
class Written:
    """Of how many subjects there is nothing to do any more, and how many have got another score."""

    done: int = 0
    rescored: int = 0


def waiting(run: JobRun, *, size: int) -> list[int]:
    """The next people or groups whose scores a run has computed, behind its position."""
    return ids_of(sql(NEXT, run=run.pk, position=run.position, size=size))


def take(run: JobRun, ids: list[int], held: list[int], table: str) -> Sql:
    """A DELETE of those that wait no more (subject_id, score): the ones that are held, and what is gone meanwhile."""
    return sql(TAKE, run=run.pk, ids=ids, held=held, table=Sql(table))


def passing_over(waits: bool) -> Sql:
    """What follows FOR NO KEY UPDATE: pass over what somebody else holds, or wait for it."""
    return EMPTY if waits else Sql(" SKIP LOCKED")


def ids_of(select: Sql) -> list[int]:
    return [id for (id,) in rows(select)]
