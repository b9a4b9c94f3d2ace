"""Every operator of every type, also on a missing value. The tables are spec 1.9's."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts import conditions
from accounts.conditions import Scope, predicates, values
from accounts.conditions.operators import DENIES, OPERATORS, Operator, Type
from accounts.sql import Sql, rows, sql
from tests.accounts.conditions.conftest import asked, condition
from tests.factories import (
    AccountFactory,
    AccountListFactory,
    AudienceFactory,
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
            ("at_least", -(10**18), True),
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
        value = {"from": -1, "to": 1} if operator == "between" else 0
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


class TestCustomAttributes:
    @pytest.fixture(autouse=True)
    def attributes(self):
        for type in ("text", "number", "yes_no", "date"):
            CustomAttributeFactory(name=f"a_{type}", type=type)
            CustomAttributeFactory(subject="person", name=f"a_{type}", type=type)

    def test_compare_by_their_type(self, holds):
        custom = {"a_text": " Gold ", "a_number": 2.5, "a_yes_no": True, "a_date": "2027-02-28"}
        account = AccountFactory(custom=custom)
        person = PersonFactory(accounts=[account], custom=custom)
        for subject in ("account", "person"):
            assert holds(asked(f"{subject}.custom.a_text", "is", "gold"), account, person)
            assert holds(
                asked(f"{subject}.custom.a_number", "between", {"from": 2.5, "to": 3}), account, person
            )
            assert holds(asked(f"{subject}.custom.a_yes_no", "is", True), account, person)
            assert holds(asked(f"{subject}.custom.a_date", "on", "2027-02-28"), account, person)
            assert holds(
                asked(f"{subject}.custom.a_date", "in_last", {"value": 2, "unit": "days"}), account, person
            )

    @pytest.mark.parametrize(
        "wrong",
        [
            "2027-02-30",
            "2027-13-01",
            "soon",
            "",
            "0000-00-00",
            "2027-00-10",
            "2027-2-1",
            "2027-02-28T10:00:00",
            5,
            [],
            {},
            None,
            True,
        ],
    )
    @pytest.mark.parametrize("operator", OPERATORS[Type.DATE])
    def test_what_is_no_date_counts_as_missing(self, holds, operator, wrong):
        account = AccountFactory(custom={"a_date": wrong})
        expected = operator in DENIES or operator == Operator.IS_EMPTY
        assert holds(asked("account.custom.a_date", operator, any_day(operator)), account) is expected

    @pytest.mark.parametrize("wrong", ["3", "", "x", [], [3], {}, None, True])
    @pytest.mark.parametrize("operator", OPERATORS[Type.NUMBER])
    def test_what_is_no_number_counts_as_missing(self, holds, operator, wrong):
        account = AccountFactory(custom={"a_number": wrong})
        value = {"from": 3, "to": 3} if operator == "between" else 3
        expected = operator in DENIES or operator == Operator.IS_EMPTY
        assert holds(asked("account.custom.a_number", operator, value), account) is expected

    @pytest.mark.parametrize(
        "custom", [{}, {"a_text": None}, {"a_text": ""}, {"a_text": " "}, {"a_text": ["x"]}]
    )
    @pytest.mark.parametrize("operator", OPERATORS[Type.TEXT])
    def test_a_missing_text_satisfies_only_the_negative_ones(self, holds, operator, custom):
        expected = operator in DENIES or operator == Operator.IS_EMPTY
        assert holds(asked("account.custom.a_text", operator, "x"), AccountFactory(custom=custom)) is expected


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


class TestGroups:
    def test_all_and_any(self, holds):
        account = AccountFactory(industry="Banking", country="DE")
        right, wrong = asked("account.industry", "is", "banking"), asked("account.country", "is", "fr")
        assert not holds(condition(right, wrong), account)
        assert holds(condition(right, wrong, match="any"), account)

    @pytest.mark.parametrize("match", ["all", "any"])
    def test_everybody_satisfies_a_group_without_filters(self, holds, match):
        assert holds(condition(match=match), AccountFactory())

    def test_groups_nest(self, holds):
        account = AccountFactory(industry="Banking", country="DE")
        wrong = asked("account.industry", "is", "x")
        right = asked("account.country", "is", "de")
        assert holds(condition(condition(wrong, right, match="any"), right), account)
        assert not holds(condition(condition(wrong, right), right, match="all"), account)

    def test_a_condition_on_people_asks_about_the_account_too(self, holds):
        account = AccountFactory(industry="Banking")
        person = PersonFactory(accounts=[account], job_title="Head of IT")
        what = condition(
            asked("person.job_title", "contains", ["manager", "head"]), asked("account.industry", "is", "x")
        )
        assert not holds(what, account, person)
        assert holds({**what, "match": "any"}, account, person)


class TestLists:
    def test_is_any_of_them_and_is_not_none_of_them(self, holds):
        account = AccountFactory()
        AccountListFactory(name="On it", members=[account])
        AccountListFactory(name="Other")
        field = "account.member_of_list"
        assert holds(asked(field, "is", ["other", "ON IT"]), account)
        assert not holds(asked(field, "is", "Other"), account)
        assert not holds(asked(field, "is_not", ["On it", "Other"]), account)
        assert holds(asked(field, "is_not", ["Other"]), account)

    def test_follow_the_id_after_a_rename(self, now):
        account = AccountFactory()
        renamed = AccountListFactory(name="New", members=[account])
        pinned = condition(asked("account.member_of_list", "is", [{"id": renamed.pk, "name": "Old"}]))
        assert conditions.count_accounts(pinned, now=now) == 1

    def test_nobody_is_on_a_list_that_is_gone(self, now):
        AccountFactory()
        gone = {"id": None, "name": "Gone"}
        assert conditions.count_accounts(condition(asked("account.member_of_list", "is", gone)), now=now) == 0
        assert (
            conditions.count_accounts(condition(asked("account.member_of_list", "is_not", gone)), now=now)
            == 1
        )


class TestAudiences:
    def test_are_evaluated_in_place(self, holds):
        account = AccountFactory(employees=50)
        AudienceFactory(name="Large", condition=condition(asked("account.employees", "at_least", 1000)))
        AudienceFactory(name="Small", condition=condition(asked("account.employees", "less_than", 1000)))
        assert holds(asked("account.in_audience", "is", "small"), account)
        assert holds(asked("account.in_audience", "is", ["Large", "Small"]), account)
        assert holds(asked("account.in_audience", "is_not", "Large"), account)
        assert not holds(asked("account.in_audience", "is_not", ["Large", "Small"]), account)

    def test_may_name_other_audiences(self, holds):
        large = AudienceFactory(condition=condition(asked("account.employees", "at_least", 1000)))
        named = {"id": large.pk, "name": large.name}
        AudienceFactory(name="Outer", condition=condition(asked("account.in_audience", "is", named)))
        assert holds(asked("account.in_audience", "is", "Outer"), AccountFactory(employees=1000))
        assert not holds(asked("account.in_audience", "is", "Outer"), AccountFactory(employees=999))

    def test_a_circle_of_audiences_does_not_compile(self, now):
        one, two = AudienceFactory(), AudienceFactory()
        for audience, other in [(one, two), (two, one)]:
            named = {"id": other.pk, "name": other.name}
            audience.condition = condition(asked("account.in_audience", "is", named))
            audience.save()
        with pytest.raises(conditions.CannotCompile, match="circle"):
            conditions.compile(one.condition, Scope(now=now))
        with pytest.raises(conditions.CannotCompile, match="circle"):
            conditions.is_relative(one.condition)

    def test_read_the_audiences_once(self, count_queries, now):
        audiences = AudienceFactory.create_batch(5)

        def of(n):
            names = [{"id": audience.pk, "name": audience.name} for audience in audiences[:n]]
            return condition(*[asked("account.in_audience", "is", name) for name in names])

        few = count_queries(lambda: conditions.compile(of(1), Scope(now=now)))
        assert count_queries(lambda: conditions.compile(of(5), Scope(now=now))) == few == 1


class TestScope:
    def test_the_rows_may_have_other_names(self, now):
        account = AccountFactory(industry="Banking")
        person = PersonFactory(accounts=[account], job_title="Head", accounts__role="employee")
        AccountListFactory(name="L", members=[account])
        what = condition(
            asked("account.industry", "is", "Banking"),
            asked("person.job_title", "is", "Head"),
            asked("person.role_in_account", "is", "employee"),
            asked("account.member_of_list", "is", "L"),
        )
        scope = Scope(now=now, account=Sql("a"), person=Sql("p"))
        statement = sql(
            "SELECT a.id, p.id FROM accounts_account a CROSS JOIN accounts_person p WHERE {verdict}",
            verdict=conditions.compile(what, scope),
        )
        assert rows(statement) == [(account.pk, person.pk)]

    def test_a_field_that_is_gone_does_not_compile(self, now):
        with pytest.raises(conditions.CannotCompile, match="tier"):
            conditions.compile(condition(asked("account.custom.tier", "is", "x")), Scope(now=now))


class TestSize:
    def test_sends_as_many_queries_for_30_accounts_as_for_one(self, count_queries, now):
        CustomAttributeFactory(name="tier")
        what = condition(
            asked("account.custom.tier", "is_not", "x"), asked("account.name", "contains", "comp")
        )
        AccountFactory()
        few = count_queries(lambda: conditions.count_accounts(what, now=now))
        AccountFactory.create_batch(29)
        assert conditions.count_accounts(what, now=now) == 30
        assert count_queries(lambda: conditions.count_accounts(what, now=now)) == few

    def test_the_largest_condition_runs(self, now):
        AccountFactory(industry="X")
        filters = [asked("account.industry", "is", [f"value {n}" for n in range(499)] + ["x"])] * 25
        group = condition(*filters)
        assert conditions.count_accounts(condition(*[group] * 10), now=now) == 1


def any_day(operator: str) -> object:
    if operator in ("in_last", "not_in_last"):
        return {"value": 10_000, "unit": "days"}
    return {"from": "1900-01-01", "to": "2199-12-31"} if operator == "between" else "2027-02-28"
