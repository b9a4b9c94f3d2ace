from __future__ import annotations

import pytest

from accounts.models import AccountList, Event, EventType, ListMember
from actions.kinds.add_to_account_list import AddToAccountList
from actions.settings import Context
from actions.types import Reason
from tests.factories import AccountFactory, AccountListFactory

ADDED = EventType.BuiltIn.ADDED_TO_ACCOUNT_LIST
pytestmark = pytest.mark.django_db


def settings_for(account_list):
    return {"account_list": {"id": account_list.pk, "name": account_list.name}}


def members(account_list):
    return set(account_list.members.values_list("account_id", flat=True))


class TestAddToAccountList:
    def test_adds_each_account(self, batch_of, events, now):
        target, other = AccountListFactory(name="VIP"), AccountListFactory()
        account = AccountFactory()

        outcome = AddToAccountList().run(batch_of([account]), settings_for(target))

        assert (members(target), members(other)) == ({account.pk}, set())
        assert ListMember.objects.get().added_at == now
        assert events(ADDED) == [(account.pk, {"list": target.pk, "name": "VIP"})]
        assert (outcome.entries, outcome.n_done, outcome.n_skipped) == ("", 1, 0)

    def test_skips_who_is_on_it_already(self, batch_of, events, outcome_of):
        known, new = AccountFactory.create_batch(2)
        target = AccountListFactory(members=[known])

        outcome = AddToAccountList().run(batch_of([known, new]), settings_for(target))

        assert members(target) == {known.pk, new.pk}
        assert outcome_of(outcome) == {known.pk: (0, 1, Reason.ALREADY_MEMBER), new.pk: (1, 0, None)}
        assert (outcome.n_done, outcome.n_skipped) == (1, 1)
        assert [account for account, _ in events(ADDED)] == [new.pk]

    @pytest.mark.parametrize("unfit", [{"status": "draft"}, {"type": "dynamic"}])
    def test_skips_everybody_when_the_list_is_unfit(self, batch_of, outcome_of, unfit):
        target, account = AccountListFactory(**unfit), AccountFactory()

        outcome = AddToAccountList().run(batch_of([account]), settings_for(target))

        assert members(target) == set()
        assert outcome_of(outcome) == {account.pk: (0, 1, Reason.REFERENCE_GONE)}

    @pytest.mark.parametrize("gone", [{"id": 0, "name": "Gone"}, {"id": None, "name": "Gone"}])
    def test_skips_everybody_when_the_list_is_gone(self, batch_of, outcome_of, gone):
        account = AccountFactory()

        outcome = AddToAccountList().run(batch_of([account]), {"account_list": gone})

        assert outcome_of(outcome) == {account.pk: (0, 1, Reason.REFERENCE_GONE)}

    def test_records_nothing_when_events_are_off(self, batch_of, settings):
        settings.RECORD_EVENTS = False
        target, account = AccountListFactory(), AccountFactory()

        AddToAccountList().run(batch_of([account]), settings_for(target))

        assert members(target) == {account.pk}
        assert not Event.objects.exists()

    def test_makes_no_more_queries_for_more_accounts(self, batch_of, count_queries):
        target = settings_for(AccountListFactory())
        one, many = batch_of([AccountFactory()]), batch_of(AccountFactory.create_batch(30))

        assert count_queries(lambda: AddToAccountList().run(one, target)) == 1
        assert count_queries(lambda: AddToAccountList().run(many, target)) == 1


class TestSettings:
    def check(self, name):
        return AddToAccountList().check({"account_list": name}, Context())

    def test_accepts_a_live_static_list_by_name(self):
        AccountListFactory(name="VIP")

        assert self.check("vip") == []

    def test_a_missing_list_is_a_problem_of_the_draft(self):
        [finding] = AddToAccountList().check({}, Context())

        assert (finding.message, finding.refused) == ("Account list: this is needed.", False)

    def test_what_is_no_name_is_refused(self):
        [finding] = self.check(5)

        assert finding.message == "Account list: the name of the account list is needed."
        assert finding.refused

    def test_an_unknown_list_is_a_problem_of_the_draft(self):
        [finding] = self.check("VIP")

        assert finding.message == "Account list: there is no account list named “VIP”."
        assert not finding.refused

    @pytest.mark.parametrize(
        ("unfit", "message"),
        [
            ({"status": AccountList.Status.DRAFT}, "“VIP” is not live; publish it first."),
            (
                {"type": AccountList.Type.DYNAMIC},
                "“VIP” is a dynamic list; its condition alone says who is on it.",
            ),
        ],
    )
    def test_says_why_a_list_does_not_fit(self, unfit, message):
        AccountListFactory(name="VIP", **unfit)

        [finding] = self.check("VIP")

        assert (finding.message, finding.refused) == (f"Account list: {message}", False)

    def test_refuses_what_is_no_name(self):
        [finding] = self.check(5)

        assert finding.refused

    def test_says_itself_in_one_line(self):
        assert AddToAccountList().summary({"account_list": {"id": 3, "name": "VIP"}}) == "“VIP”"
