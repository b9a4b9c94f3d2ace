from __future__ import annotations

import pytest

from accounts.models import Event, EventType
from actions.kinds.person_interesting_moment import PersonInterestingMoment
from actions.settings import Context
from tests.factories import AccountFactory, PersonFactory

MOMENT = EventType.BuiltIn.PERSON_INTERESTING_MOMENT
WITH_TOKENS = {
    "type": "web",
    "description": '{{ person.first_name | default: "Somebody" }} of {{ account.name }}',
}
pytestmark = pytest.mark.django_db


class TestPersonInterestingMoment:
    def test_logs_the_moment_on_everyone_at_each_account(self, batch_of, events):
        account = AccountFactory()
        one, two = (PersonFactory(accounts=[account]) for _ in range(2))
        PersonFactory(accounts=1)

        PersonInterestingMoment().run(batch_of([account]), {"type": "email", "description": "Replied"})

        payload = {"type": "email", "description": "Replied"}
        assert sorted(events(MOMENT), key=lambda event: event[0]) == [(one.pk, payload), (two.pk, payload)]
        assert not Event.objects.filter(account_id__isnull=False).exists()

    def test_a_person_of_two_accounts_gets_one_for_each_entry(self, batch_of, events, outcome_of):
        acme, beta = AccountFactory(name="Acme"), AccountFactory(name="Beta")
        person = PersonFactory(accounts=[acme, beta], first_name="Ann")

        outcome = PersonInterestingMoment().run(batch_of([acme, beta]), WITH_TOKENS)

        assert sorted(payload["description"] for _, payload in events(MOMENT)) == [
            "Ann of Acme",
            "Ann of Beta",
        ]
        assert {who for who, _ in events(MOMENT)} == {person.pk}
        assert outcome_of(outcome) == {acme.pk: (1, 0, None), beta.pk: (1, 0, None)}

    def test_a_missing_value_gives_the_default(self, batch_of, events):
        account = AccountFactory(name="Acme")
        PersonFactory(accounts=[account])

        PersonInterestingMoment().run(batch_of([account]), WITH_TOKENS)

        assert events(MOMENT)[0][1]["description"] == "Somebody of Acme"

    @pytest.mark.parametrize("description", ["Plain", WITH_TOKENS["description"]])
    def test_an_account_without_people_is_done_with_nobody(self, batch_of, outcome_of, description):
        empty = AccountFactory()

        outcome = PersonInterestingMoment().run(
            batch_of([empty]), {"type": "web", "description": description}
        )

        assert outcome_of(outcome) == {empty.pk: (0, 0, None)}
        assert not Event.objects.exists()

    def test_makes_no_more_queries_for_more_accounts(self, batch_of, count_queries):
        one = batch_of(PersonFactory(accounts=1).accounts.all())
        many = batch_of([PersonFactory(accounts=1).accounts.get() for _ in range(30)])

        assert count_queries(lambda: PersonInterestingMoment().run(one, WITH_TOKENS)) == 1
        assert count_queries(lambda: PersonInterestingMoment().run(many, WITH_TOKENS)) == 1


class TestSettings:
    def test_accepts_tokens_of_the_person_and_of_the_account(self):
        assert PersonInterestingMoment().check(WITH_TOKENS, Context()) == []

    @pytest.mark.parametrize(
        ("token", "meant"), [("person.firstname", "person.first_name"), ("job_title", "person.job_title")]
    )
    def test_names_a_token_that_is_meant_perhaps(self, token, meant):
        [finding] = PersonInterestingMoment().check(
            {"type": "web", "description": f"{{{{ {token} }}}}"}, Context()
        )

        assert finding.message == f"Description: there is no token “{token}”. Did you mean “{meant}”?"
        assert not finding.refused

    def test_the_type_is_needed(self):
        [finding] = PersonInterestingMoment().check({}, Context())

        assert finding.message == "Type: this is needed."
