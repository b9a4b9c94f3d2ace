from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied

from accounts import lists
from accounts.errors import Conflict
from accounts.findings import Invalid
from accounts.lists import Moved
from accounts.models import Account, AccountChange, Audience
from accounts.services import audiences
from tests.accounts.conditions.conftest import asked, condition
from tests.factories import AccountFactory, AccountListFactory, AudienceFactory, UserFactory

pytestmark = pytest.mark.django_db
LARGE = asked("account.employees", "at_least", 1000)


@pytest.fixture
def staff() -> Any:
    return UserFactory()


def allowed(*codenames: str) -> Any:
    user = UserFactory(is_superuser=False)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return user


def on(audience: Audience, operator: str = "is") -> dict[str, Any]:
    return asked("account.in_audience", operator, {"id": audience.pk, "name": audience.name})


class TestCreate:
    def test_stores_it_with_ids(self, staff, now):
        row = AccountListFactory(name="VIP")
        what = condition(asked("account.member_of_list", "is", ["vip"]))
        made = audiences.create(name=" Mine ", description=" d ", condition=what, by=staff, now=now)
        assert (made.name, made.description, made.revision, made.created_by) == ("Mine", "d", 1, staff)
        assert made.condition["filters"][0]["value"] == [{"id": row.pk, "name": "VIP"}]

    def test_may_hold_everybody(self, staff, now):
        assert audiences.create(name="All", condition=condition(), by=staff, now=now).pk

    @pytest.mark.parametrize(
        ("given", "place"),
        [
            ({"name": "", "condition": condition()}, ("name",)),
            ({"name": "taken", "condition": condition()}, ("name",)),
            ({"name": "A", "condition": None}, ("condition",)),
            ({"name": "A", "condition": condition(condition(match="any"))}, ("condition", "filters", 0)),
            (
                {"name": "A", "condition": condition(asked("account.name", "is", 3))},
                ("condition", "filters", 0, "value"),
            ),
            (
                {"name": "A", "condition": condition(asked("account.member_of_list", "is", "Nobody"))},
                ("condition", "filters", 0, "value"),
            ),
        ],
    )
    def test_refuses_what_is_wrong_or_missing(self, staff, now, given, place):
        AudienceFactory(name="Taken")
        with pytest.raises(Invalid) as error:
            audiences.create(**given, by=staff, now=now)
        assert [finding.at for finding in error.value.findings] == [place]

    def test_needs_the_permission(self, now):
        with pytest.raises(PermissionDenied):
            audiences.create(name="A", condition=condition(), by=allowed(), now=now)
        assert audiences.create(name="A", condition=condition(), by=allowed("add_audience"), now=now).pk


class TestEdit:
    def test_a_new_condition_is_a_new_revision(self, staff, now):
        row = AudienceFactory(name="A")
        edited = audiences.edit(row, condition=condition(LARGE), by=staff, now=now)
        assert (edited.revision, edited.condition, edited.name) == (2, condition(LARGE), "A")

    def test_a_new_name_or_the_same_condition_is_none(self, staff, now):
        row = AudienceFactory(condition=condition(LARGE))
        edited = audiences.edit(
            row, name="New", description="d", condition=condition(LARGE), by=staff, now=now
        )
        assert (edited.name, edited.description, edited.revision, edited.updated_at) == ("New", "d", 1, now)

    def test_raises_those_that_name_it_too(self, staff, now):
        row = AudienceFactory()
        outer = AudienceFactory(condition=condition(on(row)))
        outermost = AudienceFactory(condition=condition(condition(on(outer, "is_not"))))
        elsewhere = AudienceFactory()
        audiences.edit(row, condition=condition(LARGE), by=staff, now=now)
        revisions = dict(Audience.objects.values_list("pk", "revision"))
        assert revisions == {row.pk: 2, outer.pk: 2, outermost.pk: 2, elsewhere.pk: 1}

    def test_a_list_that_names_it_by_another_is_evaluated_in_full(self, staff, now):
        AccountFactory(employees=1)
        row = AudienceFactory(condition=condition(LARGE))
        outer = AudienceFactory(condition=condition(on(row)))
        account_list = AccountListFactory(type="dynamic", condition=condition(on(outer)))
        assert lists.refresh(account_list, now=now) == Moved()
        audiences.edit(row, condition=condition(), by=staff, now=now)
        assert lists.refresh(account_list, now=now) == Moved(added=1)
        AccountChange.objects.all().delete()
        Account.objects.all().update(employees=0)
        assert lists.refresh(account_list, now=now) == Moved()

    def test_refuses_a_circle_and_names_it(self, staff, now):
        row = AudienceFactory(name="One")
        other = AudienceFactory(name="Two", condition=condition(on(row)))
        for what, way in [(on(row), "One → One"), (on(other), "One → Two → One")]:
            with pytest.raises(Invalid) as error:
                audiences.edit(row, condition=condition(what), by=staff, now=now)
            assert way in str(error.value)
        assert Audience.objects.get(name="One").revision == 1

    def test_refuses_a_circle_over_a_list(self, staff, now):
        row = AudienceFactory(name="One")
        through = AccountListFactory(name="L", type="dynamic", condition=condition(on(row)))
        what = condition(asked("account.member_of_list", "is", through.name))
        with pytest.raises(Invalid, match="One → L → One"):
            audiences.edit(row, condition=what, by=staff, now=now)

    def test_one_deleted_meanwhile_is_gone(self, staff, now):
        row = AudienceFactory()
        Audience.objects.all().delete()
        with pytest.raises(Conflict, match="deleted"):
            audiences.edit(row, name="A", by=staff, now=now)

    def test_needs_the_permission(self, now):
        row = AudienceFactory()
        with pytest.raises(PermissionDenied):
            audiences.edit(row, name="A", by=allowed("add_audience"), now=now)
        audiences.edit(row, name="A", by=allowed("change_audience"), now=now)


class TestDelete:
    def test_deletes(self, staff):
        row = AudienceFactory()
        audiences.delete(row, by=staff)
        audiences.delete(row, by=staff)
        assert not Audience.objects.exists()

    def test_one_that_a_condition_names_is_kept(self, staff):
        row = AudienceFactory(name="Base")
        AudienceFactory(name="Outer", condition=condition(on(row)))
        with pytest.raises(Conflict, match="audience Outer"):
            audiences.delete(row, by=staff)

    def test_needs_the_permission(self):
        row = AudienceFactory()
        with pytest.raises(PermissionDenied):
            audiences.delete(row, by=allowed())
        audiences.delete(row, by=allowed("delete_audience"))
