from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from accounts import changes, lists, readers
from accounts.lists import Moved
from accounts.lists import dynamic as dynamic_lists
from accounts.models import (
    Account,
    AccountChange,
    ChangeReader,
    Event,
    EventType,
    ListMember,
)
from tests.accounts.conditions.conftest import asked, condition
from tests.accounts.lists.conftest import DAY, LARGE, change, dynamic, members, pinned, settle
from tests.factories import AccountFactory, AccountListFactory, AudienceFactory


@pytest.mark.django_db
class TestANewList:
    def test_gets_all_that_match(self, now):
        large, _ = AccountFactory(employees=1000), AccountFactory(employees=999)
        account_list = dynamic(LARGE)
        assert lists.refresh(account_list, now=now) == Moved(added=1)
        assert members(account_list) == {large.pk}
        assert ListMember.objects.get().added_at == now

    def test_is_not_touched_when_nothing_changed(self, now):
        AccountFactory(employees=1000)
        account_list = dynamic(LARGE)
        lists.refresh(account_list, now=now)
        assert lists.refresh(account_list, now=now) == Moved()

    def test_asks_all_accounts_window_by_window(self, now, monkeypatch):
        monkeypatch.setattr(dynamic_lists, "WINDOW", 3)
        AccountFactory.create_batch(10, employees=1000)
        account_list = dynamic(LARGE)
        assert lists.refresh(account_list, now=now) == Moved(added=10)
        assert ChangeReader.objects.get().sweep_cursor is None

    def test_goes_on_where_a_worker_died(self, now, monkeypatch):
        monkeypatch.setattr(dynamic_lists, "WINDOW", 3)
        accounts = AccountFactory.create_batch(10, employees=1000)
        account_list = dynamic(LARGE)
        readers.open(lists.reader_name(account_list.pk), now=now)
        ChangeReader.objects.update(sweep_cursor=accounts[5].pk)
        lists.refresh(account_list, now=now)
        assert members(account_list) == {account.pk for account in accounts[6:]}

    def test_sends_as_many_queries_for_30_accounts_as_for_one(self, now, count_queries):
        AccountFactory(employees=1000)
        one, many = dynamic(LARGE, name="One"), dynamic(LARGE, name="Many")
        few = count_queries(lambda: lists.refresh(one, now=now))
        AccountFactory.create_batch(29, employees=1000)
        assert count_queries(lambda: lists.refresh(many, now=now)) == few
        assert len(members(many)) == 30


@pytest.mark.django_db
class TestChanges:
    def test_put_on_and_take_off(self, now):
        comes, goes, stays = (AccountFactory(employees=n) for n in (1, 1000, 1000))
        account_list = dynamic(LARGE)
        lists.refresh(account_list, now=now)
        change(comes, employees=2000)
        change(goes, employees=2)
        change(stays, employees=5000)
        assert lists.refresh(account_list, now=now) == Moved(added=1, removed=1)
        assert members(account_list) == {comes.pk, stays.pk}

    def test_are_recorded_as_events_with_the_list(self, now):
        account = AccountFactory(employees=1000)
        account_list = dynamic(LARGE)
        lists.refresh(account_list, now=now)
        change(account, employees=1)
        lists.refresh(account_list, now=now + DAY)
        kinds = EventType.BuiltIn
        added, removed = Event.objects.filter(account_id=account.pk).order_by("pk")
        assert (added.type_id, removed.type_id) == (
            kinds.ADDED_TO_ACCOUNT_LIST,
            kinds.REMOVED_FROM_ACCOUNT_LIST,
        )
        assert (added.source, added.occurred_at) == (Event.Source.SYSTEM, now)
        assert removed.payload == {"list": account_list.pk, "name": "Dynamic"}

    def test_are_not_recorded_when_events_are_off(self, now, settings):
        settings.RECORD_EVENTS = False
        AccountFactory(employees=1000)
        assert lists.refresh(dynamic(LARGE), now=now) == Moved(added=1)
        assert not Event.objects.exists()

    def test_mark_the_accounts_that_moved_and_no_others(self, now):
        moves, _ = AccountFactory(employees=1000), AccountFactory(employees=1)
        lists.refresh(dynamic(LARGE), now=now)
        assert set(AccountChange.objects.values_list("account_id", flat=True)) == {moves.pk}

    def test_of_an_account_that_is_gone_are_passed_over(self, now):
        account = AccountFactory(employees=1000)
        account_list = dynamic(LARGE)
        lists.refresh(account_list, now=now)
        changes.mark([account.pk, 999_999_999])
        account.delete()
        assert lists.refresh(account_list, now=now) == Moved()

    def test_only_changed_accounts_are_asked(self, now):
        unmarked, marked = AccountFactory(employees=1), AccountFactory(employees=1)
        account_list = dynamic(LARGE)
        lists.refresh(account_list, now=now)
        settle()
        Account.objects.update(employees=1000)
        changes.mark([marked.pk])
        lists.refresh(account_list, now=now + DAY)
        assert unmarked.pk not in members(account_list)
        assert members(account_list) == {marked.pk}


@pytest.mark.django_db
class TestRefreshDue:
    def test_brings_lists_on_lists_up_to_date_in_one_round(self, now):
        account = AccountFactory(employees=1000)
        last = dynamic(name="A last")
        middle = dynamic(name="B middle")
        first = dynamic(LARGE, name="C first")
        audience = AudienceFactory(condition=condition(asked("account.member_of_list", "is", pinned(middle))))
        middle.condition = condition(asked("account.member_of_list", "is", [pinned(first)]))
        last.condition = condition(asked("account.in_audience", "is", pinned(audience)))
        middle.save()
        last.save()
        assert lists.refresh_due(now=now) == Moved(added=3)
        change(account, employees=1)
        assert lists.refresh_due(now=now) == Moved(removed=3)

    def test_leaves_drafts_and_static_lists_alone(self, now):
        AccountFactory(employees=1000)
        dynamic(LARGE, status="draft")
        AccountListFactory()
        assert lists.refresh_due(now=now) == Moved()
        assert not ChangeReader.objects.exists()

    def test_a_list_that_fails_stops_no_other(self, now, caplog):
        AccountFactory(employees=1000)
        dynamic(asked("account.custom.gone", "is", "x"), name="Broken")
        sound = dynamic(LARGE, name="Sound")
        assert lists.refresh_due(now=now) == Moved(added=1)
        assert len(members(sound)) == 1
        assert "Broken" in caplog.text

    def test_a_circle_of_drafts_stops_nobody(self, now):
        AccountFactory(employees=1000)
        one, two = dynamic(name="1", status="draft"), dynamic(name="2", status="draft")
        for account_list, other in [(one, two), (two, one)]:
            account_list.condition = condition(asked("account.member_of_list", "is", pinned(other)))
            account_list.save()
        dynamic(LARGE)
        assert lists.refresh_due(now=now) == Moved(added=1)


@pytest.mark.django_db(transaction=True)
class TestWorkersAtOnce:
    @pytest.fixture
    def other(self) -> Iterator[Any]:
        second = connection.copy()
        second.set_autocommit(False)
        with second.cursor() as cursor:
            yield cursor
        second.rollback()
        second.close()

    def test_a_held_account_is_left_for_the_next_round(self, now, other):
        held, free = AccountFactory.create_batch(2, employees=1)
        account_list = dynamic(LARGE)
        lists.refresh(account_list, now=now)
        change(held, employees=1000)
        change(free, employees=1000)
        other.execute("SELECT id FROM accounts_account WHERE id = %s FOR NO KEY UPDATE", [held.pk])
        assert lists.refresh(account_list, now=now) == Moved(added=1)
        assert lists.refresh(account_list, now=now) == Moved()
        other.connection.rollback()
        assert lists.refresh(account_list, now=now) == Moved(added=1)
        assert members(account_list) == {held.pk, free.pk}

    def test_so_is_one_that_is_held_while_all_are_asked(self, now, other):
        held = AccountFactory(employees=1000)
        account_list = dynamic(LARGE)
        other.execute("SELECT id FROM accounts_account WHERE id = %s FOR NO KEY UPDATE", [held.pk])
        assert lists.refresh(account_list, now=now) == Moved()
        other.connection.rollback()
        assert lists.refresh(account_list, now=now) == Moved(added=1)

    def test_a_second_worker_leaves_the_list_to_the_first(self, now, other):
        account = AccountFactory(employees=1)
        account_list = dynamic(LARGE)
        lists.refresh(account_list, now=now)
        change(account, employees=1000)
        other.execute("SELECT pg_advisory_xact_lock(7421, %s::int)", [account_list.pk])
        assert lists.refresh(account_list, now=now) == Moved(busy=True)
        other.connection.rollback()
        assert lists.refresh(account_list, now=now) == Moved(added=1)

    def test_a_writer_that_commits_late_is_noticed(self, now, other):
        account = AccountFactory(employees=1)
        account_list = dynamic(LARGE)
        other.execute("UPDATE accounts_account SET employees = 1000 WHERE id = %s", [account.pk])
        other.execute("INSERT INTO accounts_accountchange (account_id) VALUES (%s)", [account.pk])
        assert lists.refresh(account_list, now=now) == Moved()
        other.connection.commit()
        assert lists.refresh(account_list, now=now) == Moved(added=1)

    def test_a_database_restored_from_a_dump_is_evaluated_in_full(self, now):
        account = AccountFactory(employees=1)
        account_list = dynamic(LARGE)
        lists.refresh(account_list, now=now)
        ChangeReader.objects.update(snapshot="900000000000:900000000000:")
        Account.objects.filter(pk=account.pk).update(employees=1000)
        assert lists.refresh(account_list, now=now) == Moved(added=1)
        assert lists.refresh(account_list, now=now) == Moved()

    def test_a_list_deleted_meanwhile_gets_no_members(self, now, monkeypatch):
        AccountFactory(employees=1000)
        account_list = dynamic(LARGE)
        reader = readers.open(lists.reader_name(account_list.pk), now=now)
        monkeypatch.setattr(readers, "open", lambda *_, **__: reader)
        readers.forget(reader.name)
        assert lists.refresh(account_list, now=now) == Moved(busy=True)
        assert not ListMember.objects.exists()
