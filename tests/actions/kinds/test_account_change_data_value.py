from __future__ import annotations

import pytest

from accounts.models import CustomAttribute, Event, EventType
from actions.kinds.account_change_data_value import AccountChangeDataValue
from actions.settings import Context
from actions.types import Reason
from tests.factories import AccountFactory, CustomAttributeFactory

CHANGED = EventType.BuiltIn.ACCOUNT_DATA_CHANGED
BANKING = {"attribute": "account.industry", "value": "Banking"}
pytestmark = pytest.mark.django_db


def run(batch, attribute, value):
    return AccountChangeDataValue().run(batch, {"attribute": attribute, "value": value})


class TestAccountChangeDataValue:
    def test_sets_the_value_of_each_account(self, batch_of, now):
        accounts, other = AccountFactory.create_batch(2), AccountFactory()

        outcome = AccountChangeDataValue().run(batch_of(accounts), BANKING)

        for account in [*accounts, other]:
            account.refresh_from_db()
        assert [account.industry for account in accounts] == ["Banking", "Banking"]
        assert [account.updated_at for account in accounts] == [now, now]
        assert other.industry == ""
        assert (outcome.entries, outcome.n_done, outcome.n_skipped) == ("", 2, 0)

    @pytest.mark.parametrize(
        ("attribute", "value", "stored", "shown"),
        [
            ("account.employees", 250, 250, 250),
            ("account.annual_revenue", 10.50, 10.50, 10.5),
            ("account.annual_revenue", None, None, None),
            ("account.country", None, "", None),
            ("account.country", "NULL", "NULL", "NULL"),
            ("account.city", "  50% “Köln” {0} ", "50% “Köln” {0}", "50% “Köln” {0}"),
        ],
    )
    def test_stores_and_records_each_type(self, batch_of, events, attribute, value, stored, shown):
        account = AccountFactory(country="DE", annual_revenue="7.00")
        column = attribute.removeprefix("account.")
        before = {"country": "DE", "annual_revenue": 7}.get(column)

        run(batch_of([account]), attribute, value)

        account.refresh_from_db()
        assert getattr(account, column) == stored
        assert events(CHANGED) == [(account.pk, {"attribute": attribute, "old": before, "new": shown})]

    @pytest.mark.parametrize(
        ("type", "value", "stored"),
        [
            ("text", " gold ", "gold"),
            ("number", 7.0, 7),
            ("yes_no", False, False),
            ("date", "2027-03-01", "2027-03-01"),
        ],
    )
    def test_sets_a_custom_attribute_and_no_other(self, batch_of, events, type, value, stored):
        CustomAttributeFactory(name="tier", type=type)
        account = AccountFactory(custom={"other": 1})

        run(batch_of([account]), "account.custom.tier", value)

        account.refresh_from_db()
        assert account.custom == {"other": 1, "tier": stored}
        assert events(CHANGED) == [
            (account.pk, {"attribute": "account.custom.tier", "old": None, "new": stored})
        ]

    def test_clears_a_custom_attribute(self, batch_of, events):
        CustomAttributeFactory(name="tier")
        account, without = (
            AccountFactory(custom={"tier": "gold", "other": 1}),
            AccountFactory(custom={"other": 1}),
        )

        run(batch_of([account, without]), "account.custom.tier", None)

        account.refresh_from_db()
        assert account.custom == {"other": 1}
        assert events(CHANGED) == [
            (account.pk, {"attribute": "account.custom.tier", "old": "gold", "new": None})
        ]

    def test_an_unchanged_value_is_done_and_writes_nothing(self, batch_of):
        account = AccountFactory(industry="Banking")
        before = account.updated_at

        outcome = AccountChangeDataValue().run(batch_of([account]), BANKING)

        account.refresh_from_db()
        assert outcome.n_done == 1
        assert account.updated_at == before
        assert not Event.objects.exists()

    def test_records_nothing_when_events_are_off(self, batch_of, settings):
        settings.RECORD_EVENTS = False
        account = AccountFactory()

        AccountChangeDataValue().run(batch_of([account]), BANKING)

        account.refresh_from_db()
        assert account.industry == "Banking"
        assert not Event.objects.exists()

    @pytest.mark.parametrize("updatable", [False, None])
    def test_skips_everybody_when_the_attribute_is_gone_or_closed_to_journeys(
        self, batch_of, outcome_of, updatable
    ):
        if updatable is not None:
            CustomAttributeFactory(name="tier", updatable=updatable)
        account = AccountFactory()

        outcome = run(batch_of([account]), "account.custom.tier", "gold")

        assert outcome_of(outcome) == {account.pk: (0, 1, Reason.VALUE_NOT_ALLOWED)}

    def test_makes_no_more_queries_for_more_accounts(self, batch_of, count_queries):
        one, many = batch_of([AccountFactory()]), batch_of(AccountFactory.create_batch(30))

        assert count_queries(lambda: AccountChangeDataValue().run(one, BANKING)) == 1
        assert count_queries(lambda: AccountChangeDataValue().run(many, BANKING)) == 1


def findings(**settings):
    return AccountChangeDataValue().check(settings, Context())


class TestSettings:
    @pytest.mark.parametrize(
        ("attribute", "value"),
        [
            ("account.industry", "Banking"),
            ("account.industry", None),
            ("account.employees", 0),
            ("account.custom.tier", "gold"),
            ("account.custom.tier", None),
        ],
    )
    def test_accepts(self, attribute, value):
        CustomAttributeFactory(name="tier")

        assert findings(attribute=attribute, value=value) == []

    def test_missing_settings_are_problems_of_the_draft(self):
        found = findings()

        assert [(finding.message, finding.refused) for finding in found] == [
            ("Attribute: this is needed.", False),
            ("New value: this is needed.", False),
        ]

    def test_an_empty_text_is_missing_and_says_how_to_clear(self):
        [finding] = findings(attribute="account.city", value=" ")

        assert finding.message == "New value: this is needed; to clear the value, give null."
        assert not finding.refused

    @pytest.mark.parametrize(
        ("attribute", "value", "message"),
        [
            ("account.employees", "many", "New value: must be a number."),
            ("account.employees", 1.5, "New value: must be a whole number."),
            ("account.city", 5, "New value: must be text."),
            ("account.city", "x" * 201, "New value: has 201 characters; at most 200 fit."),
            ("account.name", None, "New value: Name cannot be cleared."),
            (
                "account.time_zone",
                "Mars",
                "New value: “Mars” is no IANA time zone; write for example Europe/Berlin.",
            ),
            (
                "account.industy",
                "x",
                "Attribute: there is no attribute “account.industy”. Did you mean “account.industry”?",
            ),
            ("city", "x", "Attribute: there is no attribute “city”. Did you mean “account.city”?"),
            ("person.city", "x", "Attribute: there is no attribute “person.city”."),
            ("account.external_id", "x", "Attribute: “account.external_id” cannot be changed by journeys."),
            (5, "x", "Attribute: the name of an attribute is needed."),
        ],
    )
    def test_refuses_and_names_the_setting(self, attribute, value, message):
        [finding] = findings(attribute=attribute, value=value)

        assert finding.message.startswith(message)
        assert finding.refused

    def test_a_custom_attribute_that_is_not_updatable_yet_is_a_problem(self):
        CustomAttributeFactory(name="tier", updatable=False)

        [finding] = findings(attribute="account.custom.tier", value="gold")

        assert not finding.refused

    def test_a_custom_attribute_of_people_is_unknown_here(self):
        CustomAttributeFactory(name="tier", subject=CustomAttribute.Subject.PERSON)

        assert [finding.code for finding in findings(attribute="account.custom.tier", value="x")] == [
            "unknown_attribute"
        ]

    def test_a_date_is_written_as_year_month_day(self):
        CustomAttributeFactory(name="since", type="date")

        assert findings(attribute="account.custom.since", value="2027-03-01") == []
        assert findings(attribute="account.custom.since", value="1.3.2027")[0].refused

    @pytest.mark.parametrize(
        ("settings", "line"),
        [
            (BANKING, "Industry: Banking"),
            ({"attribute": "account.city", "value": None}, "City: cleared"),
            ({"attribute": "account.custom.vip", "value": True}, "account.custom.vip: yes"),
            ({}, ""),
        ],
    )
    def test_says_itself_in_one_line_by_the_labels_that_are_known(self, settings, line):
        labels = {"account.industry": "Industry", "account.city": "City"}
        assert AccountChangeDataValue().summary(settings, labels.get) == line
