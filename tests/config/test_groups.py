from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission, User

from config import groups

pytestmark = pytest.mark.django_db


def member_of(name: str) -> User:
    user = get_user_model().objects.create_user(name.lower().replace(" ", "."))
    user.groups.add(Group.objects.get(name=name))
    return user


def upgrade() -> None:
    """What `migrate` does around its migrations."""
    groups.remember()
    groups.provide()


class TestBuiltInGroups:
    def test_are_there_after_the_first_migration(self):
        assert set(groups.GROUPS) <= set(Group.objects.values_list("name", flat=True))

    @pytest.mark.parametrize(
        ("name", "may", "may_not"),
        [
            (
                "Journey manager",
                [
                    "journeys.publish_journey",
                    "journeys.abort_journey",
                    "accounts.edit_members_accountlist",
                    "accounts.export_members_accountlist",
                    "buying_groups.change_stagemodel",
                    "buying_groups.view_weightingmodel",
                ],
                [
                    "accounts.change_account",
                    "accounts.change_customattribute",
                    "auth.change_user",
                    "buying_groups.add_weightingmodel",
                    "buying_groups.change_weightingmodel",
                    "buying_groups.change_activityweight",
                ],
            ),
            (
                "Channel manager",
                ["journeys.view_journey"],
                ["journeys.change_journey", "accounts.change_account"],
            ),
            ("Sales", ["accounts.view_account", "journeys.view_journey"], ["accounts.change_account"]),
            (
                "Administrator",
                [
                    "accounts.change_customattribute",
                    "accounts.add_score",
                    "auth.change_user",
                    "auth.manage_any_user",
                    "journeys.hold_engine",
                    "buying_groups.change_weightingmodel",
                ],
                ["journeys.publish_journey"],
            ),
        ],
    )
    def test_may_do_what_they_are_for(self, name: str, may: list[str], may_not: list[str]):
        user = member_of(name)
        assert [label for label in may if not user.has_perm(label)] == []
        assert [label for label in may_not if user.has_perm(label)] == []

    def test_every_named_permission_exists(self):
        known = {
            f"{app}.{codename}"
            for app, codename in Permission.objects.values_list("content_type__app_label", "codename")
        }
        named = {
            label
            for patterns in groups.GROUPS.values()
            for label in patterns
            if "*" not in label and not label.startswith(("actions.", "buying_groups."))
        }
        assert named - known == set()


class TestAnUpgrade:
    def test_changes_nothing_when_there_is_nothing_new(self):
        before = {group.name: group.permissions.count() for group in Group.objects.all()}
        upgrade()
        assert {group.name: group.permissions.count() for group in Group.objects.all()} == before

    def test_leaves_what_an_administrator_took_away_or_added(self):
        sales = Group.objects.get(name="Sales")
        taken = sales.permissions.get(codename="view_account")
        added = Permission.objects.get(codename="abort_journey")
        sales.permissions.remove(taken)
        sales.permissions.add(added)
        upgrade()
        assert not sales.permissions.filter(pk=taken.pk).exists()
        assert sales.permissions.filter(pk=added.pk).exists()

    def test_gives_a_permission_that_it_brought(self):
        groups.remember()
        kind = Permission.objects.get(codename="view_journey").content_type
        new = Permission.objects.create(content_type=kind, codename="praise_journey", name="Can praise")
        groups.provide()
        managers = Group.objects.get(name="Journey manager")
        assert managers.permissions.filter(pk=new.pk).exists()

    def test_makes_a_group_that_is_missing(self):
        Group.objects.filter(name="Sales").delete()
        upgrade()
        assert Group.objects.get(name="Sales").permissions.filter(codename="view_account").exists()
