"""Fields for what is known of accounts and people: built-in attributes, those of an administrator, scores."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from accounts import attributes
from accounts.attributes import Attribute
from accounts.conditions.fields import Scope, ValueField
from accounts.conditions.grammar import Filter
from accounts.conditions.operators import Type
from accounts.models import CustomAttribute, Score
from accounts.sql import Sql, name, sql

GROUPS = {"account": _("Account"), "person": _("Person")}
CUSTOM_GROUPS = {"account": _("Account: custom"), "person": _("Person: custom")}


@dataclass(frozen=True)
class ColumnField(ValueField):
    """A column of the subject's row."""

    column: str = field(kw_only=True)

    def expression(self, filter: Filter, scope: Scope) -> Sql:
        return sql("{row}.{column}", row=scope.row(self.subject), column=name(self.column))


# JSON null, another type than the attribute's, and what is no day of the calendar count as missing. Casts
# stand where nothing else can reach them: SQL promises no order of AND (docs/engine.md, Values).
_CUSTOM: dict[Type, str] = {
    Type.TEXT: "CASE WHEN jsonb_typeof({json}) IN ('string', 'number', 'boolean') THEN {json} #>> '{{}}' END",
    Type.NUMBER: "CASE WHEN jsonb_typeof({json}) = 'number' THEN ({json})::numeric END",
    Type.YES_NO: "CASE WHEN jsonb_typeof({json}) = 'boolean' THEN ({json})::boolean END",
    # A jsonpath run silently gives nothing for the 30th of February, where a cast would fail; but it takes a
    # month 00 for January.
    Type.DATE: (
        "CASE WHEN {json} #>> '{{}}' ~ '^(?!0000)[0-9]{{4}}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$' THEN"
        """ (jsonb_path_query_first({json}, '$.datetime("YYYY-MM-DD")', silent => true) #>> '{{}}')::date"""
        " END"
    ),
}


@dataclass(frozen=True)
class CustomField(ValueField):
    """A value that an administrator has added, in the row's `custom`."""

    key: str = field(kw_only=True)

    def expression(self, filter: Filter, scope: Scope) -> Sql:
        json = sql("({row}.custom -> {key}::text)", row=scope.row(self.subject), key=self.key)
        return sql(_CUSTOM[self.type], json=json)


@dataclass(frozen=True)
class ScoreField(ValueField):
    """A named score of the person; never changed: missing."""

    score_id: int = field(kw_only=True)

    def expression(self, filter: Filter, scope: Scope) -> Sql:
        return sql(
            "(SELECT _score.value FROM accounts_personscore _score"
            " WHERE _score.person_id = {person}.id AND _score.score_id = {score})",
            person=scope.person, score=self.score_id,
        )  # fmt: skip


@dataclass(frozen=True)
class RoleInAccountField(ValueField):
    """The person's role in the account: about the pair of rows."""

    def expression(self, filter: Filter, scope: Scope) -> Sql:
        return sql(
            "(SELECT _relation.role FROM accounts_accountperson _relation"
            " WHERE _relation.account_id = {account}.id AND _relation.person_id = {person}.id)",
            account=scope.account, person=scope.person,
        )  # fmt: skip


def column_field(attribute: Attribute) -> ColumnField:
    """The field of a built-in attribute."""
    is_count = attribute.type == "number" and attribute.minimum == 0
    return ColumnField(
        attribute.name, attribute.label, GROUPS[attribute.subject], attribute.subject, Type(attribute.type),
        attribute.choices, column=attribute.key, minimum=0 if is_count else None,
    )  # fmt: skip


def built_in_fields() -> Iterator[ColumnField]:
    """Every built-in attribute of accounts and people (spec 1.12)."""
    for subject in ("account", "person"):
        yield from map(column_field, attributes.BUILT_IN[subject].values())


def custom_fields() -> Iterator[CustomField]:
    """The managed attributes that administrators have added; one query."""
    for row in CustomAttribute.objects.filter(managed=True).order_by("subject", "label"):
        attribute = attributes.custom(row)
        yield CustomField(
            attribute.name, attribute.label, CUSTOM_GROUPS[attribute.subject], attribute.subject,
            Type(attribute.type), attribute.choices, key=attribute.key,
        )  # fmt: skip


def score_fields() -> Iterator[ScoreField]:
    """The named scores; one query."""
    for score in Score.objects.order_by("label"):
        name = f"person.score.{score.name}"
        yield ScoreField(name, score.label, _("Scores"), "person", Type.NUMBER, score_id=score.id)
