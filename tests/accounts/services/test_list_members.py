from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied

from accounts import lists as members_of
from accounts.errors import Conflict
from accounts.findings import Invalid
from accounts.models import AccountList, Event, ListMember
from accounts.services import lists
from tests.accounts.conditions.conftest import asked, condition
from tests.factories import AccountFactory, AccountListFactory, UserFactory

pytestmark = pytest.mark.django_db
LARGE = asked("account.employees", "at_least", 1000)


@pytest.fixture
def staff() -> Any:
    return UserFactory()


def allowed(*codenames: str) -> Any:
    user = UserFactory(is_superuser=False)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return user


def dynamic(*filters: dict[str, Any], **keys: Any) -> AccountList:
    row: AccountList = AccountListFactory(type="dynamic", condition=condition(*filters), **keys)
    return row


class TestMembers:
    def test_are_put_on_and_taken_off(self, staff, now):
        row, accounts = AccountListFactory(), AccountFactory.create_batch(3)
        ids = [account.pk for account in accounts]
        assert lists.add_members(row, ids, by=staff, now=now) == 3
        assert lists.add_members(row, ids, by=staff, now=now) == 0
        assert lists.remove_members(row, ids[:1], by=staff, now=now) == 1
        assert lists.remove_members(row, ids[:1], by=staff, now=now) == 0
        assert {event.source_id for event in Event.objects.all()} == {staff.pk}

    def test_ids_that_cannot_be_are_passed_over(self, staff, now):
        row = AccountListFactory()
        assert lists.add_members(row, [-1, 0, 10**30, 5_000_000_000], by=staff, now=now) == 0
        assert lists.remove_members(row, [-1, 0, 10**30], by=staff, now=now) == 0

    def test_of_a_dynamic_list_are_the_systems(self, staff, now):
        row, ids = dynamic(LARGE), [AccountFactory().pk]
        for act in (lists.add_members, lists.remove_members):
            with pytest.raises(Conflict) as error:
                act(row, ids, by=staff, now=now)
            assert error.value.code == "dynamic"
        with pytest.raises(Conflict):
            lists.add_by_filter(row, condition(LARGE), by=staff, now=now)

    def test_need_the_permission(self, now):
        row, ids, user = AccountListFactory(), [AccountFactory().pk], allowed("change_accountlist")
        for act in (lists.add_members, lists.remove_members):
            with pytest.raises(PermissionDenied):
                act(row, ids, by=user, now=now)
        with pytest.raises(PermissionDenied):
            lists.add_by_filter(row, condition(LARGE), by=user, now=now)
        assert lists.add_members(row, ids, by=allowed("edit_members_accountlist"), now=now) == 1


class TestAddByFilter:
    def test_puts_on_those_who_match_now_and_keeps_no_condition(self, staff, now):
        large, small = AccountFactory(employees=1000), AccountFactory(employees=1)
        row = AccountListFactory(members=[small])
        assert lists.add_by_filter(row, condition(LARGE), by=staff, now=now) == 1
        assert set(ListMember.objects.values_list("account_id", flat=True)) == {large.pk, small.pk}
        assert AccountList.objects.get().condition is None

    def test_goes_through_all_accounts_window_by_window(self, staff, now, monkeypatch):
        monkeypatch.setattr(members_of, "BATCH", 3)
        AccountFactory.create_batch(10, employees=1000)
        assert lists.add_by_filter(AccountListFactory(), condition(LARGE), by=staff, now=now) == 10

    @pytest.mark.parametrize(
        "what",
        [condition(), condition(asked("account.member_of_list", "is", "Nobody")), None, {"match": "all"}],
    )
    def test_refuses_a_condition_that_is_wrong_or_empty(self, staff, now, what):
        with pytest.raises(Invalid):
            lists.add_by_filter(AccountListFactory(), what, by=staff, now=now)
