from __future__ import annotations

import pytest
from django.db import connection

from accounts import lists
from accounts.events import Source
from accounts.lists import moved
from accounts.models import AccountChange, Event, EventType, ListMember
from tests.factories import AccountFactory, AccountListFactory

pytestmark = pytest.mark.django_db
STAFF = Source(Event.Source.STAFF, 5)


class TestAdd:
    def test_puts_accounts_on_and_counts_the_new_ones(self, now):
        there, new = AccountFactory.create_batch(2)
        account_list = AccountListFactory(members=[there])
        assert lists.add(account_list, [there.pk, new.pk, new.pk, 999_999_999], source=STAFF, now=now) == 1
        assert ListMember.objects.count() == 2

    def test_records_and_marks_only_what_changed(self, now):
        there, new = AccountFactory.create_batch(2)
        account_list = AccountListFactory(name="VIP", members=[there])
        lists.add(account_list, [there.pk, new.pk], source=STAFF, now=now)
        event = Event.objects.get()
        assert (event.type_id, event.account_id) == (EventType.BuiltIn.ADDED_TO_ACCOUNT_LIST, new.pk)
        assert (event.source, event.source_id) == (Event.Source.STAFF, 5)
        assert event.payload == {"list": account_list.pk, "name": "VIP"}
        assert AccountChange.objects.get().account_id == new.pk

    def test_does_nothing_for_nobody(self, now, count_queries):
        assert (
            count_queries(lambda: lists.add(AccountListFactory.build(pk=1), [], source=STAFF, now=now)) == 0
        )

    def test_sends_as_many_queries_for_30_accounts_as_for_one(self, now, count_queries):
        account_list = AccountListFactory()
        one, many = [AccountFactory().pk], [account.pk for account in AccountFactory.create_batch(30)]
        few = count_queries(lambda: lists.add(account_list, one, source=STAFF, now=now))
        assert count_queries(lambda: lists.add(account_list, many, source=STAFF, now=now)) == few

    def test_goes_in_transactions_of_a_batch(self, now, monkeypatch):
        monkeypatch.setattr(moved, "BATCH", 4)
        ids = [account.pk for account in AccountFactory.create_batch(10)]
        assert lists.add(AccountListFactory(), ids, source=STAFF, now=now) == 10

    def test_a_deleted_list_gets_no_members(self, now):
        account_list = AccountListFactory()
        stale = AccountListFactory.build(pk=account_list.pk)
        account_list.delete()
        assert lists.add(stale, [AccountFactory().pk], source=STAFF, now=now) == 0
        assert not ListMember.objects.exists()


class TestRemove:
    def test_takes_accounts_off_and_counts_those_that_were_there(self, now):
        there, absent, stays = AccountFactory.create_batch(3)
        account_list = AccountListFactory(members=[there, stays])
        elsewhere = AccountListFactory(members=[there])
        assert lists.remove(account_list, [there.pk, absent.pk], source=STAFF, now=now) == 1
        assert set(ListMember.objects.values_list("account_list_id", "account_id")) == {
            (account_list.pk, stays.pk),
            (elsewhere.pk, there.pk),
        }
        assert Event.objects.get().type_id == EventType.BuiltIn.REMOVED_FROM_ACCOUNT_LIST
        assert AccountChange.objects.get().account_id == there.pk


@pytest.mark.django_db(transaction=True)
def test_waits_for_an_account_that_is_held(now):
    account, account_list = AccountFactory(), AccountListFactory()
    second = connection.copy()
    second.set_autocommit(False)
    try:
        with second.cursor() as cursor, connection.cursor() as ours:
            cursor.execute("SELECT id FROM accounts_account WHERE id = %s FOR NO KEY UPDATE", [account.pk])
            ours.execute("SET lock_timeout = '200ms'")
            with pytest.raises(Exception, match="lock timeout"):
                lists.add(account_list, [account.pk], source=STAFF, now=now)
            second.rollback()
            assert lists.add(account_list, [account.pk], source=STAFF, now=now) == 1
            ours.execute("RESET lock_timeout")
    finally:
        second.rollback()
        second.close()
