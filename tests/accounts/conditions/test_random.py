"""Whatever comes in: check never crashes, and what it lets pass runs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts import conditions
from accounts.conditions import Scope
from accounts.conditions.lookup import Lookup
from accounts.conditions.operators import EMPTINESS, RELATIVE, Operator, Type
from accounts.sql import rows, sql
from tests.factories import (
    AccountFactory,
    AccountListFactory,
    AudienceFactory,
    CustomAttributeFactory,
    PersonFactory,
    ScoreFactory,
)

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

TEXTS = st.text(min_size=1, max_size=20).filter(
    lambda text: text.strip(" \t\n\r\f\v\u00a0") and "\0" not in text
)
NUMBERS = st.integers(-(10**18), 10**18) | st.floats(-1e15, 1e15)
DAYS = st.dates(datetime(1900, 1, 1).date(), datetime(2199, 12, 31).date()).map(lambda day: day.isoformat())  # noqa: DTZ001
PERIODS = st.fixed_dictionaries({"value": st.integers(1, 10_000), "unit": st.sampled_from(["hours", "days"])})
VALUES = {
    Type.TEXT: TEXTS | st.lists(TEXTS, min_size=1, max_size=4),
    Type.CHOICE: TEXTS,
    Type.NUMBER: NUMBERS,
    Type.DATE: DAYS,
    Type.YES_NO: st.booleans(),
    Type.REFERENCE: st.sampled_from(["L", "A", "nobody", {"id": None, "name": "x"}]),
}


def bounds(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.tuples(values, values).map(lambda two: {"from": min(two), "to": max(two)})


def value_for(field: conditions.Field, operator: Operator) -> st.SearchStrategy[Any]:
    if isinstance(field, conditions.SetField):
        nested = st.lists(filters(list(field.fields.values())), max_size=2)
        return st.fixed_dictionaries({"match": st.sampled_from(["all", "any"]), "filters": nested})
    if operator in RELATIVE:
        return PERIODS
    one = VALUES[field.type]
    if getattr(field, "minimum", None) == 0:
        one = one.map(abs)
    if (most := getattr(field, "maximum", None)) is not None:
        one = one.map(lambda number: min(number, most))
    if operator is Operator.BETWEEN:
        return bounds(one)
    if field.type is Type.CHOICE and operator in (Operator.IS, Operator.IS_NOT):
        return st.sampled_from([stored for stored, _ in field.choices])
    return one


@st.composite
def filters(draw: Any, fields: list[conditions.Field]) -> dict[str, Any]:
    field = draw(st.sampled_from(fields))
    operator = draw(st.sampled_from(field.operators))
    value = {} if operator in EMPTINESS else {"value": draw(value_for(field, operator))}
    keys = {key: draw(VALUES[Type.REFERENCE]) for key in field.key_resources}
    return {"field": field.name, "operator": str(operator), **value, **keys}


def groups(fields: list[conditions.Field]) -> st.SearchStrategy[Any]:
    def group(items: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        return st.fixed_dictionaries(
            {"match": st.sampled_from(["all", "any"]), "filters": st.lists(items, max_size=3)}
        )

    return group(st.recursive(filters(fields), group, max_leaves=6))


@pytest.fixture
def world():
    for type in ("text", "number", "yes_no", "date"):
        CustomAttributeFactory(name=f"a_{type}", type=type)
        CustomAttributeFactory(name=f"a_{type}", type=type, subject="person")
    ScoreFactory(name="fit")
    AccountListFactory(name="L")
    AudienceFactory(name="A")
    custom = {"a_text": "x", "a_number": "x", "a_yes_no": 3, "a_date": "2027-02-30"}
    PersonFactory(accounts=AccountFactory.create_batch(2, custom=custom), custom=custom)
    PersonFactory(
        accounts=[AccountFactory(custom={"a_number": 1e30, "a_date": "2027-02-28", "a_yes_no": True})]
    )


@pytest.mark.django_db
@QUICK
@given(data=st.data())
def test_what_check_lets_pass_compiles_runs_and_is_told(world, data):
    fields = list(Lookup().fields().values())
    what = data.draw(groups(fields))
    if any(finding.refused for finding in conditions.check(what, about="person")):
        return
    pinned, scope = conditions.pin_condition(what), Scope(now=NOW)
    statement = sql(
        "SELECT account.id, person.id, {verdict}, {seen} FROM accounts_account account"
        " CROSS JOIN accounts_person person",
        verdict=conditions.compile(pinned, scope),
        seen=conditions.seen(pinned, scope),
    )
    found = rows(statement)
    assert all(verdict is not None for _, _, verdict, _ in found)
    account_id, person_id, verdict, _ = found[0]
    told = conditions.explain(pinned, account_id=account_id, person_id=person_id, now=NOW)
    assert told is not None
    assert told.verdict is verdict
    assert conditions.describe(pinned)


@pytest.mark.django_db
@QUICK
@given(data=st.data())
def test_valid_conditions_pass_the_check(world, data):
    what = data.draw(groups(list(Lookup().fields().values())))
    assert [finding for finding in conditions.check(what, about="person") if finding.refused] == []


KEYS = st.sampled_from(["match", "filters", "field", "operator", "value", "from", "to", "unit", "id", "name"])
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=8)
    | st.sampled_from(["all", "any", "is", "has", "in_last", "account.name", "person.email", "\0", "\ud800"])
)  # fmt: skip
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.text(max_size=3), inner, max_size=5)
    ),
    max_leaves=20,
)
FILTERS = st.fixed_dictionaries(
    {
        "field": st.sampled_from(
            ["account.name", "account.employees", "account.member_of_list", "person.date_of_birth"]
        ),
        "operator": st.sampled_from([*Operator]).map(str) | SCALARS,
        "value": JSON,
    }
)


@pytest.mark.django_db
@settings(QUICK, max_examples=400)
@given(
    what=JSON
    | st.fixed_dictionaries({"match": st.just("all"), "filters": st.lists(FILTERS | JSON, max_size=4)})
)
def test_any_json_gets_an_answer(what):
    for finding in conditions.check(what, about="person"):
        finding.message.encode()
        finding.pointer.encode()
