from __future__ import annotations

import pytest

from accounts.models import Event, EventType
from actions.kinds.account_interesting_moment import AccountInterestingMoment
from actions.settings import Context
from tests.factories import AccountFactory, CustomAttributeFactory

MOMENT = EventType.BuiltIn.ACCOUNT_INTERESTING_MOMENT
WITH_TOKENS = {
    "type": "milestone",
    "description": "{{ account.name }} in {{ account.city | default: 'a city' }}",
}
pytestmark = pytest.mark.django_db


def described(batch_of, events, account, description):
    AccountInterestingMoment().run(batch_of([account]), {"type": "web", "description": description})
    return events(MOMENT)[-1][1]["description"]


class TestAccountInterestingMoment:
    def test_logs_the_moment_on_each_account(self, batch_of, events, now):
        one, two = AccountFactory.create_batch(2)

        outcome = AccountInterestingMoment().run(
            batch_of([one, two]), {"type": "email", "description": "Replied"}
        )

        payload = {"type": "email", "description": "Replied"}
        assert events(MOMENT) == [(one.pk, payload), (two.pk, payload)]
        assert set(Event.objects.values_list("received_at", "source", "source_id")) == {(now, 1, 7)}
        assert (outcome.entries, outcome.n_done) == ("", 2)

    @pytest.mark.parametrize("description", [{}, {"description": ""}, {"description": None}])
    def test_the_description_is_optional(self, batch_of, events, description):
        account = AccountFactory()

        AccountInterestingMoment().run(batch_of([account]), {"type": "web", **description})

        assert events(MOMENT) == [(account.pk, {"type": "web", "description": ""})]

    def test_fills_the_tokens_for_each_account(self, batch_of, events):
        one, two = AccountFactory(name="Acme", city="Köln"), AccountFactory(name="Beta")

        AccountInterestingMoment().run(batch_of([one, two]), WITH_TOKENS)

        assert [payload["description"] for _, payload in events(MOMENT)] == ["Acme in Köln", "Beta in a city"]

    @pytest.mark.parametrize(
        ("description", "filled"),
        [
            ("{{account.employees}}", "1500"),
            ("{{ account.annual_revenue }}", "12.5"),
            ("{{ account.custom.vip }}", "yes"),
            ("{{ account.custom.tier }}", "gold"),
            ("{{ account.custom.since }}", "2027-03-01"),
            ("<{{ account.state }}>", "<>"),
            ("100 % of {brace} 'quote' \"double\" %s", "100 % of {brace} 'quote' \"double\" %s"),
            ('{{ account.state | default: "it\'s 5%" }}', "it's 5%"),
        ],
    )
    def test_shows_each_type_of_value(self, batch_of, events, description, filled):
        for name, type in {"vip": "yes_no", "tier": "text", "since": "date"}.items():
            CustomAttributeFactory(name=name, type=type)
        custom = {"vip": True, "tier": "gold", "since": "2027-03-01"}
        account = AccountFactory(employees=1500, annual_revenue="12.50", custom=custom)

        assert described(batch_of, events, account, description) == filled

    def test_cuts_what_is_too_long_once_filled(self, batch_of, events):
        account = AccountFactory(name="x" * 200)

        assert described(batch_of, events, account, "To {{ account.name }}") == "To " + "x" * 137

    def test_an_attribute_that_is_gone_is_missing(self, batch_of, events):
        account = AccountFactory(custom={"tier": "gold"})

        assert (
            described(batch_of, events, account, "A {{ account.custom.tier | default: 'normal' }} one")
            == "A normal one"
        )

    def test_is_recorded_also_when_events_of_changes_are_off(self, batch_of, events, settings):
        settings.RECORD_EVENTS = False
        account = AccountFactory()

        assert described(batch_of, events, account, "Still") == "Still"

    def test_makes_no_more_queries_for_more_accounts(self, batch_of, count_queries):
        one, many = batch_of([AccountFactory()]), batch_of(AccountFactory.create_batch(30))

        assert count_queries(lambda: AccountInterestingMoment().run(one, WITH_TOKENS)) == 1
        assert count_queries(lambda: AccountInterestingMoment().run(many, WITH_TOKENS)) == 1


def findings(**settings):
    return AccountInterestingMoment().check({"type": "web", **settings}, Context())


class TestSettings:
    @pytest.mark.parametrize(
        "description", [None, "", "Plain", "x" * 140, WITH_TOKENS["description"], "{ one } brace"]
    )
    def test_accepts(self, description):
        assert findings(description=description) == []

    def test_the_type_is_needed(self):
        [finding] = AccountInterestingMoment().check({}, Context())

        assert (finding.message, finding.refused) == ("Type: this is needed.", False)

    @pytest.mark.parametrize(
        ("settings", "message"),
        [
            ({"type": "phone"}, "Type: one of email, milestone, web is needed, not 'phone'."),
            ({"description": "x" * 141}, "Description: at most 140 characters, these are 141."),
            ({"description": 5}, "Description: a text is needed."),
            (
                {"description": "\ud800"},
                "Description: a character in it cannot be stored (NUL, or half of a pair).",
            ),
        ],
    )
    def test_refuses_and_names_the_setting(self, settings, message):
        [finding] = findings(**settings)

        assert (finding.message, finding.refused) == (message, True)

    @pytest.mark.parametrize(
        ("description", "message"),
        [
            (
                "{{ account.nam }}",
                "Description: there is no token “account.nam”. Did you mean “account.name”?",
            ),
            ("{{ city }}", "Description: there is no token “city”. Did you mean “account.city”?"),
            ("{{ person.first_name }}", "Description: there is no token “person.first_name”."),
            ("{{ account.name", "Description: a token is written {{ account.city }} or"),
            ("{{ account.name | upcase }}", "Description: a token is written {{ account.city }} or"),
            ("account.name }}", "Description: a token is written {{ account.city }} or"),
        ],
    )
    def test_a_wrong_token_is_a_problem_of_the_draft(self, description, message):
        [finding] = findings(description=description)

        assert finding.message.startswith(message)
        assert (finding.at, finding.refused) == (("description",), False)

    def test_a_custom_attribute_that_journeys_may_not_read_is_a_problem(self):
        CustomAttributeFactory(name="secret", managed=False, updatable=False)

        [finding] = findings(description="{{ account.custom.secret }}")

        assert finding.message == "Description: “account.custom.secret” cannot be read by journeys."

    def test_says_itself_in_one_line(self):
        assert AccountInterestingMoment().summary({"type": "web", "description": "Large"}) == "Web, Large"
