"""Conditions in plain words, and what a picker offers."""

from __future__ import annotations

import pytest

from accounts import conditions
from tests.accounts.conditions.conftest import asked, condition
from tests.factories import CustomAttributeFactory, ScoreFactory

pytestmark = pytest.mark.django_db


class TestDescribe:
    @pytest.mark.parametrize(
        ("filter", "words"),
        [
            (asked("account.industry", "is", ["Banking", "Insurance"]), "Industry is Banking or Insurance"),
            (asked("account.industry", "is_not", ["A", "B", "C"]), "Industry is not A, B nor C"),
            (asked("account.industry", "is", list("abcdefg")), "Industry is a, b, c, d, e or 2 more"),
            (asked("account.employees", "at_least", 10_000), "Employees at least 10,000"),
            (asked("account.employees", "between", {"from": 1, "to": 2.5}), "Employees between 1 and 2.5"),
            (asked("account.city", "is_empty"), "City is empty"),
            (asked("person.unsubscribed", "is", False), "Unsubscribed is no"),
            (asked("person.consent_email", "is", "yes"), "Consent email is Yes"),
            (
                asked("person.date_of_birth", "in_last", {"value": 30, "unit": "days"}),
                "Date of birth in the last 30 days",
            ),
            (asked("account.member_of_list", "is", [{"id": 1, "name": "VIP"}]), "Account list is VIP"),
            (asked("account.custom.gone", "is", "x"), "account.custom.gone (no longer there)"),
        ],
    )
    def test_says_a_filter_in_plain_words(self, filter, words):
        assert conditions.describe(condition(filter)) == words

    def test_joins_filters_and_groups(self):
        inner = condition(
            asked("account.city", "is", "Rome"), asked("account.city", "is", "Bonn"), match="any"
        )
        what = condition(asked("account.name", "is", "A"), inner)
        assert conditions.describe(what) == "Name is A, and (City is Rome, or City is Bonn)"

    def test_everyone_satisfies_an_empty_one(self):
        assert conditions.describe(condition()) == "everyone"


class TestCatalogueFor:
    def test_offers_fields_of_the_account_for_conditions_on_accounts(self):
        CustomAttributeFactory(name="tier", label="Tier")
        names = {entry["name"]: entry for entry in conditions.catalogue_for("account")}
        assert {
            "account.industry",
            "account.member_of_list",
            "account.in_audience",
            "account.custom.tier",
        } <= set(names)
        assert not any(name.startswith("person.") for name in names)
        assert names["account.custom.tier"]["label"] == "Tier"

    def test_offers_both_for_conditions_on_people(self):
        ScoreFactory(name="fit")
        names = {entry["name"] for entry in conditions.catalogue_for("person")}
        assert {"account.industry", "person.email", "person.role_in_account", "person.score.fit"} <= names

    def test_says_all_that_a_form_needs(self):
        fields = {entry["name"]: entry for entry in conditions.catalogue_for("person")}
        assert fields["account.employees"]["type"] == "number"
        assert {"name": "at_least", "label": "at least"} in fields["account.employees"]["operators"]
        assert fields["person.consent_sms"]["choices"] == [
            {"value": "yes", "label": "Yes"},
            {"value": "no", "label": "No"},
        ]
        assert fields["account.member_of_list"]["resource"] == "account_list"
        assert all(entry["label"] and entry["group"] for entry in fields.values())
