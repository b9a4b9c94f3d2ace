from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Permission
from django.core.exceptions import PermissionDenied
from django.db import connection, models

from accounts.errors import Conflict
from accounts.findings import Invalid
from accounts.lists import refresh_due
from accounts.models import AccountList, ChangeReader, ListMember
from accounts.services import lists
from journeys import services
from tests.accounts.conditions.conftest import asked, condition
from tests.factories import AccountFactory, AccountListFactory, AudienceFactory, UserFactory
from tests.factories.journeys import TEST, JourneyFactory, publish, simple_map

pytestmark = pytest.mark.django_db
LARGE = asked("account.employees", "at_least", 1000)


@pytest.fixture
def staff() -> Any:
    return UserFactory()


@pytest.fixture
def someone() -> Any:
    """Staff without any permission."""
    return UserFactory(is_superuser=False)


def allowed(*codenames: str) -> Any:
    user = UserFactory(is_superuser=False)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return user


def dynamic(*filters: dict[str, Any], **keys: Any) -> AccountList:
    row: AccountList = AccountListFactory(type="dynamic", condition=condition(*filters), **keys)
    return row


def names(row: Any) -> dict[str, Any]:
    return {"id": row.pk, "name": row.name}


class TestCreate:
    def test_makes_a_draft(self, staff, now):
        made = lists.create(name=" Enterprise ", description=" big ", by=staff, now=now)
        made = AccountList.objects.get(pk=made.pk)
        assert (made.name, made.description, made.type, made.status) == (
            "Enterprise",
            "big",
            "static",
            "draft",
        )
        assert (made.created_at, made.updated_at, made.created_by) == (now, now, staff)

    def test_stores_the_condition_with_ids(self, staff, now):
        other = AccountListFactory(name="Other")
        what = condition(asked("account.member_of_list", "is", "other"))
        made = lists.create(name="A", type="dynamic", condition=what, by=staff, now=now)
        assert made.condition["filters"][0]["value"] == names(other)

    def test_a_dynamic_one_may_wait_for_its_condition(self, staff, now):
        assert lists.create(name="A", type="dynamic", by=staff, now=now).condition is None

    def test_what_the_condition_names_may_still_be_missing(self, staff, now):
        what = condition(asked("account.member_of_list", "is", "Nobody"))
        assert lists.create(name="A", type="dynamic", condition=what, by=staff, now=now).pk

    @pytest.mark.parametrize(
        ("given", "place"),
        [
            ({"name": ""}, ("name",)),
            ({"name": "  "}, ("name",)),
            ({"name": "x" * 201}, ("name",)),
            ({"name": "a\0"}, ("name",)),
            ({"name": None}, ("name",)),
            ({"name": " taken "}, ("name",)),
            ({"name": "TAKEN"}, ("name",)),
            ({"name": "A", "description": "x" * 2001}, ("description",)),
            ({"name": "A", "type": "clever"}, ("type",)),
            ({"name": "A", "condition": {"match": "all", "filters": []}}, ("condition",)),
            ({"name": "A", "type": "dynamic", "condition": {"filters": []}}, ("condition", "match")),
        ],
    )
    def test_refuses_what_is_wrong_at_its_place(self, staff, now, given, place):
        AccountListFactory(name="Taken")
        with pytest.raises(Invalid) as error:
            lists.create(**given, by=staff, now=now)
        assert [finding.at for finding in error.value.findings] == [place]

    def test_says_which_filter_is_wrong(self, staff, now):
        what = condition(LARGE, asked("account.employees", "is", "x"))
        with pytest.raises(Invalid) as error:
            lists.create(name="A", type="dynamic", condition=what, by=staff, now=now)
        assert error.value.findings[0].pointer == "/condition/filters/1/value"

    def test_a_name_taken_in_this_very_moment_is_said_so(self, staff, now, monkeypatch):
        AccountListFactory(name="Taken")
        monkeypatch.setattr(models.QuerySet, "exists", lambda self: False)
        with pytest.raises(Invalid) as error:
            lists.create(name="taken", by=staff, now=now)
        assert error.value.findings[0].code == "taken"

    def test_needs_the_permission(self, someone, now):
        for user in (someone, AnonymousUser()):
            with pytest.raises(PermissionDenied):
                lists.create(name="A", by=user, now=now)
        assert lists.create(name="A", by=allowed("add_accountlist"), now=now).pk

    def test_the_system_needs_none(self, now):
        assert lists.create(name="A", by=None, now=now).created_by is None


class TestEdit:
    def test_changes_what_is_given(self, staff, now):
        row = AccountListFactory(name="Old", description="kept", status="draft")
        edited = lists.edit(row, name=" New ", by=staff, now=now)
        assert (edited.name, edited.description, edited.updated_at) == ("New", "kept", now)

    def test_keeps_its_own_name_in_another_case(self, staff, now):
        row = AccountListFactory(name="Enterprise")
        assert lists.edit(row, name="ENTERPRISE", by=staff, now=now).name == "ENTERPRISE"

    def test_refuses_the_name_of_another(self, staff, now):
        AccountListFactory(name="Taken")
        with pytest.raises(Invalid) as error:
            lists.edit(AccountListFactory(), name="taken", by=staff, now=now)
        assert error.value.findings[0].at == ("name",)

    def test_the_condition_of_a_live_list_is_frozen(self, staff, now):
        row = dynamic(LARGE)
        with pytest.raises(Conflict) as error:
            lists.edit(row, condition=condition(), by=staff, now=now)
        assert error.value.code == "frozen"

    def test_saving_the_same_condition_again_is_no_change(self, staff, now):
        other = AccountListFactory(name="Old")
        row = dynamic(asked("account.member_of_list", "is", names(other)))
        lists.edit(other, name="New", by=staff, now=now)
        again = condition(asked("account.member_of_list", "is", "new"))
        assert lists.edit(row, condition=again, name="Renamed", by=staff, now=now).name == "Renamed"

    def test_the_condition_of_a_draft_can_be_changed(self, staff, now):
        row = dynamic(status="draft")
        assert lists.edit(row, condition=condition(LARGE), by=staff, now=now).condition == condition(LARGE)

    def test_a_static_list_gets_no_condition(self, staff, now):
        with pytest.raises(Invalid):
            lists.edit(AccountListFactory(status="draft"), condition=condition(LARGE), by=staff, now=now)

    def test_a_list_deleted_meanwhile_is_gone(self, staff, now):
        row = AccountListFactory()
        AccountList.objects.all().delete()
        with pytest.raises(Conflict) as error:
            lists.edit(row, name="A", by=staff, now=now)
        assert error.value.code == "gone"

    def test_needs_the_permission(self, someone, now):
        row = AccountListFactory()
        with pytest.raises(PermissionDenied):
            lists.edit(row, name="A", by=someone, now=now)
        lists.edit(row, name="A", by=allowed("change_accountlist"), now=now)


class TestPublish:
    def test_a_static_list_may_be_empty(self, staff, now):
        published = lists.publish(AccountListFactory(status="draft"), by=staff, now=now)
        assert (published.status, published.published_at) == ("live", now)

    def test_a_dynamic_one_gets_its_members_from_the_system(self, staff, now):
        account = AccountFactory(employees=1000)
        row = dynamic(LARGE, status="draft")
        lists.publish(row, by=staff, now=now)
        refresh_due(now=now)
        assert ListMember.objects.get().account_id == account.pk

    @pytest.mark.parametrize(
        ("what", "at"),
        [(None, ""), (condition(), ""), (condition(LARGE, condition(match="any")), "/filters/1")],
    )
    def test_a_dynamic_one_needs_a_condition_without_empty_groups(self, staff, now, what, at):
        row = AccountListFactory(type="dynamic", condition=what, status="draft")
        with pytest.raises(Invalid) as error:
            lists.publish(row, by=staff, now=now)
        assert [found.pointer for found in error.value.findings] == [f"/condition{at}"]
        assert AccountList.objects.get().status == "draft"

    def test_what_it_names_must_be_live(self, staff, now):
        draft = AccountListFactory(name="Draft", status="draft")
        row = dynamic(asked("account.member_of_list", "is", [names(draft)]), status="draft")
        with pytest.raises(Invalid) as error:
            lists.publish(row, by=staff, now=now)
        assert error.value.findings[0].pointer == "/condition/filters/0/value/0"

    def test_it_cannot_name_itself(self, staff, now):
        row = dynamic(status="draft", name="Me")
        lists.edit(row, condition=condition(asked("account.member_of_list", "is", "me")), by=staff, now=now)
        with pytest.raises(Invalid) as error:
            lists.publish(row, by=staff, now=now)
        assert "Me → Me" in str(error.value)

    def test_nor_by_a_detour_over_lists_and_audiences(self, staff, now):
        first = dynamic(name="First", status="draft")
        audience = AudienceFactory(
            name="Aud", condition=condition(asked("account.member_of_list", "is", names(first)))
        )
        second = dynamic(asked("account.in_audience", "is", names(audience)), name="Second")
        what = condition(condition(asked("account.member_of_list", "is_not", names(second))))
        lists.edit(first, condition=what, by=staff, now=now)
        with pytest.raises(Invalid) as error:
            lists.publish(first, by=staff, now=now)
        assert "First → Second → Aud → First" in str(error.value)

    def test_is_once_and_for_ever(self, staff, now):
        with pytest.raises(Conflict) as error:
            lists.publish(AccountListFactory(), by=staff, now=now)
        assert error.value.code == "not_draft"

    def test_needs_the_permission(self, now):
        row = AccountListFactory(status="draft")
        with pytest.raises(PermissionDenied):
            lists.publish(row, by=allowed("change_accountlist"), now=now)
        lists.publish(row, by=allowed("publish_accountlist"), now=now)


class TestDelete:
    def test_takes_members_and_reader_along(self, staff, now):
        AccountFactory(employees=1000)
        row = dynamic(LARGE)
        refresh_due(now=now)
        lists.delete(row, by=staff)
        assert not (AccountList.objects.exists())
        assert not (ListMember.objects.exists())
        assert not (ChangeReader.objects.exists())

    def test_takes_the_members_in_one_statement(self, staff, count_queries):
        few = AccountListFactory(members=AccountFactory.create_batch(1))
        many = AccountListFactory(members=AccountFactory.create_batch(30))
        queries = count_queries(lambda: lists.delete(few, by=staff))
        assert count_queries(lambda: lists.delete(many, by=staff)) == queries

    def test_a_list_in_a_condition_is_kept_and_its_users_named(self, staff):
        row = AccountListFactory(name="Base")
        dynamic(asked("account.member_of_list", "is", [names(row)]), name="On it")
        AudienceFactory(
            name="Too", condition=condition(asked("account.member_of_list", "is_not", names(row)))
        )
        with pytest.raises(Conflict) as error:
            lists.delete(row, by=staff)
        assert error.value.code == "in_use"
        assert error.value.message == "“Base” is used by audience Too, list On it."

    def test_deleting_it_twice_is_no_error(self, staff):
        row = AccountListFactory()
        lists.delete(row, by=staff)
        lists.delete(row, by=staff)

    def test_needs_the_permission(self, someone):
        row = AccountListFactory()
        with pytest.raises(PermissionDenied):
            lists.delete(row, by=someone)
        lists.delete(row, by=allowed("delete_accountlist"))


@pytest.mark.django_db(transaction=True)
def test_deleting_waits_for_the_worker_that_refreshes_the_list(now):
    row = dynamic(LARGE)
    second = connection.copy()
    second.set_autocommit(False)
    try:
        with second.cursor() as cursor, connection.cursor() as ours:
            cursor.execute("SELECT pg_advisory_xact_lock(7421, %s::int)", [row.pk])
            ours.execute("SET lock_timeout = '200ms'")
            with pytest.raises(Exception, match="lock timeout"):
                lists.delete(row, by=None)
            second.rollback()
            lists.delete(row, by=None)
            ours.execute("RESET lock_timeout")
    finally:
        second.rollback()
        second.close()
    assert not AccountList.objects.exists()


def test_a_list_that_a_published_journey_uses_is_kept_and_the_journey_named(now):
    row = AccountListFactory(name="Used")
    journey = publish(JourneyFactory(name="Welcome", nodes=simple_map("Used")), now=now)
    with pytest.raises(Conflict) as error:
        lists.delete(row, by=None)
    assert error.value.message == "“Used” is used by journey Welcome."
    services.abort(journey, by=None, now=now, interface=TEST)
    lists.delete(row, by=None)
