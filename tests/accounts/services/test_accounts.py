from __future__ import annotations

from datetime import datetime

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied

from accounts.findings import Invalid
from accounts.models import Account, AccountChange, AccountPerson, Event, ListMember, Person
from accounts.services import accounts
from tests.factories import (
    AccountFactory,
    AccountListFactory,
    CustomAttributeFactory,
    PersonFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
ERASED: list[list[int]] = []


def remember(account_ids: list[int]) -> None:
    """An eraser of another app."""
    assert Account.objects.filter(pk__in=account_ids).exists()
    ERASED.append(account_ids)


def marked() -> list[int]:
    return list(AccountChange.objects.values_list("account_id", flat=True))


def findings(error: pytest.ExceptionInfo[Invalid]) -> list[tuple[str, tuple[str | int, ...]]]:
    return [(finding.code, finding.at) for finding in error.value.findings]


class TestCreate:
    def test_makes_an_account_and_marks_it(self, now: datetime) -> None:
        CustomAttributeFactory(name="tier")

        account = accounts.create({"name": "Acme", "custom": {"tier": "gold"}}, by=None, now=now)

        account = Account.objects.get(pk=account.pk)
        assert (account.name, account.custom) == ("Acme", {"tier": "gold"})
        assert (account.created_at, account.updated_at) == (now, now)
        assert (marked(), Event.objects.count()) == ([account.pk], 0)

    def test_names_every_fault_at_its_place(self, now: datetime) -> None:
        with pytest.raises(Invalid) as error:
            accounts.create({"employees": "many", "shape": 1, "custom": {"x": 1}}, by=None, now=now)

        assert findings(error) == [
            ("missing", ("name",)),
            ("invalid_value", ("employees",)),
            ("unknown_field", ("shape",)),
            ("unknown_field", ("custom", "x")),
        ]

    def test_refuses_an_external_id_that_is_taken(self, now: datetime) -> None:
        AccountFactory(external_id="A1")

        with pytest.raises(Invalid) as error:
            accounts.create({"name": "Acme", "external_id": "A1"}, by=None, now=now)

        assert findings(error) == [("taken", ("external_id",))]


class TestEdit:
    def test_records_and_marks_what_really_changes(self, now: datetime) -> None:
        user = UserFactory()
        account = AccountFactory(name="Acme", industry="Retail", employees=5)

        accounts.edit(
            account.pk, {"name": "Acme", "industry": "Banking", "employees": None}, by=user, now=now
        )

        events = Event.objects.order_by("id")
        assert [event.payload for event in events] == [
            {"attribute": "account.industry", "old": "Retail", "new": "Banking"},
            {"attribute": "account.employees", "old": 5, "new": None},
        ]
        assert {(event.source, event.source_id, event.account_id) for event in events} == {
            (Event.Source.STAFF, user.pk, account.pk)
        }
        assert marked() == [account.pk]

    def test_the_same_values_again_change_nothing(self, now: datetime) -> None:
        account = AccountFactory(industry="Retail")
        before = Account.objects.values().get()

        accounts.edit(account.pk, {"industry": "Retail"}, by=None, now=now)

        assert Account.objects.values().get() == before
        assert (marked(), Event.objects.count()) == ([], 0)

    def test_a_custom_value_is_set_and_cleared_beside_the_others(self, now: datetime) -> None:
        CustomAttributeFactory(name="tier")
        account = AccountFactory(custom={"seats": 5})

        accounts.edit(account.pk, {"custom": {"tier": "gold"}}, by=None, now=now)
        assert Account.objects.get().custom == {"seats": 5, "tier": "gold"}

        accounts.edit(account.pk, {"custom": {"tier": None}}, by=None, now=now)
        assert Account.objects.get().custom == {"seats": 5}

    def test_the_name_cannot_be_cleared(self, now: datetime) -> None:
        with pytest.raises(Invalid):
            accounts.edit(AccountFactory().pk, {"name": ""}, by=None, now=now)

    def test_needs_the_permission(self, now: datetime) -> None:
        account, user = AccountFactory(), UserFactory(is_superuser=False)

        with pytest.raises(PermissionDenied):
            accounts.edit(account.pk, {"name": "Beta"}, by=user, now=now)

        user.user_permissions.add(Permission.objects.get(codename="change_account"))
        user = type(user).objects.get(pk=user.pk)
        assert accounts.edit(account.pk, {"name": "Beta"}, by=user, now=now).name == "Beta"


class TestDelete:
    def test_takes_what_hangs_on_the_account_and_leaves_its_people(self, now: datetime) -> None:
        account, other = AccountFactory(), AccountFactory()
        PersonFactory(accounts=[account])
        AccountListFactory(members=[account, other])
        accounts.edit(account.pk, {"industry": "Banking"}, by=None, now=now)

        assert accounts.delete([account.pk], by=None) == 1

        assert list(Account.objects.all()) == [other]
        assert (AccountPerson.objects.count(), ListMember.objects.count(), Event.objects.count()) == (0, 1, 0)
        assert Person.objects.count() == 1

    def test_lets_other_apps_erase_first(self, settings) -> None:
        settings.ERASERS = [f"{__name__}.remember"]
        ERASED.clear()
        account = AccountFactory()

        accounts.delete([account.pk, account.pk + 1], by=None)

        assert [[account.pk]] == ERASED

    def test_needs_the_permission(self) -> None:
        with pytest.raises(PermissionDenied):
            accounts.delete([AccountFactory().pk], by=UserFactory(is_superuser=False))

    def test_one_account_and_thirty_take_the_same_number_of_queries(self, count_queries) -> None:
        one = [AccountFactory().pk]
        many = [account.pk for account in AccountFactory.create_batch(30)]
        few = count_queries(lambda: accounts.delete(one, by=None))

        assert count_queries(lambda: accounts.delete(many, by=None)) == few
