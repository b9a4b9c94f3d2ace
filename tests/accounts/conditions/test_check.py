from __future__ import annotations

from typing import Any

import pytest

from accounts import conditions
from accounts.findings import Finding
from tests.accounts.conditions.conftest import asked, condition
from tests.factories import AccountListFactory, AudienceFactory, CustomAttributeFactory, ScoreFactory

pytestmark = pytest.mark.django_db


def found(what: Any, about: str = "account") -> Finding:
    """The one finding."""
    findings = conditions.check(what, about=about)  # type: ignore[arg-type]
    assert len(findings) == 1, findings
    return findings[0]


def code(*args: Any, **keys: Any) -> str:
    return found(condition(asked(*args, **keys))).code


class TestShape:
    def test_a_group_without_filters_is_right(self):
        assert conditions.check(condition()) == []

    @pytest.mark.parametrize("match", ["all", "any"])
    def test_a_group_without_filters_inside_another_is_a_problem(self, match):
        finding = found(condition(asked("account.city", "is", "Rome"), condition(condition(match=match))))
        assert (finding.code, finding.refused) == ("no_condition", False)
        assert finding.pointer == "/filters/1/filters/0"

    def test_what_a_set_like_field_asks_may_be_empty_but_no_group_in_it(self):
        has = asked("account.matched_buying_group", "has", condition())
        assert conditions.check(condition(has)) == []
        finding = found(condition({**has, "value": condition(condition())}))
        assert (finding.code, finding.pointer) == ("no_condition", "/filters/0/value/filters/0")

    def test_groups_nest(self):
        inner = condition(asked("account.city", "is", "Rome"), match="any")
        assert conditions.check(condition(inner, asked("account.name", "is", "X"))) == []

    @pytest.mark.parametrize("what", [None, [], "all", 3, True])
    def test_what_is_no_object_is_refused(self, what):
        assert found(what).code == "wrong_type"

    @pytest.mark.parametrize("match", ["none", None, ["all"], {}])
    def test_match_is_all_or_any(self, match):
        assert found({"match": match, "filters": []}).at == ("match",)

    def test_a_missing_match_is_refused(self):
        assert found({"filters": []}).at == ("match",)

    @pytest.mark.parametrize("filters", [None, {}, "x"])
    def test_filters_are_a_list(self, filters):
        assert found({"match": "all", "filters": filters}).at == ("filters",)

    def test_names_an_unknown_key_of_a_group(self):
        finding = found({"match": "all", "filters": [], "negate": True})
        assert finding.at == ("negate",)
        assert "negate" in finding.message

    def test_names_an_unknown_key_of_a_filter(self):
        finding = found(condition(asked("account.name", "is", "x", within=3)))
        assert (finding.code, finding.at) == ("unknown_field", ("filters", 0, "within"))

    def test_refuses_26_filters_in_one_group(self):
        finding = found(condition(*[asked("account.name", "is", "x")] * 26))
        assert (finding.code, finding.at) == ("too_many", ("filters",))
        assert conditions.check(condition(*[asked("account.name", "is", "x")] * 25)) == []

    def test_refuses_groups_six_deep(self):
        what = condition(asked("account.name", "is", "x"))
        for _ in range(4):
            what = condition(what)
        assert conditions.check(what) == []
        assert found(condition(what)).code == "too_deep"

    def test_stops_at_the_limit_however_deep_it_goes_on(self):
        what = condition()
        for _ in range(900):
            what = condition(what)
        assert found(what).code == "too_deep"

    def test_refuses_more_than_250_filters_in_all(self):
        group = condition(*[asked("account.name", "is", "x")] * 25)
        assert conditions.check(condition(*[group] * 9)) == []
        assert {finding.code for finding in conditions.check(condition(*[group] * 11))} == {"too_many"}

    @pytest.mark.parametrize("item", [None, "x", 3, []])
    def test_a_filter_is_an_object(self, item):
        assert found(condition(item)).at == ("filters", 0)


class TestField:
    def test_suggests_a_field_of_a_similar_name(self):
        finding = found(condition(asked("account.name", "is", "x"), asked("account.industri", "is", "x")))
        assert finding.at == ("filters", 1, "field")
        assert "“account.industry”" in finding.message

    def test_points_into_nested_groups(self):
        what = condition(condition(asked("account.name", "is", "x"), asked("nothing", "is", "x")))
        assert found(what).pointer == "/filters/0/filters/1/field"

    @pytest.mark.parametrize("field", [None, 3, ["account.name"], {}])
    def test_a_field_is_named_by_text(self, field):
        assert found(condition(asked(field, "is", "x"))).at == ("filters", 0, "field")

    def test_a_condition_on_accounts_cannot_ask_about_a_person(self):
        finding = found(condition(asked("person.email", "is", "x")))
        assert finding.code == "wrong_subject"
        assert "Work email" in finding.message

    def test_a_condition_on_people_can_ask_about_both(self):
        what = condition(asked("person.email", "is", "x"), asked("account.name", "is", "x"))
        assert conditions.check(what, about="person") == []

    def test_knows_managed_custom_attributes_and_scores(self):
        CustomAttributeFactory(name="tier")
        CustomAttributeFactory(subject="person", name="vip", type="yes_no")
        ScoreFactory(name="fit")
        what = condition(
            asked("account.custom.tier", "is", "Gold"),
            asked("person.custom.vip", "is", True),
            asked("person.score.fit", "at_least", 3),
        )
        assert conditions.check(what, about="person") == []

    def test_does_not_know_an_attribute_that_is_not_managed(self):
        CustomAttributeFactory(name="tier", managed=False, updatable=False)
        assert found(condition(asked("account.custom.tier", "is", "Gold"))).code == "unknown_field"


class TestOperator:
    def test_names_those_that_the_type_has(self):
        finding = found(condition(asked("account.employees", "contains", "1")))
        assert (finding.code, finding.at) == ("unknown_operator", ("filters", 0, "operator"))
        assert "at_least" in finding.message

    @pytest.mark.parametrize("operator", [None, [], {}, 3, True])
    def test_an_operator_is_text(self, operator):
        assert code("account.employees", operator, 1) == "unknown_operator"

    def test_a_missing_one_is_said_to_be_missing(self):
        assert "no operator" in found(condition({"field": "account.name", "value": "x"})).message


class TestValue:
    @pytest.mark.parametrize("value", [3, True, None, {"a": 1}, [3], [["x"]]])
    def test_text_is_compared_with_text(self, value):
        assert code("account.industry", "is", value) == "wrong_value"

    @pytest.mark.parametrize("value", [[], "", "  ", ["x", ""], "\u00a0"])
    def test_an_empty_value_is_refused(self, value):
        assert code("account.industry", "is", value) == "empty_value"

    def test_points_to_the_value_of_several(self):
        assert found(condition(asked("account.industry", "is", ["x", 3]))).at == ("filters", 0, "value", 1)

    @pytest.mark.parametrize("value", ["a\0b", "\ud800", "x\udfff"])
    def test_text_that_cannot_be_stored_is_refused(self, value):
        assert code("account.industry", "is", value) == "wrong_value"

    def test_too_long_a_text_is_refused(self):
        assert code("account.industry", "is", "x" * 501) == "too_long"

    def test_too_many_values_are_refused(self):
        assert code("account.industry", "is", ["x"] * 501) == "too_many"

    def test_a_missing_value_is_named(self):
        finding = found(condition({"field": "account.industry", "operator": "is"}))
        assert (finding.code, finding.at) == ("missing_key", ("filters", 0))

    def test_is_empty_takes_no_value(self):
        what = {"field": "account.industry", "operator": "is_empty", "value": "x"}
        assert found(condition(what)).code == "wrong_value"
        assert conditions.check(condition({**what, "value": None})) == []

    @pytest.mark.parametrize("value", ["3", True, None, {}, [1, "x"]])
    def test_numbers_are_compared_with_numbers(self, value):
        assert code("account.employees", "is", value) == "wrong_value"

    @pytest.mark.parametrize("value", [10**400, -(10**19), 1e300])
    def test_a_number_out_of_range_is_refused(self, value):
        assert code("account.employees", "at_least", value) == "out_of_range"

    @pytest.mark.parametrize("value", [float("nan"), float("inf")])
    def test_a_number_that_is_none_is_refused(self, value):
        assert code("account.employees", "at_least", value) == "wrong_value"

    @pytest.mark.parametrize("value", [[1, 2], {"from": 1}, {"from": 1, "to": 2, "by": 3}, 5])
    def test_between_takes_two_bounds(self, value):
        assert code("account.employees", "between", value) == "wrong_value"

    def test_between_needs_from_before_to(self):
        assert code("account.employees", "between", {"from": 2, "to": 1}) == "out_of_range"

    @pytest.mark.parametrize(
        "value",
        ["2027-02-30", "27-02-01", "2027-2-1", "20270201", "2027-02-01T00:00:00Z", 2027, "２０２７-01-01"],
    )
    def test_a_date_is_a_day_of_the_calendar(self, value):
        assert self.of_birth("before", value).code == "wrong_value"

    @pytest.mark.parametrize("value", ["0001-01-01", "9999-12-31"])
    def test_a_date_lies_near_our_time(self, value):
        assert self.of_birth("after", value).code == "out_of_range"

    def test_between_two_dates_in_the_wrong_order_is_refused(self):
        value = {"from": "2027-02-02", "to": "2027-02-01"}
        assert self.of_birth("between", value).code == "out_of_range"

    @pytest.mark.parametrize(
        ("value", "place"),
        [
            (30, ()),
            ({"value": 30}, ()),
            ({"value": 30, "unit": "weeks"}, ("unit",)),
            ({"value": 30, "unit": ["days"]}, ("unit",)),
            ({"value": 0, "unit": "days"}, ("value",)),
            ({"value": 1.5, "unit": "days"}, ("value",)),
            ({"value": True, "unit": "days"}, ("value",)),
            ({"value": 10**30, "unit": "hours"}, ("value",)),
        ],
    )
    def test_the_last_is_a_number_of_hours_or_days(self, value, place):
        assert self.of_birth("in_last", value).at == ("filters", 0, "value", *place)

    @pytest.mark.parametrize("value", ["yes", 1, None, [True]])
    def test_yes_no_is_true_or_false(self, value):
        what = condition(asked("person.unsubscribed", "is", value))
        assert found(what, "person").code == "wrong_value"

    def test_a_choice_is_one_of_its_values(self):
        assert (
            conditions.check(condition(asked("person.consent_email", "is", ["YES", "no"])), about="person")
            == []
        )
        finding = found(condition(asked("person.consent_email", "is", "perhaps")), "person")
        assert "yes, no" in finding.message

    def of_birth(self, operator: str, value: Any) -> Finding:
        return found(condition(asked("person.date_of_birth", operator, value)), "person")


class TestReferences:
    def test_a_list_that_does_not_exist_is_a_problem(self):
        finding = found(condition(asked("account.member_of_list", "is", ["Nobody"])))
        assert (finding.code, finding.refused) == ("not_found", False)
        assert finding.at == ("filters", 0, "value", 0)

    def test_a_list_that_is_not_live_is_a_problem(self):
        AccountListFactory(name="Draft", status="draft")
        finding = found(condition(asked("account.member_of_list", "is", "draft")))
        assert (finding.code, finding.refused) == ("not_live", False)

    def test_finds_a_pinned_list_after_a_rename(self):
        renamed = AccountListFactory(name="New name")
        value = [{"id": renamed.pk, "name": "Old name"}]
        assert conditions.check(condition(asked("account.member_of_list", "is_not", value))) == []

    def test_a_pinned_reference_without_a_row_is_a_problem(self):
        for id in (None, 4_000_000):
            value = {"id": id, "name": "Gone"}
            assert found(condition(asked("account.in_audience", "is", value))).code == "not_found"

    @pytest.mark.parametrize(
        "value",
        [3, True, {"id": 3}, {"id": "3", "name": "x"}, {"id": 10**30, "name": "x"}, {"id": -1, "name": "x"}],
    )
    def test_what_is_no_reference_is_refused(self, value):
        finding = found(condition(asked("account.member_of_list", "is", value)))
        assert (finding.code, finding.refused) == ("wrong_value", True)

    def test_finds_a_name_in_any_case(self):
        AccountListFactory(name="Größte Ärzte")
        assert conditions.check(condition(asked("account.member_of_list", "is", " grösste ärzte"))) != []
        assert conditions.check(condition(asked("account.member_of_list", "is", " größte ärzte "))) == []

    def test_reads_each_table_once_however_many_filters(self, count_queries):
        CustomAttributeFactory(name="tier")
        lists, audiences = AccountListFactory.create_batch(10), AudienceFactory.create_batch(10)

        def of(n: int) -> dict[str, Any]:
            return condition(
                *[asked("account.member_of_list", "is", row.name) for row in lists[:n]],
                *[asked("account.in_audience", "is", row.name) for row in audiences[:n]],
                *[asked("account.custom.tier", "is", "x")] * (n // 2),
            )

        assert conditions.check(of(10)) == []
        assert count_queries(lambda: conditions.check(of(10))) == count_queries(
            lambda: conditions.check(of(2))
        )

    def test_asks_nothing_of_the_database_for_built_in_fields(self, count_queries):
        assert count_queries(lambda: conditions.check(condition(asked("account.city", "is", "Rome")))) == 0
