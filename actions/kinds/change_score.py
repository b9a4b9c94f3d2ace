from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts import events
from accounts.findings import Finding
from accounts.models import EventType, Score
from accounts.sql import Sql, row, sql
from actions.base import (
    Action,
    Batch,
    Labels,
    Outcome,
    people_outcome_columns,
    skip_all,
    unlabelled,
)
from actions.settings import Context, Setting
from actions.types import ActionType, Group, On, Reason, Writes

LIMIT = 1_000_000
FORM = re.compile(r"([+-])([0-9]{1,7})|=(-?[0-9]{1,7})")


def what_is_right() -> str:
    said = _("write +5 to add, -3 to take away or =10 to set; whole numbers up to %(limit)s.")
    return said % {"limit": f"{LIMIT:,}"}


@dataclass(frozen=True)
class ScoreChange:
    """What happens to a score: `amount` is added (it may be negative), or the score is set to it."""

    amount: int
    sets: bool = False

    @classmethod
    def parse(cls, text: Any) -> ScoreChange:
        """From "+5", "-3" or "=10".

        :raises ValueError: with what would be right
        """
        match = FORM.fullmatch(text) if isinstance(text, str) else None
        if match is None:
            raise ValueError(what_is_right())
        sign, by, to = match.groups()
        amount = int(to) if to is not None else int(sign + by)
        if abs(amount) > LIMIT or (to is None and amount == 0):
            raise ValueError(what_is_right())
        return cls(amount, sets=to is not None)


@dataclass(frozen=True)
class ScoreName(Setting):
    """The name of a score that an administrator has defined."""

    def schema(self) -> dict[str, Any]:
        return {**super().schema(), "format": "score"}

    def check(self, value: Any, context: Context) -> list[Finding]:
        if not isinstance(value, str):
            return [self.wrong("wrong_type", _("the name of a score is needed."))]
        known = list(Score.objects.order_by("name").values_list("name", flat=True))
        if value in known:
            return []
        close = get_close_matches(value, known, 1)
        message = _("there is no score named “%(name)s”.") % {"name": value}
        if close:
            message += " " + _("Did you mean “%(name)s”?") % {"name": close[0]}
        return [self.wrong("reference_missing", message, refused=False)]

    def fields(self, value: Any) -> Collection[str]:
        return (f"person.score.{value}",)


@dataclass(frozen=True)
class Change(Setting):
    """What happens to the score, as text."""

    def schema(self) -> dict[str, Any]:
        return {**super().schema(), "pattern": f"^({FORM.pattern})$"}

    def check(self, value: Any, context: Context) -> list[Finding]:
        try:
            ScoreChange.parse(value)
        except ValueError as error:
            return [self.wrong("wrong_value", str(error))]
        return []


class ChangeScore(Action):
    """Add to, take from or set a named score of every person of the batch (spec 2.2).

    A person of two accounts gets +n for each entry; =n once. A score that nobody has changed counts as 0.
    """

    type = ActionType.CHANGE_SCORE
    group = Group.DATA
    on = On.PEOPLE
    writes = frozenset({Writes.PEOPLE})
    settings = (ScoreName("score", _("Score name")), Change("change", _("Change"), help=_("+5, -3 or =10")))

    def summary(self, settings: Mapping[str, Any], labels: Labels = unlabelled) -> str:
        score = settings.get("score")
        named = (labels(f"person.score.{score}") or score) if score else None
        return " ".join(str(part) for part in (named, settings.get("change")) if part)

    def run(self, batch: Batch, settings: Mapping[str, Any]) -> Outcome:
        change = ScoreChange.parse(settings["change"])
        found = row(_statement(batch, settings["score"], change))
        if found is None or not found[-1]:
            return skip_all(batch, Reason.REFERENCE_GONE)
        return Outcome.of(found)


def _statement(batch: Batch, score: str, change: ScoreChange) -> Sql:
    """Write the scores and their events; the row of the outcome, and whether the score is there."""
    return sql(
        "WITH score AS MATERIALIZED (SELECT id FROM accounts_score WHERE name = {score}),"
        " target AS MATERIALIZED (SELECT entry_id, person_id FROM {targets} AS target)"
        "{written}{recorded} SELECT outcome.*, EXISTS (SELECT FROM score) FROM ({outcome}) AS outcome",
        score=score, targets=batch.targets, outcome=people_outcome_columns(Sql("target")),
        written=_set_to(change.amount) if change.sets else _add(change.amount),
        recorded=_record(batch, score, _applications(change)),
    )  # fmt: skip


# Everybody once, and how often the batch has them; nobody when the score is gone.
PERSON = Sql(
    "SELECT person_id, count(*) AS times FROM target, score WHERE person_id IS NOT NULL GROUP BY person_id"
)


def _add(amount: int) -> Sql:
    """One UPDATE of the scores that are there. Only when it did not reach all: who has none yet?"""
    return sql(
        ", changed AS (UPDATE accounts_personscore AS held SET value = held.value + {amount} * person.times"
        " FROM ({person}) AS person"
        " WHERE held.person_id = person.person_id AND held.score_id = (SELECT id FROM score)"
        " RETURNING held.person_id, person.times, held.value),"
        " missing AS MATERIALIZED (SELECT person_id, times FROM ({person}) AS person"
        " WHERE (SELECT COALESCE(sum(times::integer), 0) FROM changed)"
        " < (SELECT count(person_id) FROM target)"
        " AND person_id NOT IN (SELECT person_id FROM changed)),"
        " added AS (INSERT INTO accounts_personscore AS held (person_id, score_id, value)"
        " SELECT person_id, (SELECT id FROM score), {amount} * times FROM missing"
        " ON CONFLICT (person_id, score_id) DO UPDATE SET value = held.value + excluded.value)",
        amount=amount, person=PERSON,
    )  # fmt: skip


def _set_to(amount: int) -> Sql:
    """One upsert of those that are different."""
    return sql(
        ", before AS MATERIALIZED (SELECT person.person_id, held.value FROM ({person}) AS person"
        " LEFT JOIN accounts_personscore AS held"
        " ON held.person_id = person.person_id AND held.score_id = (SELECT id FROM score)"
        " WHERE held.value IS DISTINCT FROM {amount}),"
        " changed AS (INSERT INTO accounts_personscore (person_id, score_id, value)"
        " SELECT person_id, (SELECT id FROM score), {amount} FROM before"
        " ON CONFLICT (person_id, score_id) DO UPDATE SET value = excluded.value)",
        amount=amount, person=PERSON,
    )  # fmt: skip


def _applications(change: ScoreChange) -> Sql:
    """The relation (person_id, old, new): one row for each time that the change was applied, chained.

    Whoever was counted more than once comes first, so that the common case scans one more filter and no join.
    """
    if change.sets:
        return sql(
            "(SELECT person_id, COALESCE(value, 0) AS old, {amount}::bigint AS new FROM before"
            " WHERE COALESCE(value, 0) <> {amount})",
            amount=change.amount,
        )
    return sql(
        "(SELECT person_id, value - {amount} * back AS old, value - {amount} * (back - 1) AS new"
        " FROM changed, generate_series(times, 2, -1) AS back WHERE times > 1"
        " UNION ALL SELECT person_id, value - {amount}, value FROM changed"
        " UNION ALL SELECT person_id, {amount} * (nth - 1), {amount} * nth"
        " FROM missing, generate_series(1, times) AS nth)",
        amount=change.amount,
    )


def _record(batch: Batch, score: str, applications: Sql) -> Sql:
    payload = sql("jsonb_build_object('score', {score}::text, 'old', old, 'new', new)", score=score)
    return events.cte(
        "event",
        events.insert(
            type=EventType.BuiltIn.SCORE_CHANGED, source=batch.source, now=batch.now, payload=payload,
            relation=sql("{applications} AS application", applications=applications), person=Sql("person_id"),
        ),
    )  # fmt: skip
