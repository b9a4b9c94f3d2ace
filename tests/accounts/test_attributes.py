from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from accounts.attributes import BUILT_IN, MODELS, Attribute, all_of, find, json_value, parse, parse_text
from accounts.models import Account, CustomAttribute, Person
from accounts.sql import row, run, sql
from tests.factories import AccountFactory, CustomAttributeFactory, PersonFactory


def built_in(name: str) -> Attribute:
    return BUILT_IN[name.split(".")[0]][name]


def custom(type: str, **values: Any) -> Attribute:
    return Attribute(
        name="account.custom.x", subject="account", key="x", label="X", type=type, is_custom=True, **values
    )


def seen_in_row(attribute: Attribute) -> Any:
    """What SQL sees in the one account, as JSON."""
    found = row(sql("SELECT {value} FROM accounts_account a", value=attribute.stored("a")))
    return json.loads(found[0]) if found and found[0] is not None else None


class TestCatalogue:
    def test_names_are_those_of_the_document(self) -> None:
        """Spec 1.12."""
        account = (
            "external_id,name,domain,industry,sic_code,annual_revenue,employees,city,state,country,time_zone,"
            "owner_email"
        )
        person = (
            "external_id,email,first_name,last_name,job_title,phone,mobile_phone,city,state,country,postal_code,language,"
            "time_zone,date_of_birth,engagement_score,unsubscribed,unsubscribed_reason,consent_email,consent_sms,"
            "email_invalid,email_suspended,marketing_suspended,is_test"
        )

        assert list(BUILT_IN["account"]) == [f"account.{key}" for key in account.split(",")]
        assert list(BUILT_IN["person"]) == [f"person.{key}" for key in person.split(",")]

    def test_every_column_that_holds_a_fact_is_listed(self) -> None:
        rest = {"id", "custom", "created_at", "updated_at"}
        for subject, model in (("account", Account), ("person", Person)):
            columns = {field.name for field in model._meta.concrete_fields} - rest
            assert {attribute.key for attribute in BUILT_IN[subject].values()} == columns

    def test_actions_write_all_but_the_external_id_and_what_is_computed(self) -> None:
        fixed = {a.name for all_ in BUILT_IN.values() for a in all_.values() if not a.updatable}

        assert fixed == {"account.external_id", "person.external_id", "person.engagement_score"}

    def test_name_and_email_cannot_be_cleared(self) -> None:
        kept = {a.name for all_ in BUILT_IN.values() for a in all_.values() if not a.clearable}

        assert kept == {"account.name", "person.email"}

    @pytest.mark.django_db
    def test_custom_ones_come_from_one_query(self, django_assert_num_queries) -> None:
        CustomAttributeFactory(name="tier", label="Tier", updatable=False)
        CustomAttributeFactory(name="seats", type=CustomAttribute.Type.NUMBER)
        CustomAttributeFactory(name="vip", subject=CustomAttribute.Subject.PERSON)

        with django_assert_num_queries(1):
            found = [attribute for attribute in all_of("account") if attribute.is_custom]

        assert [(a.name, a.type, a.updatable) for a in found] == [
            ("account.custom.seats", "number", True),
            ("account.custom.tier", "text", False),
        ]

    @pytest.mark.django_db
    def test_finds_by_full_name(self) -> None:
        CustomAttributeFactory(name="tier")

        tier, industry = find("account", "account.custom.tier"), find("account", "account.industry")

        assert (tier and tier.key, industry and industry.key) == ("tier", "industry")
        assert find("person", "person.custom.tier") is None
        assert find("account", "account.shape") is None
        assert find("account", "person.email") is None


class TestParse:
    @pytest.mark.parametrize(
        ("name", "value", "stored"),
        [
            ("account.industry", " Banking ", "Banking"),
            ("account.industry", "", ""),
            ("account.industry", None, ""),
            ("account.external_id", "", None),
            ("account.domain", "Acme.COM", "acme.com"),
            ("account.domain", "müller.de", "müller.de"),
            ("account.employees", 12, 12),
            ("account.employees", 12.0, 12),
            ("account.annual_revenue", 12.25, Decimal("12.25")),
            ("account.annual_revenue", None, None),
            ("account.time_zone", "Europe/Berlin", "Europe/Berlin"),
            ("person.unsubscribed", True, True),
            ("person.unsubscribed", None, False),
            ("person.date_of_birth", "1980-02-29", date(1980, 2, 29)),
            ("person.consent_email", "yes", "yes"),
            ("person.consent_email", None, ""),
        ],
    )
    def test_takes_a_value_of_the_type(self, name: str, value: Any, stored: Any) -> None:
        assert parse(built_in(name), value) == stored

    @pytest.mark.parametrize(
        ("name", "value", "message"),
        [
            ("account.name", None, "cannot be empty"),
            ("account.name", "  ", "cannot be empty"),
            ("person.email", "", "cannot be empty"),
            ("account.industry", 5, "must be text"),
            ("account.industry", "x" * 256, "256 characters; at most 255"),
            ("account.industry", "a\0b", "NUL"),
            ("account.industry", "\ud800", "not valid UTF-8"),
            ("account.domain", "https://acme.com/", "write only the domain"),
            ("account.owner_email", "anna", "name@example.com"),
            ("account.time_zone", "europe/berlin", "Europe/Berlin"),
            ("account.employees", "12", "must be a number"),
            ("account.employees", True, "must be a number"),
            ("account.employees", -1, "out of range"),
            ("account.employees", 2**63, "out of range"),
            ("account.employees", 1.5, "whole number"),
            ("account.annual_revenue", float("nan"), "finite"),
            ("account.annual_revenue", 1e18, "out of range"),
            ("account.annual_revenue", 1.234, "at most 2"),
            ("person.unsubscribed", "yes", "true or false"),
            ("person.date_of_birth", "19800229", "2027-03-01"),
            ("person.date_of_birth", "2023-02-29", "calendar"),
            ("person.date_of_birth", 5, "no date"),
            ("person.consent_email", "maybe", "yes, no"),
            ("person.consent_email", [], "yes, no"),
        ],
    )
    def test_says_what_would_be_right(self, name: str, value: Any, message: str) -> None:
        with pytest.raises(ValueError, match=message):
            parse(built_in(name), value)

    @pytest.mark.parametrize(
        ("type", "value", "stored"),
        [
            ("text", "gold", "gold"),
            ("text", "", None),
            ("number", 1.5, 1.5),
            ("number", 3.0, 3),
            ("yes_no", False, False),
            ("date", "2027-03-01", "2027-03-01"),
            ("date", None, None),
        ],
    )
    def test_a_custom_value_is_one_of_json(self, type: str, value: Any, stored: Any) -> None:
        assert parse(custom(type), value) == stored


class TestParseText:
    @pytest.mark.parametrize("word", ["yes", "Y", "TRUE", "t", "1", "on"])
    def test_takes_the_common_spellings_of_yes(self, word: str) -> None:
        assert parse_text(built_in("person.is_test"), word) is True
        assert parse_text(built_in("person.consent_sms"), word) == "yes"

    @pytest.mark.parametrize("word", ["no", "N", "false", "F", "0", "Off"])
    def test_takes_the_common_spellings_of_no(self, word: str) -> None:
        assert parse_text(built_in("person.is_test"), word) is False
        assert parse_text(built_in("person.consent_sms"), word) == "no"

    def test_a_consent_that_was_not_given_is_empty(self) -> None:
        assert parse_text(built_in("person.consent_sms"), "Not given") == ""

    @pytest.mark.parametrize(("text", "number"), [("12", 12), ("12.0", 12), ("+7", 7), ("1e3", 1000)])
    def test_takes_a_number(self, text: str, number: int) -> None:
        assert parse_text(built_in("account.employees"), text) == number

    @pytest.mark.parametrize(
        "text", ["1,000", "1.000", "1 000", "1'000", "1_000", "12,5", "0x10", "nan", "inf", "٣"]
    )
    def test_refuses_separators_and_other_ways_to_write_a_number(self, text: str) -> None:
        with pytest.raises(ValueError, match="is no number"):
            parse_text(built_in("account.employees"), text)

    def test_three_decimals_are_decimals_where_they_fit(self) -> None:
        assert parse_text(custom("number"), "1.125") == 1.125

    @pytest.mark.parametrize("text", ["01.03.2027", "2027-3-1", "March 1"])
    def test_refuses_other_ways_to_write_a_date(self, text: str) -> None:
        with pytest.raises(ValueError, match="year-month-day"):
            parse_text(built_in("person.date_of_birth"), text)


@pytest.mark.django_db
class TestSql:
    @pytest.mark.parametrize(
        ("name", "value", "seen"),
        [
            ("account.industry", "Banking", "Banking"),
            ("account.industry", "", None),
            ("account.employees", 7, 7),
            ("account.annual_revenue", Decimal("7.50"), 7.5),
            ("account.external_id", None, None),
        ],
    )
    def test_writes_and_reads_a_column(self, name: str, value: Any, seen: Any) -> None:
        AccountFactory()
        attribute = built_in(name)

        run(sql("UPDATE accounts_account a SET {set}", set=attribute.assignment(value, "a")))

        assert seen_in_row(attribute) == seen
        assert json_value(attribute, value) == seen

    def test_writes_each_type_of_a_person(self) -> None:
        PersonFactory()
        for attribute in BUILT_IN["person"].values():
            run(sql("UPDATE accounts_person p SET {set}", set=attribute.assignment(attribute.empty, "p")))

        assert Person.objects.get().date_of_birth is None

    @pytest.mark.parametrize("value", ["it's 100% “gold”", 7.5, True, "2027-03-01"])
    def test_writes_and_clears_a_custom_value_beside_others(self, value: Any) -> None:
        account = AccountFactory(custom={"y": 1})
        attribute = custom("text")

        run(sql("UPDATE accounts_account a SET {set}", set=attribute.assignment(value, "a")))
        account.refresh_from_db()
        assert account.custom == {"x": value, "y": 1}
        assert seen_in_row(attribute) == value

        run(sql("UPDATE accounts_account a SET {set}", set=attribute.assignment(None, "a")))
        account.refresh_from_db()
        assert account.custom == {"y": 1}

    def test_the_cast_is_the_type_of_the_column(self) -> None:
        types = {"text": "character varying", "jsonb": "jsonb"}
        for subject, attributes in BUILT_IN.items():
            columns = dict(
                connection.cursor()
                .execute(
                    "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s",
                    [f"accounts_{subject}"],
                )
                .fetchall()
            )
            for attribute in attributes.values():
                assert columns[attribute.column] == types.get(attribute.cast, attribute.cast)


@pytest.mark.parametrize("name", [*BUILT_IN["account"], *BUILT_IN["person"]])
def test_a_built_in_attribute_is_called_as_its_column_is(name: str):
    attribute = built_in(name)
    column = MODELS[attribute.subject]._meta.get_field(attribute.key)
    called = str(column.verbose_name)

    assert str(attribute.label) == called[:1].upper() + called[1:]
