"""Whose change of a membership counts: manual > journey > system, for additions and removals alike (spec 3.5).

`MATRIX` is the table of reference 6.6. What it does not say, and holds here:

- Who is assigned to the role they have, by a source above the one that assigned them, is *confirmed*: the higher
  source takes the membership over, so that from then on a lower one cannot undo it. Nobody's role changes, so the
  event that tells of it is one of its own. By the same or a lower source nothing changes; that is not an
  ignored change.
- Who is no member cannot be removed, by nobody: nothing changes, also not whose removal it was.
"""

from __future__ import annotations

from enum import Enum

from django.db import models

from accounts.sql import Sql, join, sql
from buying_groups.models import IgnoredChange, MemberSource

Reason = IgnoredChange.Reason
MANUAL, JOURNEY, SYSTEM = MemberSource.MANUAL, MemberSource.JOURNEY, MemberSource.SYSTEM


class Last(Enum):
    """The last effective change of a membership: by whom, and whether it was a removal."""

    MANUAL_ASSIGN = (MANUAL, False)
    JOURNEY_ASSIGN = (JOURNEY, False)
    SYSTEM_ASSIGN = (SYSTEM, False)
    MANUAL_REMOVAL = (MANUAL, True)
    JOURNEY_REMOVAL = (JOURNEY, True)
    # Stands for “never a member” as well.
    SYSTEM_REMOVAL = (SYSTEM, True)


APPLY = None
# What is incoming is applied, or ignored for a reason. On a member: removals and changes of role; on who was
# removed: assignments.
MATRIX: dict[Last, dict[MemberSource, Reason | None]] = {
    Last.MANUAL_ASSIGN: {MANUAL: APPLY, JOURNEY: Reason.MANUAL_MEMBER, SYSTEM: Reason.MANUAL_MEMBER},
    Last.JOURNEY_ASSIGN: {MANUAL: APPLY, JOURNEY: APPLY, SYSTEM: Reason.JOURNEY_MEMBER},
    Last.SYSTEM_ASSIGN: {MANUAL: APPLY, JOURNEY: APPLY, SYSTEM: APPLY},
    Last.MANUAL_REMOVAL: {MANUAL: APPLY, JOURNEY: Reason.MANUAL_REMOVAL, SYSTEM: Reason.MANUAL_REMOVAL},
    Last.JOURNEY_REMOVAL: {MANUAL: APPLY, JOURNEY: APPLY, SYSTEM: Reason.JOURNEY_REMOVAL},
    Last.SYSTEM_REMOVAL: {MANUAL: APPLY, JOURNEY: APPLY, SYSTEM: APPLY},
}


class Outcome(models.IntegerChoices):
    """What became of a change that was wanted."""

    ASSIGNED = 1
    RE_ROLED = 2
    REMOVED = 3
    # A higher source has taken over what was so already.
    CONFIRMED = 4
    UNCHANGED = 5
    IGNORED = 6


WRITTEN = (Outcome.ASSIGNED, Outcome.RE_ROLED, Outcome.REMOVED, Outcome.CONFIRMED)
TOLD = (Outcome.ASSIGNED, Outcome.RE_ROLED, Outcome.REMOVED)
"""Those that conditions can see. They have an event, and a confirmation has one of its own kind."""

OUTCOME = """
    CASE WHEN member.person_id IS NULL OR member.is_removed THEN
        CASE WHEN wanted.role_id IS NULL THEN {unchanged} WHEN {reason} IS NULL THEN {assigned} ELSE {ignored} END
    WHEN wanted.role_id = member.role_id THEN
        CASE WHEN member.source < {source} THEN {confirmed} ELSE {unchanged} END
    WHEN {reason} IS NOT NULL THEN {ignored} WHEN wanted.role_id IS NULL THEN {removed} ELSE {re_roled} END
"""


def reason(source: MemberSource) -> Sql:
    """Why a change by this source is ignored, over `member` (NULL: never one); NULL when it is applied."""
    cases = [
        sql(
            "WHEN member.source = {by} AND member.is_removed = {removed} THEN {reason}",
            by=int(last.value[0]), removed=last.value[1], reason=int(why),
        )
        for last, row in MATRIX.items()
        if (why := row[source]) is not APPLY
    ]  # fmt: skip
    return sql("(CASE {cases} END)", cases=join(" ", cases)) if cases else NOTHING


def outcome(source: MemberSource, *, overrules: bool = False) -> Sql:
    """The `Outcome` of a change by this source, over `wanted` (role_id; NULL: removal) and `member`.

    `overrules`: whoever made the last change, this one is applied.
    """
    codes = {name.lower(): int(Outcome[name]) for name in Outcome.names}
    return sql(
        OUTCOME, source=int(source), reason=NOTHING if overrules else reason(source),
        **{name: Sql(str(code)) for name, code in codes.items()},
    )  # fmt: skip


NOTHING = Sql("NULL::integer")
