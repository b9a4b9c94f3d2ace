from __future__ import annotations

import pytest

from accounts.models import Event, EventType
from actions.kinds.remove_from_account_list import RemoveFromAccountList
from actions.settings import Context
from actions.types import Reason
from tests.factories import AccountFactory, AccountListFactory

REMOVED = EventType.BuiltIn.REMOVED_FROM_ACCOUNT_LIST
pytestmark = pytest.mark.django_db


def settings_for(account_list):
    return {"account_list": {"id": account_list.pk, "name": account_list.name}}


def members(account_list):
    return set(account_list.members.values_list("account_id", flat=True))


class TestRemoveFromAccountList:
    def test_removes_each_account_from_this_list_alone(self, batch_of, events):
        account, other = AccountFactory.create_batch(2)
        target, another = (
            AccountListFactory(name="VIP", members=[account, other]),
            AccountListFactory(members=[account]),
        )

        outcome = RemoveFromAccountList().run(batch_of([account]), settings_for(target))

        assert (members(target), members(another)) == ({other.pk}, {account.pk})
        assert events(REMOVED) == [(account.pk, {"list": target.pk, "name": "VIP"})]
        assert (outcome.entries, outcome.n_done, outcome.n_skipped) == ("", 1, 0)

    def test_skips_who_is_not_on_it(self, batch_of, events, outcome_of):
        known, absent = AccountFactory.create_batch(2)
        target = AccountListFactory(members=[known])

        outcome = RemoveFromAccountList().run(batch_of([known, absent]), settings_for(target))

        assert outcome_of(outcome) == {known.pk: (1, 0, None), absent.pk: (0, 1, Reason.NOT_A_MEMBER)}
        assert [account for account, _ in events(REMOVED)] == [known.pk]

    @pytest.mark.parametrize("unfit", [{"status": "draft"}, {"type": "dynamic"}])
    def test_skips_everybody_when_the_list_is_unfit(self, batch_of, outcome_of, unfit):
        account = AccountFactory()
        target = AccountListFactory(members=[account], **unfit)

        outcome = RemoveFromAccountList().run(batch_of([account]), settings_for(target))

        assert members(target) == {account.pk}
        assert outcome_of(outcome) == {account.pk: (0, 1, Reason.REFERENCE_GONE)}

    def test_skips_everybody_when_the_list_is_gone(self, batch_of, outcome_of):
        account = AccountFactory()

        outcome = RemoveFromAccountList().run(
            batch_of([account]), {"account_list": {"id": None, "name": "Gone"}}
        )

        assert outcome_of(outcome) == {account.pk: (0, 1, Reason.REFERENCE_GONE)}

    def test_records_nothing_when_events_are_off(self, batch_of, settings):
        settings.RECORD_EVENTS = False
        account = AccountFactory()
        target = AccountListFactory(members=[account])

        RemoveFromAccountList().run(batch_of([account]), settings_for(target))

        assert members(target) == set()
        assert not Event.objects.exists()

    def test_makes_no_more_queries_for_more_accounts(self, batch_of, count_queries):
        accounts = AccountFactory.create_batch(31)
        target = settings_for(AccountListFactory(members=accounts))

        assert count_queries(lambda: RemoveFromAccountList().run(batch_of(accounts[:1]), target)) == 1
        assert count_queries(lambda: RemoveFromAccountList().run(batch_of(accounts[1:]), target)) == 1


class TestSettings:
    def test_accepts_a_live_static_list(self):
        AccountListFactory(name="VIP")

        assert RemoveFromAccountList().check({"account_list": "VIP"}, Context()) == []

    def test_refuses_an_unknown_setting(self):
        [finding] = RemoveFromAccountList().check({"account_list": None, "lists": "VIP"}, Context())[:1]

        assert (finding.code, finding.at, finding.refused) == ("unknown_setting", ("lists",), True)

    def test_a_list_that_is_not_live_is_a_problem_of_the_draft(self):
        AccountListFactory(name="VIP", status="draft")

        [finding] = RemoveFromAccountList().check({"account_list": "VIP"}, Context())

        assert finding.message == "Account list: “VIP” is not live; publish it first."
        assert not finding.refused
