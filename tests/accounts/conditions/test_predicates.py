"""Instants: no attribute is one yet, so an expression of the test stands for one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from accounts.conditions import predicates, values
from accounts.conditions.operators import DENIES, OPERATORS, Operator, Type
from accounts.sql import rows, sql
from tests.accounts.conditions.conftest import any_day, asked

pytestmark = pytest.mark.django_db


class TestTime:
    """Instants: no attribute is one yet, so a field of the test's own stands for one."""

    VALUE = datetime(2027, 2, 28, 12, 0, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("operator", "value", "verdict"),
        [
            ("before", "2027-02-28", False),
            ("before", "2027-03-01", True),
            ("before", "2027-02-28T12:00:00Z", False),
            ("before", "2027-02-28T14:00:01+02:00", True),
            ("after", "2027-02-28", False),
            ("after", "2027-02-27", True),
            ("after", "2027-02-28T12:00Z", False),
            ("after", "2027-02-28T11:59:59.999999Z", True),
            ("on", "2027-02-28", True),
            ("on", "2027-02-27", False),
            ("between", {"from": "2027-02-28", "to": "2027-02-28"}, True),
            ("between", {"from": "2027-02-28T12:00:00Z", "to": "2027-02-28T12:00:00Z"}, True),
            ("between", {"from": "2027-02-28T12:00:01Z", "to": "2027-03-28"}, False),
            ("in_last", {"value": 21, "unit": "hours"}, False),
            ("in_last", {"value": 22, "unit": "hours"}, True),
            ("in_last", {"value": 1, "unit": "days"}, True),
            ("not_in_last", {"value": 1, "unit": "days"}, False),
            ("not_in_last", {"value": 21, "unit": "hours"}, True),
            ("is_empty", None, False),
            ("is_not_empty", None, True),
        ],
    )
    def test_compares_instants(self, instant_holds, operator, value, verdict):
        assert instant_holds(self.VALUE, operator, value) is verdict

    def test_the_future_is_not_in_the_last_hours(self, instant_holds, now):
        assert not instant_holds(now + timedelta(seconds=1), "in_last", {"value": 1, "unit": "hours"})
        assert instant_holds(now, "in_last", {"value": 1, "unit": "hours"})

    @pytest.mark.parametrize("operator", OPERATORS[Type.TIME])
    def test_a_missing_instant_satisfies_only_the_negative_ones(self, instant_holds, operator):
        expected = operator in DENIES or operator == Operator.IS_EMPTY
        assert instant_holds(None, operator, any_day(operator)) is expected

    @pytest.mark.parametrize(
        "value", ["2027-02-28T12:00:00", "12:00", "2027-02-28 12:00:00Z", "2027-02-28T25:00:00Z"]
    )
    def test_an_instant_says_its_offset(self, value):
        filter = {"operator": "before", "value": value}
        assert [f.code for f in values.check(Type.TIME, filter, (), label="Seen")] == ["wrong_value"]

    @pytest.fixture
    def instant_holds(self, now):
        def ask(value, operator, wanted):
            filter = asked("x", operator, wanted)
            assert list(values.check(Type.TIME, filter, (), label="Seen")) == []
            expression = sql("{value}::timestamptz", value=value)
            verdict = predicates.predicate(Type.TIME, expression, filter, now)
            return rows(sql("SELECT {verdict}", verdict=verdict))[0][0]

        return ask


class TestText:
    @pytest.mark.parametrize("text", ["vp", "Kyiv", "v", "t", "n", "f", "\\v"])
    def test_letters_at_its_ends_stay(self, now, text):
        assert self.holds(text, "is", text, now)
        assert not self.holds(text, "is_empty", None, now)

    @pytest.mark.parametrize("space", predicates.SPACES)
    def test_each_sort_of_space_at_its_ends_goes(self, now, space):
        assert self.holds(f"{space}vp{space}", "is", "vp", now)
        assert self.holds(space, "is_empty", None, now)

    def holds(self, text: str, operator: str, value: object, now: datetime) -> bool:
        given = asked("any", operator, value)
        [(verdict,)] = rows(
            sql("SELECT {p}", p=predicates.predicate(Type.TEXT, sql("{t}::text", t=text), given, now))
        )
        return bool(verdict)
