"""Every operator of every type, also on a missing value. The tables are those of spec 1.9."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.conditions.operators import DENIES, OPERATORS, Operator, Type
from tests.accounts.conditions.conftest import any_day, asked
from tests.factories import (
    AccountFactory,
    CustomAttributeFactory,
    PersonFactory,
)

pytestmark = pytest.mark.django_db


class TestText:
    @pytest.mark.parametrize(
        ("operator", "value", "verdict"),
        [
            ("is", "Banking", True),
            ("is", "  bANKING\t", True),
            ("is", "Bank", False),
            ("is", ["Retail", "banking"], True),
            ("is", ["Retail", "Insurance"], False),
            ("is_not", "Banking", False),
            ("is_not", ["Retail", "BANKING"], False),
            ("is_not", ["Retail", "Insurance"], True),
            ("contains", "NKI", True),
            ("contains", ["x", "ank"], True),
            ("contains", "bank ing", False),
            ("not_contains", "ank", False),
            ("not_contains", ["x", "ank"], False),
            ("not_contains", ["x", "y"], True),
            ("starts_with", "bAn", True),
            ("starts_with", "anking", False),
            ("ends_with", "ING", True),
            ("ends_with", "Bank", False),
            ("is_empty", None, False),
            ("is_not_empty", None, True),
        ],
    )
    def test_compares_trimmed_and_in_any_case(self, holds, operator, value, verdict):
        account = AccountFactory(industry=" Banking \u00a0")
        assert holds(asked("account.industry", operator, value), account) is verdict

    @pytest.mark.parametrize("stored", ["", "   ", "\u00a0"])
    @pytest.mark.parametrize("operator", OPERATORS[Type.TEXT])
    def test_a_missing_text_satisfies_only_the_negative_ones(self, holds, operator, stored):
        account = AccountFactory(industry=stored)
        expected = operator in DENIES or operator == Operator.IS_EMPTY
        assert holds(asked("account.industry", operator, "x"), account) is expected

    @pytest.mark.parametrize("operator", OPERATORS[Type.TEXT])
    def test_null_counts_as_missing(self, holds, operator):
        expected = operator in DENIES or operator == Operator.IS_EMPTY
        assert holds(asked("account.external_id", operator, "x"), AccountFactory()) is expected

    @pytest.mark.parametrize(
        "sign", ["%", "_", "\\", "'", '"', "{x}", "%s", "%(x)s", "$1", "*", ".", "^", "\\%"]
    )
    def test_signs_mean_themselves(self, holds, sign):
        with_it, without = AccountFactory(industry=f"a{sign}b"), AccountFactory(industry="acdb")
        for operator, value in [
            ("contains", f"A{sign}"),
            ("starts_with", f"a{sign}"),
            ("ends_with", f"{sign}b"),
            ("is", f"a{sign}B"),
        ]:
            assert holds(asked("account.industry", operator, value), with_it), operator
            assert not holds(asked("account.industry", operator, value), without), operator

    def test_folds_letters_as_the_database_does(self, holds):
        account = AccountFactory(industry="ÄRZTE ΣΑΣ")
        assert holds(asked("account.industry", "is", "ärzte σασ"), account)
        assert holds(asked("account.industry", "contains", "Rzte Σ"), account)

    def test_a_choice_that_was_not_made_is_empty(self, holds):
        account = AccountFactory()
        person = PersonFactory(accounts=[account])
        assert holds(asked("person.consent_email", "is_empty"), account, person)
        assert holds(asked("person.consent_email", "is_not", "no"), account, person)
        assert not holds(asked("person.consent_email", "is", "yes"), account, person)


class TestNumber:
    @pytest.mark.parametrize(
        ("operator", "value", "verdict"),
        [
            ("is", 100, True),
            ("is", 100.0, True),
            ("is", [1, 100], True),
            ("is", 100.5, False),
            ("is_not", 100, False),
            ("is_not", [1, 2], True),
            ("less_than", 100, False),
            ("less_than", 100.01, True),
            ("at_most", 100, True),
            ("at_most", 99, False),
            ("greater_than", 100, False),
            ("greater_than", 99.99, True),
            ("at_least", 100, True),
            ("at_least", 101, False),
            ("at_least", 0, True),
            ("at_most", 10**18, True),
            ("between", {"from": 100, "to": 100}, True),
            ("between", {"from": 100, "to": 200}, True),
            ("between", {"from": 0, "to": 99.9}, False),
            ("is_empty", None, False),
            ("is_not_empty", None, True),
        ],
    )
    def test_compares(self, holds, operator, value, verdict):
        account = AccountFactory(employees=100)
        assert holds(asked("account.employees", operator, value), account) is verdict

    @pytest.mark.parametrize("operator", OPERATORS[Type.NUMBER])
    @pytest.mark.parametrize("field", ["account.employees", "account.annual_revenue"])
    def test_a_missing_number_satisfies_only_the_negative_ones(self, holds, operator, field):
        value = {"from": 0, "to": 1} if operator == "between" else 0
        expected = operator in DENIES or operator == Operator.IS_EMPTY
        assert holds(asked(field, operator, value), AccountFactory()) is expected

    def test_amounts_are_exact(self, holds):
        account = AccountFactory(annual_revenue="0.30")
        assert holds(asked("account.annual_revenue", "is", 0.3), account)
        assert not holds(asked("account.annual_revenue", "is", 0.1 + 0.2), account)

    def test_a_score_of_the_system_is_a_number(self, holds):
        account = AccountFactory()
        person = PersonFactory(accounts=[account], engagement_score=49.5)
        assert holds(asked("person.engagement_score", "between", {"from": 49.5, "to": 50}), account, person)
        assert holds(asked("person.engagement_score", "is", 49.5), account, person)


class TestYesNo:
    def test_is(self, holds):
        account = AccountFactory()
        person = PersonFactory(accounts=[account], unsubscribed=True)
        assert holds(asked("person.unsubscribed", "is", True), account, person)
        assert not holds(asked("person.unsubscribed", "is", False), account, person)

    @pytest.mark.parametrize("custom", [{}, {"vip": None}, {"vip": "yes"}, {"vip": 1}])
    def test_a_missing_one_is_neither(self, holds, custom):
        CustomAttributeFactory(name="vip", type="yes_no")
        account = AccountFactory(custom=custom)
        assert not holds(asked("account.custom.vip", "is", True), account)
        assert not holds(asked("account.custom.vip", "is", False), account)


class TestDate:
    """At 09:00 UTC on 1 March 2027."""

    @pytest.mark.parametrize(
        ("operator", "value", "verdict"),
        [
            ("before", "2027-02-20", False),
            ("before", "2027-02-21", True),
            ("after", "2027-02-20", False),
            ("after", "2027-02-19", True),
            ("on", "2027-02-20", True),
            ("on", "2027-02-21", False),
            ("between", {"from": "2027-02-20", "to": "2027-02-20"}, True),
            ("between", {"from": "2027-02-21", "to": "2027-03-20"}, False),
            ("in_last", {"value": 9, "unit": "days"}, True),
            ("in_last", {"value": 8, "unit": "days"}, False),
            ("not_in_last", {"value": 9, "unit": "days"}, False),
            ("not_in_last", {"value": 8, "unit": "days"}, True),
            ("in_last", {"value": 24 * 9, "unit": "hours"}, True),
            ("in_last", {"value": 24 * 8 + 9, "unit": "hours"}, False),
            ("is_empty", None, False),
            ("is_not_empty", None, True),
        ],
    )
    def test_compares_days(self, holds, operator, value, verdict):
        account = AccountFactory()
        person = PersonFactory(accounts=[account], date_of_birth=date(2027, 2, 20))
        assert holds(asked("person.date_of_birth", operator, value), account, person) is verdict

    @pytest.mark.parametrize(("day", "verdict"), [("2027-03-01", True), ("2027-03-02", False)])
    def test_the_future_is_not_in_the_last_days(self, holds, day, verdict):
        account = AccountFactory()
        person = PersonFactory(accounts=[account], date_of_birth=day)
        filter = asked("person.date_of_birth", "in_last", {"value": 5, "unit": "days"})
        assert holds(filter, account, person) is verdict

    @pytest.mark.parametrize("operator", OPERATORS[Type.DATE])
    def test_a_missing_date_satisfies_only_the_negative_ones(self, holds, operator):
        account = AccountFactory()
        person = PersonFactory(accounts=[account])
        expected = operator in DENIES or operator == Operator.IS_EMPTY
        assert holds(asked("person.date_of_birth", operator, any_day(operator)), account, person) is expected
