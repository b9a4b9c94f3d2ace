"""What the two actions on the members of buying groups share: the change, and what became of each entry."""

from __future__ import annotations

from accounts.sql import Sql, join, sql
from actions.base import Batch, Outcome, outcome_columns, skip_all
from actions.types import Reason
from buying_groups.members.precedence import Outcome as Became
from buying_groups.members.write import change

TARGET = """
    target AS MATERIALIZED (
        SELECT target.entry_id, target.account_id, target.person_id, held.id AS group_id
        FROM {targets} AS target LEFT JOIN buying_groups_buyinggroup held
            ON held.account_id = target.account_id AND held.solution_interest_id = {interest}
    )
"""
WANTED = """
    SELECT group_id, account_id, {interest}::bigint AS interest_id, person_id, {role}::bigint AS role_id FROM target
    WHERE group_id IS NOT NULL AND person_id IS NOT NULL AND {fits}
"""
# The reason is true for everybody who was skipped.
ENTRIES = """
    (SELECT entry_id, done, CASE WHEN reason IS NULL THEN 0 ELSE greatest(people - done, 1) END AS skipped, reason
    FROM (
        SELECT entry_id, count(target.person_id)::integer AS people,
            (count(*) FILTER (WHERE outcome IN ({done})))::integer AS done,
            CASE WHEN NOT {fits} THEN {gone} WHEN bool_or(target.group_id IS NULL) THEN {no_group}
                WHEN bool_or(outcome = {ignored}) AND bool_or(outcome = {unchanged}) THEN {partly}
                WHEN bool_or(outcome = {ignored}) THEN {overruled}
                WHEN bool_or(outcome = {unchanged}) THEN {idle} END AS reason
        FROM target LEFT JOIN decided
            ON decided.group_id = target.group_id AND decided.person_id = target.person_id
        GROUP BY entry_id
    ) AS entry)
"""
DONE = (Became.ASSIGNED, Became.RE_ROLED, Became.REMOVED, Became.CONFIRMED)


def run(batch: Batch, interest_id: int | None, role_id: int | None, *, fits: Sql, idle: Reason) -> Outcome:
    """Give everybody of the batch a role in the groups of a solution interest; no role: remove them.

    `fits`: whether what is referred to is there still. `idle`: why somebody with whom nothing was to be done was
    skipped.
    """
    if interest_id is None:
        return skip_all(batch, Reason.REFERENCE_GONE)
    entries = sql(
        ENTRIES, fits=fits, done=join(", ", [Sql(str(int(outcome))) for outcome in DONE]),
        ignored=int(Became.IGNORED), unchanged=int(Became.UNCHANGED), idle=int(idle),
        gone=int(Reason.REFERENCE_GONE), no_group=int(Reason.NO_BUYING_GROUP), overruled=int(Reason.OVERRULED),
        partly=int(Reason.PARTLY_OVERRULED),
    )  # fmt: skip
    written = change(
        sql(WANTED, interest=interest_id, role=role_id, fits=fits), source=batch.source, now=batch.now, marks=False,
        given=sql(TARGET, targets=batch.targets, interest=interest_id), answer=outcome_columns(entries),
    )  # fmt: skip
    return Outcome.of(written.answer)
