from __future__ import annotations

from datetime import date

import pytest

from accounts.models import CustomAttribute, Event, EventType
from actions.kinds.change_data_value import ChangeDataValue
from actions.settings import Context
from actions.types import Reason
from tests.factories import AccountFactory, CustomAttributeFactory, PersonFactory

CHANGED = EventType.BuiltIn.PERSON_DATA_CHANGED
MANAGER = {"attribute": "person.job_title", "value": "Manager"}
pytestmark = pytest.mark.django_db


def run(batch, attribute, value):
    return ChangeDataValue().run(batch, {"attribute": attribute, "value": value})


class TestChangeDataValue:
    def test_sets_the_value_of_everyone_at_each_account(self, batch_of, events, now):
        account = AccountFactory()
        person, other = PersonFactory(accounts=[account], job_title="Clerk"), PersonFactory(accounts=1)

        ChangeDataValue().run(batch_of([account]), MANAGER)

        person.refresh_from_db()
        other.refresh_from_db()
        assert (person.job_title, person.updated_at, other.job_title) == ("Manager", now, "")
        assert events(CHANGED) == [
            (person.pk, {"attribute": "person.job_title", "old": "Clerk", "new": "Manager"}),
        ]

    @pytest.mark.parametrize(
        ("attribute", "value", "stored", "shown"),
        [
            ("person.date_of_birth", "1980-02-29", date(1980, 2, 29), "1980-02-29"),
            ("person.unsubscribed", True, True, True),
            ("person.consent_email", "yes", "yes", "yes"),
        ],
    )
    def test_stores_and_records_each_type(self, batch_of, events, attribute, value, stored, shown):
        person = PersonFactory(accounts=1)

        run(batch_of(person.accounts.all()), attribute, value)

        person.refresh_from_db()
        assert getattr(person, attribute.removeprefix("person.")) == stored
        assert events(CHANGED)[0][1]["new"] == shown

    def test_a_person_of_two_accounts_changes_once_and_is_done_for_both(self, batch_of, events, outcome_of):
        person = PersonFactory(accounts=2)
        one, two = person.accounts.all()

        outcome = ChangeDataValue().run(batch_of([one, two]), MANAGER)

        assert len(events(CHANGED)) == 1
        assert outcome_of(outcome) == {one.pk: (1, 0, None), two.pk: (1, 0, None)}

    def test_an_unchanged_value_is_done_and_writes_nothing(self, batch_of, outcome_of):
        person = PersonFactory(accounts=1, job_title="Manager")
        account = person.accounts.get()

        outcome = ChangeDataValue().run(batch_of([account]), MANAGER)

        assert outcome_of(outcome) == {account.pk: (1, 0, None)}
        assert not Event.objects.exists()
        assert type(person).objects.get().updated_at == person.updated_at

    def test_sets_and_clears_a_custom_attribute(self, batch_of, events):
        CustomAttributeFactory(name="shoe", subject=CustomAttribute.Subject.PERSON, type="number")
        person = PersonFactory(accounts=1, custom={"other": 1})
        batch = batch_of(person.accounts.all())

        run(batch, "person.custom.shoe", 42)
        run(batch, "person.custom.shoe", None)

        person.refresh_from_db()
        assert person.custom == {"other": 1}
        assert [(payload["old"], payload["new"]) for _, payload in events(CHANGED)] == [
            (None, 42),
            (42, None),
        ]

    def test_an_account_without_people_is_done_with_nobody(self, batch_of, outcome_of):
        empty = AccountFactory()

        outcome = ChangeDataValue().run(batch_of([empty]), MANAGER)

        assert outcome_of(outcome) == {empty.pk: (0, 0, None)}

    def test_records_nothing_when_events_are_off(self, batch_of, settings):
        settings.RECORD_EVENTS = False
        person = PersonFactory(accounts=1)

        ChangeDataValue().run(batch_of(person.accounts.all()), MANAGER)

        person.refresh_from_db()
        assert person.job_title == "Manager"
        assert not Event.objects.exists()

    def test_skips_everybody_when_the_attribute_is_gone(self, batch_of, outcome_of):
        account = PersonFactory(accounts=1).accounts.get()

        outcome = run(batch_of([account]), "person.custom.gone", 1)

        assert outcome_of(outcome) == {account.pk: (0, 1, Reason.VALUE_NOT_ALLOWED)}

    def test_makes_no_more_queries_for_more_accounts(self, batch_of, count_queries):
        one = batch_of(PersonFactory(accounts=1).accounts.all())
        many = batch_of([PersonFactory(accounts=1).accounts.get() for _ in range(30)])

        assert count_queries(lambda: ChangeDataValue().run(one, MANAGER)) == 1
        assert count_queries(lambda: ChangeDataValue().run(many, MANAGER)) == 1


class TestSettings:
    def check(self, attribute, value):
        return ChangeDataValue().check({"attribute": attribute, "value": value}, Context())

    @pytest.mark.parametrize(
        ("attribute", "value"),
        [("person.job_title", "Manager"), ("person.consent_sms", None), ("person.is_test", True)],
    )
    def test_accepts(self, attribute, value):
        assert self.check(attribute, value) == []

    @pytest.mark.parametrize(
        ("attribute", "value", "message"),
        [
            ("person.email", None, "New value: Work email cannot be cleared."),
            ("person.consent_email", "maybe", "New value: must be one of yes, no, or null for none."),
            (
                "person.unsubscribed",
                "yes",
                "New value: must be true or false: the word itself, without quotation marks.",
            ),
            (
                "person.engagement_score",
                5,
                "Attribute: “person.engagement_score” cannot be changed by journeys.",
            ),
            ("account.city", "Köln", "Attribute: there is no attribute “account.city”."),
        ],
    )
    def test_refuses_and_names_the_setting(self, attribute, value, message):
        [finding] = self.check(attribute, value)

        assert finding.message.startswith(message)
        assert finding.refused

    def test_says_itself_in_one_line(self):
        labels = {"person.job_title": "Job title"}
        assert ChangeDataValue().summary(MANAGER, labels.get) == "Job title: Manager"
