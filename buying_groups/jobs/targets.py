"""Which role the template gives to each person of an account: the first, by priority, whose condition they meet.

Reference 6.2. One expression for all roles, asked of pairs of an account and a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.conditions import Scope
from accounts.conditions.compile import Compiler
from accounts.sql import Sql, join, sql
from buying_groups.models import SolutionInterest, TemplateRole

NOBODY = Sql("NULL::bigint")
TARGETS = """
    SELECT held.id AS group_id, held.account_id, held.solution_interest_id AS interest_id, relation.person_id,
        {role} AS role_id
    FROM unnest({groups}::bigint[]) AS batch (id)
    JOIN buying_groups_buyinggroup held ON held.id = batch.id AND held.solution_interest_id = {interest}
    JOIN accounts_account account ON account.id = held.account_id
    CROSS JOIN LATERAL (
        SELECT person_id FROM accounts_accountperson WHERE account_id = held.account_id OFFSET 0
    ) AS relation
    JOIN accounts_person person ON person.id = relation.person_id
"""


@dataclass(frozen=True)
class Automatic:
    """The roles of a solution interest that are assigned automatically, with their conditions, by priority."""

    interest_id: int
    roles: tuple[tuple[int, Any], ...]

    @classmethod
    def of(cls, interest: SolutionInterest) -> Automatic:
        given = TemplateRole.objects.filter(template_id=interest.template_id, assigns_automatically=True)
        found = given.exclude(condition=None).order_by("priority").values_list("role_id", "condition")
        return cls(interest.pk, tuple(found))

    def targets(self, groups: str, *, now: datetime) -> Sql:
        """What is wanted (`members.write`) of everybody at the groups' accounts; role_id NULL: no role.

        `groups`: ids as the text of an array; those of other solution interests are left out.

        :raises CannotCompile: if a field of a condition is gone
        """
        return sql(TARGETS, role=self._role(now), groups=groups, interest=self.interest_id)

    def _role(self, now: datetime) -> Sql:
        compiler, scope = Compiler(), Scope(now=now)
        cases = [
            sql("WHEN {met} THEN {role}::bigint", met=compiler.group(condition, scope), role=role)
            for role, condition in self.roles
        ]
        return sql("CASE {cases} END", cases=join(" ", cases)) if cases else NOBODY
