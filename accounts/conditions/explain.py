"""Why does a condition hold, or not, for one account or person? (spec 1.9)"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from accounts.conditions.compile import Compiler
from accounts.conditions.fields import Field, Scope
from accounts.conditions.grammar import Condition, Filter, is_group
from accounts.conditions.sets import SetField
from accounts.sql import EMPTY, Sql, join, row, sql


@dataclasses.dataclass
class Explained:
    """A filter, or a group of them (`match` and `parts`), with its verdict.

    `text` says it in plain words, `seen` is the value that a filter looked at. A filter on an audience has
    the audience's condition as its part; one on buying groups the group that it looked at, with its own filters.
    """

    verdict: bool
    text: str = ""
    field: str = ""
    seen: Any = None
    match: str = ""
    parts: list[Explained] = dataclasses.field(default_factory=list)


def explain(
    condition: Condition, *, account_id: int, person_id: int | None = None, now: datetime
) -> Explained | None:
    """The tree of a checked condition with each verdict, as the database finds it in one query.

    None: there is no such account (or person).

    :raises CannotCompile: if a field is gone, or audiences form a circle
    """
    explanation = _Explanation(Scope(now=now))
    explanation.group(condition)
    verdicts = sql("to_json(ARRAY[{all}]::boolean[])::text", all=join(", ", explanation.verdicts))
    values = sql("to_json(ARRAY[{all}]::jsonb[])::text", all=join(", ", explanation.values))
    rows = _rows(account_id, person_id)
    found = row(sql("SELECT {verdicts}, {values} {rows}", verdicts=verdicts, values=values, rows=rows))
    if found is None:
        return None
    explanation.answers = [*zip(json.loads(found[0]), json.loads(found[1]), strict=True)]
    return explanation.told(condition)


def _rows(account_id: int, person_id: int | None) -> Sql:
    join_person = sql(" JOIN accounts_person person ON person.id = {id}", id=person_id)
    person = EMPTY if person_id is None else join_person
    return sql("FROM accounts_account account{person} WHERE account.id = {id}", person=person, id=account_id)


class _Explanation:
    """Walks the tree twice in the same order: to ask for every filter, then to tell what came back."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.compiler = Compiler()
        self.verdicts: list[Sql] = []
        self.values: list[Sql] = []
        self.answers: list[tuple[bool, Any]] = []
        # The filters behind whose answer comes that about a row, by identity: the tree is walked twice.
        self.with_row: set[int] = set()

    def group(self, condition: Condition) -> None:
        for item in condition["filters"]:
            if is_group(item):
                self.group(item)
            else:
                self._ask(item)

    def _ask(self, filter: Filter) -> None:
        asked = self.compiler.known_field(filter["field"])
        self.verdicts.append(self.compiler.filter(filter, self.scope))
        self.values.append(asked.seen(filter, self.scope, self.compiler))
        if (row := _row(asked, filter, self.scope, self.compiler)) is not None:
            self.verdicts.append(Sql("TRUE"))
            self.values.append(row)
            self.with_row.add(id(filter))
        for _, pk, condition in asked.parts(filter, self.compiler):
            with self.compiler.inside((asked.resource, pk)):
                self.group(condition)

    def told(self, condition: Condition, text: str = "") -> Explained:
        parts = [self.told(item) if is_group(item) else self._tell(item) for item in condition["filters"]]
        return Explained(_together(condition, parts), text, match=condition["match"], parts=parts)

    def _tell(self, filter: Filter) -> Explained:
        told = self.compiler.known_field(filter["field"])
        verdict, value = self.answers.pop(0)
        if id(filter) in self.with_row and isinstance(told, SetField):
            _true, row = self.answers.pop(0)
            parts = [_of_row(told, filter["value"], row)] if row else []
            return Explained(verdict, told.describe(filter), filter["field"], value, parts=parts)
        parts = [self.told(condition, name) for name, _, condition in told.parts(filter, self.compiler)]
        return Explained(verdict, told.describe(filter), filter["field"], value, parts=parts)


def _of_row(field: SetField, nested: Condition, row: Mapping[str, Any]) -> Explained:
    """The nested group of a set-like field, as it stands for one row."""
    answers = zip(row["verdicts"], row["seen"], strict=True)

    def told(group: Condition, text: str = "") -> Explained:
        parts = [told(item) if is_group(item) else leaf(item) for item in group["filters"]]
        return Explained(_together(group, parts), text, match=group["match"], parts=parts)

    def leaf(filter: Filter) -> Explained:
        verdict, value = next(answers)
        return Explained(verdict, field.fields[filter["field"]].describe(filter), filter["field"], value)

    return told(nested, row["name"])


def _together(group: Condition, parts: Sequence[Explained]) -> bool:
    verdicts = [part.verdict for part in parts]
    return all(verdicts) if group["match"] == "all" else any(verdicts) or not verdicts


def _row(field: Field, filter: Filter, scope: Scope, compiler: Compiler) -> Sql | None:
    return field.looked_at(filter, scope, compiler) if isinstance(field, SetField) else None
