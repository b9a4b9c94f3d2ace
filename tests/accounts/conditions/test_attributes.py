"""What an administrator has added: values of any JSON type may be stored under its name."""

from __future__ import annotations

import pytest

from accounts import conditions
from accounts.conditions.attributes import built_in_fields
from accounts.conditions.operators import DENIES, OPERATORS, Operator, Type
from accounts.models import AccountPerson, PersonScore
from tests.accounts.conditions.conftest import any_day, asked, condition
from tests.factories import AccountFactory, CustomAttributeFactory, PersonFactory, ScoreFactory

pytestmark = pytest.mark.django_db


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


class TestScores:
    @pytest.mark.parametrize("operator", OPERATORS[Type.NUMBER])
    def test_one_that_was_never_changed_is_missing(self, holds, operator):
        ScoreFactory(name="fit")
        account = AccountFactory()
        person = PersonFactory(accounts=[account])
        value = {"from": -1, "to": 1} if operator == "between" else 0
        expected = operator in DENIES or operator == Operator.IS_EMPTY
        assert holds(asked("person.score.fit", operator, value), account, person) is expected

    def test_is_compared_by_its_own_name(self, holds):
        account = AccountFactory()
        person = PersonFactory(accounts=[account])
        PersonScore.objects.create(person=person, score=ScoreFactory(name="fit"), value=7)
        PersonScore.objects.create(person=person, score=ScoreFactory(name="interest"), value=1)
        assert holds(asked("person.score.fit", "between", {"from": 7, "to": 7}), account, person)
        assert holds(asked("person.score.interest", "less_than", 7), account, person)


class TestRoleInAccount:
    def test_is_about_the_person_at_this_account(self, holds):
        here, there, nowhere = AccountFactory.create_batch(3)
        person = PersonFactory(accounts=[here], accounts__role="Employee")
        AccountPerson.objects.create(account=there, person=person, role="contractor")
        filter = asked("person.role_in_account", "is", "employee")
        assert [holds(filter, account, person) for account in (here, there, nowhere)] == [True, False, False]
        assert holds(asked("person.role_in_account", "is_empty"), nowhere, person)


class TestEveryBuiltInAttribute:
    @pytest.mark.parametrize("field", [*built_in_fields()], ids=lambda field: field.name)
    def test_compiles_with_each_of_its_operators(self, holds, field):
        account = AccountFactory()
        person = PersonFactory(accounts=[account])
        values = {Type.TEXT: "x", Type.CHOICE: "yes", Type.NUMBER: 1, Type.YES_NO: True}
        for operator in field.operators:
            value = any_day(operator) if field.type is Type.DATE else values[field.type]
            if operator is Operator.BETWEEN and field.type is Type.NUMBER:
                value = {"from": 1, "to": 1}
            holds(asked(field.name, operator, value), account, person)

    def test_they_are_those_of_the_spec(self):
        account = (
            "external_id name domain industry sic_code annual_revenue employees city state country time_zone"
            " owner_email"
        )
        person = (
            "external_id email first_name last_name job_title phone mobile_phone city state country"
            " postal_code language time_zone date_of_birth engagement_score unsubscribed unsubscribed_reason"
            " consent_email consent_sms email_invalid email_suspended marketing_suspended is_test"
        )
        names = [f"account.{key}" for key in account.split()] + [f"person.{key}" for key in person.split()]
        assert [field.name for field in built_in_fields()] == names


class TestSmallestNumber:
    @pytest.mark.parametrize(
        ("operator", "value", "at"),
        [
            ("at_least", -1, ("value",)),
            ("less_than", -0.5, ("value",)),
            ("is", [0, -1], ("value", 1)),
            ("between", {"from": -1, "to": 5}, ("value", "from")),
        ],
    )
    def test_nobody_has_less_than_no_employees(self, operator, value, at):
        [finding] = conditions.check(condition(asked("account.employees", operator, value)))
        assert (finding.code, finding.at) == ("out_of_range", ("filters", 0, *at))
        assert finding.message == "Employees must be 0 or more."

    @pytest.mark.parametrize("value", [0, {"from": 0, "to": 0}])
    def test_but_none_at_all_may_be_asked_for(self, value):
        operator = "between" if isinstance(value, dict) else "at_least"
        assert conditions.check(condition(asked("account.employees", operator, value))) == []

    def test_an_amount_and_a_score_may_be_below_zero(self):
        ScoreFactory(name="fit")
        asks = [asked("account.annual_revenue", "less_than", -1), asked("person.score.fit", "is", [-1])]
        assert conditions.check(condition(*asks), about="person") == []
