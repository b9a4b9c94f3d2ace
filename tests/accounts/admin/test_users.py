"""Users and groups: nobody but a superuser gives more than they have themselves."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client

from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

MANAGES = (
    "view_user",
    "add_user",
    "change_user",
    "delete_user",
    "view_group",
    "change_group",
    "delete_group",
)


def permissions(*codenames: str) -> list[Permission]:
    found = list(Permission.objects.filter(codename__in=codenames))
    assert len(found) == len(codenames)
    return found


def group_with(name: str, *codenames: str) -> Group:
    group = Group.objects.create(name=name)
    group.permissions.set(permissions(*codenames))
    return group


def log_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def held(group: Group) -> set[str]:
    return set(group.permissions.values_list("codename", flat=True))


@pytest.fixture
def user() -> User:
    """May change users and groups, and is no superuser."""
    user = UserFactory(is_superuser=False)
    user.user_permissions.set(permissions(*MANAGES, "view_account"))
    return user


@pytest.fixture
def manager(user: User) -> Client:
    return log_in(user)


@pytest.fixture
def administrator() -> Client:
    """Of the built-in group, and nothing else."""
    user = UserFactory(username="ada", is_superuser=False)
    user.groups.add(Group.objects.get(name="Administrator"))
    return log_in(user)


@pytest.fixture
def put(to: Callable[..., str]) -> Callable[..., None]:
    """Post a user's page with these groups."""

    def post(client: Client, user: User, *groups: Group) -> None:
        given = {
            "username": user.username, "is_active": "on", "is_staff": "on", "groups": [group.pk for group in groups],
            "date_joined_0": "2026-01-01", "date_joined_1": "00:00:00",
        }  # fmt: skip
        assert client.post(to(User, "change", user.pk), given).status_code in (200, 302)

    return post


def in_groups(user: User) -> set[str]:
    return set(user.groups.values_list("name", flat=True))


class TestUsers:
    def test_pages_open(self, client, to):
        user, group = UserFactory(), Group.objects.first()
        for model, row in ((User, user), (Group, group)):
            assert client.get(to(model, "changelist")).status_code == 200
            assert client.get(to(model, "add")).status_code == 200
            assert client.get(to(model, "change", row.pk)).status_code == 200

    def test_nobody_makes_themselves_a_superuser(self, manager, user, to):
        manager.post(
            to(User, "change", user.pk), {"username": user.username, "is_superuser": "on", "is_staff": "on"}
        )

        assert not User.objects.get(pk=user.pk).is_superuser

    def test_a_superuser_is_changed_by_superusers_only(self, manager, to):
        root = UserFactory(username="root")

        assert manager.post(to(User, "change", root.pk), {"username": "mine"}).status_code == 403
        assert manager.get(f"/admin/auth/user/{root.pk}/password/").status_code == 403

    def test_get_groups_that_may_do_no_more_than_the_giver(self, manager, put, to):
        less, more = group_with("Less", "view_account"), group_with("More", "view_account", "abort_journey")
        other = UserFactory(is_superuser=False)

        put(manager, other, less)
        offered = (
            manager.get(to(User, "change", other.pk)).context["adminform"].form.fields["groups"].queryset
        )
        put(manager, other, less, more)

        assert "More" not in {group.name for group in offered}
        assert in_groups(other) == {"Less"}

    def test_who_may_do_more_is_changed_neither_in_groups_nor_in_password(self, manager, to):
        more = group_with("More", "abort_journey")
        mighty, asleep = UserFactory(is_superuser=False), UserFactory(is_superuser=False, is_active=False)
        mighty.groups.add(more)
        asleep.user_permissions.set(permissions("abort_journey"))

        for user in (mighty, asleep):
            assert manager.post(to(User, "change", user.pk), {"username": "mine"}).status_code == 403
            assert manager.get(f"/admin/auth/user/{user.pk}/password/").status_code == 403
            assert manager.post(to(User, "delete", user.pk), {"post": "yes"}).status_code == 403
        assert in_groups(mighty) == {"More"}

    def test_administrators_put_others_into_the_built_in_groups(self, administrator, put, to):
        other = UserFactory(is_superuser=False)
        managers = Group.objects.get(name="Journey manager")

        put(administrator, other, managers)
        assert in_groups(other) == {"Journey manager"}
        assert administrator.get(f"/admin/auth/user/{other.pk}/password/").status_code == 200

        put(administrator, other)
        assert in_groups(other) == set()

    def test_administrators_do_not_put_themselves_into_others(self, administrator, put):
        ada, managers = User.objects.get(username="ada"), Group.objects.get(name="Journey manager")

        put(administrator, ada, managers, *ada.groups.all())

        assert in_groups(ada) == {"Administrator"}

    def test_own_name_is_changed_as_before(self, administrator, put):
        ada = User.objects.get(username="ada")
        ada.username = "ada.l"

        put(administrator, ada, *ada.groups.all())

        assert User.objects.get(pk=ada.pk).username == "ada.l"
        assert in_groups(ada) == {"Administrator"}


class TestGroups:
    def test_get_only_permissions_that_the_giver_has(self, administrator, to):
        group = Group.objects.get(name="Administrator")
        before = held(group)
        everything = [permission.pk for permission in Permission.objects.all()]

        administrator.post(to(Group, "change", group.pk), {"name": group.name, "permissions": everything})

        assert held(group) == before
        assert not User.objects.get(username="ada").has_perm("journeys.abort_journey")

    def test_offer_what_the_giver_has_and_keep_the_rest(self, manager, to):
        group = group_with("Mixed", "view_account", "abort_journey")
        given, wanted = permissions("view_user"), {"view_user", "abort_journey"}

        page = manager.get(to(Group, "change", group.pk))
        answer = manager.post(to(Group, "change", group.pk), {"name": "Named", "permissions": [given[0].pk]})

        offered = page.context["adminform"].form.fields["permissions"]
        assert {one.codename for one in offered.queryset} == {*MANAGES, "view_account"}
        assert "1 permission that you do not have yourself stays" in str(offered.help_text)
        assert answer.status_code == 302
        assert held(group) == wanted
        assert Group.objects.filter(name="Named").exists()

    def test_with_more_than_one_has_are_not_deleted(self, manager, to):
        more, less = group_with("More", "abort_journey"), group_with("Less", "view_account")

        assert manager.post(to(Group, "delete", more.pk), {"post": "yes"}).status_code == 403
        chosen = {"action": "delete_selected", "_selected_action": [more.pk, less.pk], "post": "yes"}
        manager.post(to(Group, "changelist"), chosen)
        assert Group.objects.filter(pk=more.pk).exists()

        assert manager.post(to(Group, "delete", less.pk), {"post": "yes"}).status_code == 302
        assert not Group.objects.filter(pk=less.pk).exists()

    def test_new_ones_have_no_more_either(self, administrator, to):
        (view,), (abort,) = permissions("view_account"), permissions("abort_journey")
        administrator.post(to(Group, "add"), {"name": "New", "permissions": [view.pk, abort.pk]})
        assert not Group.objects.filter(name="New").exists()

        administrator.post(to(Group, "add"), {"name": "New", "permissions": [view.pk]})
        assert Group.objects.filter(name="New").exists()

    def test_superusers_give_everything(self, client, to):
        group = group_with("Some", "view_account")
        everything = [permission.pk for permission in Permission.objects.all()]

        client.post(to(Group, "change", group.pk), {"name": "Some", "permissions": everything})

        assert group.permissions.count() == len(everything)
