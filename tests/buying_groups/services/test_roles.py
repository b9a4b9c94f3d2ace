"""Roles: six built-in ones that nobody changes, at most twenty in all (spec 3.4, reference 6.1, U 11)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.errors import Conflict, Stale
from accounts.findings import Invalid
from buying_groups.models import GroupMember, Role, TemplateRole
from buying_groups.services import roles
from tests.factories import BuyingGroupFactory, PersonFactory, RoleTemplateFactory
from tests.factories.api import user_with
from tests.factories.buying_groups import role
from tests.faults.threads import at_once

pytestmark = pytest.mark.django_db


def custom(name: str = "Sponsor", *, now) -> Role:
    return roles.create(name=name, by=None, now=now)


class TestCreate:
    def test_makes_a_role_behind_the_others(self, staff, now):
        made = roles.create(name=" Sponsor ", description=" pays ", by=staff, now=now)

        made = Role.objects.get(pk=made.pk)
        assert (made.name, made.description, made.position, made.is_built_in) == ("Sponsor", "pays", 7, False)
        assert (made.created_by, made.created_at, made.updated_at) == (staff, now, now)

    @pytest.mark.parametrize(
        ("given", "place", "code"),
        [
            ({"name": ""}, "name", "empty_value"),
            ({"name": "x" * 101}, "name", "wrong_value"),
            ({"name": "DECISION maker"}, "name", "taken"),
            ({"name": "A", "description": "x" * 2001}, "description", "wrong_value"),
        ],
    )
    def test_refuses_what_is_wrong_at_its_place(self, now, given, place, code):
        with pytest.raises(Invalid) as error:
            roles.create(**given, by=None, now=now)

        assert [(finding.at, finding.code) for finding in error.value.findings] == [((place,), code)]

    def test_there_are_twenty_at_most(self, now):
        for n in range(14):
            custom(f"Role {n}", now=now)

        with pytest.raises(Conflict) as error:
            custom("One too many", now=now)

        assert error.value.code == "too_many"
        assert Role.objects.count() == Role.MOST

    def test_the_place_of_a_deleted_one_is_free_again(self, now):
        made = [custom(f"Role {n}", now=now) for n in range(14)]
        roles.delete(made[3], by=None)

        assert custom("Again", now=now).position == made[3].position

    def test_the_database_has_twenty_places_whoever_writes(self):
        for position in (0, 6, 21):
            with pytest.raises(IntegrityError), transaction.atomic():
                Role.objects.create(name="Sponsor", position=position)

    def test_needs_the_permission(self, someone, now):
        with pytest.raises(PermissionDenied):
            roles.create(name="A", by=someone, now=now)
        assert roles.create(name="A", by=user_with("buying_groups.add_role"), now=now).pk


@pytest.mark.django_db(transaction=True)
def test_of_two_who_make_the_twentieth_at_once_one_is_refused(now):
    for n in range(13):
        custom(f"Role {n}", now=now)

    found = at_once(*[lambda n=n: custom(f"Last {n}", now=now) for n in range(3)])

    refused = [one for one in found if isinstance(one, Conflict)]
    assert [error.code for error in refused] == ["too_many"] * 2
    assert Role.objects.count() == Role.MOST


class TestEdit:
    def test_changes_what_is_given(self, staff, now):
        made, later = custom(now=now), now + timedelta(hours=1)

        edited = roles.edit(made, name="Payer", by=staff, now=later)
        edited = roles.edit(edited, description="pays", by=staff, now=later)

        assert (edited.name, edited.description, edited.updated_at) == ("Payer", "pays", later)

    def test_a_built_in_one_is_refused(self, now):
        with pytest.raises(Conflict) as error:
            roles.edit(role("Champion"), description="ours", by=None, now=now)

        assert error.value.code == "built_in"

    def test_keeps_its_own_name_in_another_case_and_takes_no_other_ones(self, now):
        made = custom(now=now)

        assert roles.edit(made, name="SPONSOR", by=None, now=now).name == "SPONSOR"
        with pytest.raises(Invalid):
            roles.edit(made, name="other", by=None, now=now)

    def test_is_refused_when_somebody_has_changed_it_since(self, now):
        made = custom(now=now)
        seen = made.updated_at
        roles.edit(made, name="Payer", by=None, now=now + timedelta(hours=1))

        with pytest.raises(Stale):
            roles.edit(made, name="Sponsor", by=None, now=now, unchanged_since=seen)

    def test_one_that_is_deleted_meanwhile_is_gone(self, now):
        made = custom(now=now)
        Role.objects.filter(pk=made.pk).delete()

        with pytest.raises(Conflict) as error:
            roles.edit(made, name="Payer", by=None, now=now)

        assert error.value.code == "gone"

    def test_needs_the_permission(self, someone, now):
        made = custom(now=now)
        with pytest.raises(PermissionDenied):
            roles.edit(made, name="A", by=someone, now=now)
        roles.edit(made, name="A", by=user_with("buying_groups.change_role"), now=now)


class TestDelete:
    def test_deletes_one_that_nobody_uses_and_twice_is_no_error(self, now):
        made = custom(now=now)

        roles.delete(made, by=None)
        roles.delete(made, by=None)

        assert not Role.objects.filter(is_built_in=False).exists()

    def test_a_built_in_one_is_refused(self):
        with pytest.raises(Conflict) as error:
            roles.delete(role("Other"), by=None)

        assert error.value.code == "built_in"

    def test_is_refused_while_templates_use_it_and_names_them(self, now):
        made = custom(now=now)
        for name in ("CRM", "ERP"):
            template = RoleTemplateFactory(name=name, roles={}, status="draft")
            TemplateRole.objects.create(template=template, role=made, priority=1)

        with pytest.raises(Conflict) as error:
            roles.delete(made, by=None)

        assert error.value.code == "in_use"
        assert error.value.message == "“Sponsor” is used by role template CRM, role template ERP."

    def test_is_refused_while_a_member_has_it_removed_ones_too(self, now):
        made, group = custom(now=now), BuyingGroupFactory(members={PersonFactory(): "Champion"})
        GroupMember.objects.filter(group=group).update(role=made, is_removed=True)

        with pytest.raises(Conflict) as error:
            roles.delete(made, by=None)

        assert error.value.message == "“Sponsor” is used by members of buying groups."

    def test_is_refused_when_somebody_has_changed_it_since(self, now):
        made = custom(now=now)

        with pytest.raises(Stale):
            roles.delete(made, by=None, unchanged_since=now - timedelta(hours=1))

    def test_needs_the_permission(self, someone, now):
        made = custom(now=now)
        with pytest.raises(PermissionDenied):
            roles.delete(made, by=someone)
        roles.delete(made, by=user_with("buying_groups.delete_role"))
