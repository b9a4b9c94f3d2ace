"""Buying groups in conditions (spec 1.9): the groups of an account, and those that a person is a member of.

And a person's persona, which is found anew each time from what is known of the person (reference 15.2).

All filters of a nested group are about one and the same buying group (or membership). Scores compare unrounded.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.conditions import Field, Scope, SetField, Type, ValueField, phrases, values
from accounts.conditions.fields import Checker, Compiler
from accounts.conditions.grammar import Condition, Filter, filters
from accounts.conditions.membership import ReferenceField
from accounts.conditions.operators import Operator
from accounts.conditions.predicates import many
from accounts.findings import Finding, Place
from accounts.references import Change, id_of, name_of
from accounts.sql import EMPTY, Sql, join, sql
from buying_groups.models import Persona

GROUP = Sql("_buying_group")
MEMBERSHIP = Sql("_membership")
_TABLES = {
    "solution_interest": "buying_groups_solutioninterest",
    "buying_group_role": "buying_groups_role",
    "buying_group_stage": "buying_groups_stage",
    "persona": "buying_groups_persona",
}


@dataclass(frozen=True)
class RowField(ValueField):
    """A column of the group, or of the membership."""

    column: Sql = field(kw_only=True)

    def expression(self, filter: Filter, scope: Scope) -> Sql:
        return self.column


@dataclass(frozen=True)
class NamedField(ReferenceField):
    """What a column refers to, by name; without a value it is none of them."""

    column: Sql = field(kw_only=True)
    may_be_empty: bool = field(default=False, kw_only=True)

    @property
    def operators(self) -> tuple[Operator, ...]:
        emptiness = (Operator.IS_EMPTY, Operator.IS_NOT_EMPTY) if self.may_be_empty else ()
        return (Operator.IS, Operator.IS_NOT, *emptiness)

    def value(self, scope: Scope, compiler: Compiler) -> Sql:
        """The id; NULL stands for a missing value."""
        return self.column

    def check(self, filter: Filter, checker: Checker, at: Place) -> Iterable[Finding]:
        if _asks_for_emptiness(filter):
            return values.check(self.type, filter, at, label=self.label)
        return super().check(filter, checker, at)

    def holds(self, filter: Filter, scope: Scope, compiler: Compiler) -> Sql:
        return sql(
            "COALESCE({column} IN ({ids}), FALSE)",
            column=self.value(scope, compiler), ids=_ids(self.resource, many(filter["value"])),
        )  # fmt: skip

    def seen(self, filter: Filter, scope: Scope, compiler: Compiler) -> Sql:
        return sql(
            "to_jsonb((SELECT _seen.name FROM {table} _seen WHERE _seen.id = {id}))",
            table=Sql(_TABLES[self.resource]), id=self.value(scope, compiler),
        )  # fmt: skip

    def predicate(self, filter: Filter, scope: Scope, compiler: Compiler) -> Sql:
        if not _asks_for_emptiness(filter):
            return super().predicate(filter, scope, compiler)
        empty = filter["operator"] == Operator.IS_EMPTY
        column = self.value(scope, compiler)
        return sql("{column} IS NULL" if empty else "{column} IS NOT NULL", column=column)

    def map_references(self, filter: Filter, change: Change) -> Filter:
        return filter if _asks_for_emptiness(filter) else super().map_references(filter, change)


@dataclass(frozen=True)
class PeopleInRoleField(ValueField):
    """How many members the group has in a role: the filter's own key `role` names it."""

    ROLE = "buying_group_role"
    keys = frozenset({"role"})
    key_resources = {"role": ROLE}

    @property
    def operators(self) -> tuple[Operator, ...]:
        # A number of people is never missing.
        return tuple(op for op in super().operators if op not in (Operator.IS_EMPTY, Operator.IS_NOT_EMPTY))

    def check(self, filter: Filter, checker: Checker, at: Place) -> Iterable[Finding]:
        yield from super().check(filter, checker, at)
        if "role" not in filter:
            said = _("%(field)s: “role” is missing; it names the role.")
            yield Finding("missing_key", said % {"field": self.label}, at)
            return
        faults = list(values.reference(filter["role"], _("Role")))
        yield from (fault.under(*at, "role") for fault in faults)
        if not faults:
            checker.refer(self.ROLE, filter["role"], (*at, "role"))

    def expression(self, filter: Filter, scope: Scope) -> Sql:
        return sql(
            "(SELECT count(*) FROM buying_groups_groupmember _in_role"
            " WHERE _in_role.group_id = {group}.id AND NOT _in_role.is_removed"
            " AND _in_role.role_id IN ({role}))",
            group=GROUP, role=_ids(self.ROLE, [filter["role"]]),
        )  # fmt: skip

    def map_references(self, filter: Filter, change: Change) -> Filter:
        return {**filter, "role": change(self.ROLE, filter["role"])}

    def describe(self, filter: Filter) -> str:
        return phrases.filter_words(f"{self.label} {name_of(filter['role'])}", filter)


def _asks_for_emptiness(filter: Filter) -> bool:
    return filter["operator"] in (Operator.IS_EMPTY, Operator.IS_NOT_EMPTY)


def _ids(resource: str, references: list[Any]) -> Sql:
    """The ids of what is referred to, pinned or by name, as what stands in IN (…)."""
    pinned = [id for value in references if isinstance(value, dict) and (id := id_of(value)) is not None]
    names = [name_of(value) for value in references if not isinstance(value, dict)]
    if not names:
        return join(", ", [sql("{id}", id=id) for id in pinned] or [Sql("NULL")])
    return sql(
        "SELECT _named.id FROM {table} _named WHERE _named.id = ANY({pinned}::bigint[])"
        " OR lower(_named.name) IN ({names})",
        table=Sql(_TABLES[resource]),
        pinned=pinned,
        names=join(", ", [sql("lower(btrim({name}::text))", name=name) for name in names]),
    )


def _of_group(subject: str) -> list[Field]:
    """What both fields ask about the group."""
    return [
        NamedField(
            "solution_interest", gettext_lazy("Solution interest"), "", subject, "solution_interest",
            column=Sql("_buying_group.solution_interest_id"),
        ),
        NamedField(
            "stage", gettext_lazy("Stage"), "", subject, "buying_group_stage",
            column=Sql("_buying_group.stage_id"), may_be_empty=True,
        ),
        RowField("status", gettext_lazy("Status"), "", subject, Type.TEXT, column=Sql("_buying_group.status")),
        RowField(
            "completeness_score", gettext_lazy("Completeness score"), "", subject, Type.NUMBER,
            column=Sql("_buying_group.completeness"), minimum=0, maximum=100,
        ),
        RowField(
            "engagement_score", gettext_lazy("Engagement score"), "", subject, Type.NUMBER,
            column=Sql("_buying_group.engagement"), minimum=0, maximum=100,
        ),
    ]  # fmt: skip


# As `BuyingGroup.__str__`.
NAME = Sql(
    "(SELECT _interest.name || ' for ' || _of.name FROM buying_groups_solutioninterest _interest,"
    " accounts_account _of WHERE _interest.id = _buying_group.solution_interest_id"
    " AND _of.id = _buying_group.account_id)"
)


class MatchedBuyingGroup(SetField):
    """Whether the account has a buying group that satisfies the nested group."""

    name = "account.matched_buying_group"
    label = gettext_lazy("Matched buying group")
    group = gettext_lazy("Buying groups")
    subject = "account"
    row_subject = "buying_group"
    alias = GROUP
    fields = {
        field.name: field
        for field in (
            *_of_group("buying_group"),
            PeopleInRoleField(
                "people_in_role", gettext_lazy("People in role"), "", "buying_group", Type.NUMBER, minimum=0
            ),
        )
    }

    def row_name(self) -> Sql:
        return NAME

    def rows(self, filter: Filter, scope: Scope) -> Sql:
        return sql(
            "buying_groups_buyinggroup {group} WHERE {group}.account_id = {account}.id",
            group=GROUP, account=scope.account,
        )  # fmt: skip


class MemberOfBuyingGroup(SetField):
    """Whether the person is a member of a buying group, of whatever account of theirs.

    Former members count only for a group of filters that asks for `is_removed` (reference 6.6).
    """

    name = "person.member_of_buying_group"
    label = gettext_lazy("Member of buying group")
    group = gettext_lazy("Buying groups")
    subject = "person"
    row_subject = "membership"
    alias = MEMBERSHIP
    fields = {
        field.name: field
        for field in (
            *_of_group("membership"),
            NamedField(
                "role", gettext_lazy("Role"), "", "membership", "buying_group_role", column=Sql("_membership.role_id")
            ),
            RowField(
                "is_removed", gettext_lazy("Is removed"), "", "membership", Type.YES_NO,
                column=Sql("_membership.is_removed"),
            ),
        )
    }  # fmt: skip

    def row_name(self) -> Sql:
        return NAME

    def rows(self, filter: Filter, scope: Scope) -> Sql:
        asked = any(nested["field"] == "is_removed" for nested in filters(filter["value"]))
        return sql(
            "buying_groups_groupmember {membership}"
            " JOIN buying_groups_buyinggroup {group} ON {group}.id = {membership}.group_id"
            " WHERE {membership}.person_id = {person}.id{there}",
            membership=MEMBERSHIP, group=GROUP, person=scope.person,
            there=Sql("" if asked else " AND NOT _membership.is_removed"),
        )  # fmt: skip


@dataclass(frozen=True)
class SavedPersona:
    """What a persona's name stands for."""

    id: int
    condition: Condition


def saved_personas() -> list[SavedPersona]:
    """All of them in their order; one query."""
    return [
        SavedPersona(*found)
        for found in Persona.objects.order_by("position", "pk").values_list("id", "condition")
    ]


@dataclass(frozen=True)
class PersonaField(NamedField):
    """Which persona the person has; none: missing."""

    def value(self, scope: Scope, compiler: Compiler) -> Sql:
        whens = [
            sql("WHEN {fits} THEN {id}::bigint", fits=compiler.group(saved.condition, scope), id=saved.id)
            for saved in compiler.once(saved_personas)
        ]
        return sql("(CASE {whens} END)", whens=join(" ", whens)) if whens else Sql("NULL::bigint")

    def seen_as(self, filter: Filter) -> str:
        return self.name


PERSONA = PersonaField(
    "person.persona",
    gettext_lazy("Persona"),
    gettext_lazy("Person"),
    "person",
    "persona",
    column=EMPTY,
    may_be_empty=True,
)
FIELDS: list[Field] = [MatchedBuyingGroup(), MemberOfBuyingGroup(), PERSONA]
