"""Making memberships what they were before a change by hand, with the source that they had then (spec 3.5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from accounts import changes
from accounts.events import Source
from accounts.sql import row, sql
from buying_groups.completeness import NONE, recompute
from buying_groups.members.precedence import TOLD, WRITTEN, Outcome
from buying_groups.members.write import codes, told_events
from buying_groups.models import BuyingGroup, GroupMember


@dataclass(frozen=True)
class Former:
    """How a membership stood: its last effective change."""

    role: int
    source: int
    source_id: int | None
    is_removed: bool
    changed_at: datetime


# Who was no member before has no row afterwards: a removal by hand would keep journeys and jobs out for ever.
RESTORE = """
    WITH given AS (
        SELECT * FROM unnest({people}::bigint[], {roles}::bigint[], {sources}::smallint[], {source_ids}::bigint[],
            {removed}::boolean[], {moments}::timestamptz[])
            AS given (person_id, role_id, source, source_id, is_removed, changed_at)
    ), decided AS MATERIALIZED (
        SELECT {group}::bigint AS group_id, {account}::bigint AS account_id, {interest}::bigint AS interest_id,
            given.person_id, given.role_id, member.role_id AS old_role_id,
            given.source AS new_source, member.source AS old_source,
            CASE WHEN given.role_id IS NULL OR given.is_removed
                THEN CASE WHEN member.is_removed THEN {unchanged} ELSE {taken} END
            WHEN member.is_removed THEN {assigned}
            WHEN given.role_id <> member.role_id THEN {re_roled}
            WHEN given.source <> member.source THEN {confirmed} ELSE {unchanged} END AS outcome
        FROM given JOIN buying_groups_groupmember member
            ON member.group_id = {group} AND member.person_id = given.person_id
    ), gone AS (
        DELETE FROM buying_groups_groupmember AS member USING given
        WHERE member.group_id = {group} AND member.person_id = given.person_id AND given.role_id IS NULL
    ), restored AS (
        UPDATE buying_groups_groupmember AS member SET role_id = given.role_id, source = given.source,
            source_id = given.source_id, is_removed = given.is_removed, changed_at = given.changed_at
        FROM given WHERE member.group_id = {group} AND member.person_id = given.person_id
            AND given.role_id IS NOT NULL
    ), told AS (
        SELECT decided.*, interest.name AS interest_name, role.name AS role, former.name AS old_role
        FROM decided JOIN buying_groups_solutioninterest interest ON interest.id = decided.interest_id
        LEFT JOIN buying_groups_role role ON role.id = decided.role_id
        LEFT JOIN buying_groups_role former ON former.id = decided.old_role_id
        WHERE outcome IN ({written})
    ), marked AS ({mark}){events}
    SELECT array_agg(DISTINCT group_id)::text FROM told WHERE outcome IN ({told})
"""


def standing(group: BuyingGroup, person_ids: Iterable[int]) -> dict[int, Former]:
    """How the memberships of these people stand; who has none is not in it."""
    rows = GroupMember.objects.filter(group=group, person_id__in=list(person_ids))
    columns = ("role_id", "source", "source_id", "is_removed", "changed_at")
    return {person: Former(*rest) for person, *rest in rows.values_list("person_id", *columns)}


def restore(
    group: BuyingGroup, former: Mapping[int, Former | None], *, source: Source, now: datetime
) -> None:
    """Make the memberships of these people what they were (None: there was none), and tell of it.

    The caller holds the account, and knows that the rows of these people are as they were left. Two statements,
    however many people.
    """
    rows = list(former.values())
    found = row(sql(
        RESTORE, group=group.pk, account=group.account_id, interest=group.solution_interest_id,
        people=list(former), roles=[one and one.role for one in rows], sources=[one and one.source for one in rows],
        source_ids=[one and one.source_id for one in rows], removed=[one and one.is_removed for one in rows],
        moments=[one and one.changed_at for one in rows], taken=int(Outcome.REMOVED),
        told=codes(TOLD), written=codes(WRITTEN), confirmed=int(Outcome.CONFIRMED), assigned=int(Outcome.ASSIGNED),
        re_roled=int(Outcome.RE_ROLED), unchanged=int(Outcome.UNCHANGED),
        mark=changes.mark_statement(
            sql("SELECT DISTINCT account_id FROM told WHERE outcome IN ({told})", told=codes(TOLD))
        ),
        events=told_events(source, now),
    ))  # fmt: skip
    touched = (found[0] if found else None) or NONE
    if touched != NONE:
        row(recompute(touched, source=source, now=now, touched=touched, marks=False))
