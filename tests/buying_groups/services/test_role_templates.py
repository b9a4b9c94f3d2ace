"""Role templates: a draft keeps what is not complete, a live one is final (spec 3.4, reference 6.2)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.errors import Conflict, Stale
from accounts.findings import Invalid
from accounts.services import lists
from buying_groups.models import RoleTemplate, TemplateRole
from buying_groups.services import role_templates, roles
from tests.accounts.conditions.conftest import asked, condition
from tests.factories import AccountListFactory, RoleTemplateFactory, SolutionInterestFactory
from tests.factories.api import user_with
from tests.factories.buying_groups import job_title, role
from tests.faults.threads import Gate, Together, held, somebody_waits

pytestmark = pytest.mark.django_db
CHIEFS = job_title("Chief Executive Officer")


def card(name: str = "Champion", **given: Any) -> dict[str, Any]:
    return {"role": role(name).pk, **given}


def made(*cards: dict[str, Any], name: str = "CRM", now: Any) -> RoleTemplate:
    return role_templates.create(name=name, roles=list(cards), by=None, now=now)


def faults(error: pytest.ExceptionInfo[Invalid]) -> dict[str, str]:
    return {finding.pointer: finding.code for finding in error.value.findings}


class TestCreate:
    def test_makes_a_draft_with_its_roles_in_their_order(self, staff, now):
        template = role_templates.create(
            name=" CRM ", description=" sales ", by=staff, now=now,
            roles=[
                card("Decision Maker", weight=100, condition=CHIEFS, members_needed=2),
                card("Influencer", assigns_automatically=False, is_required=False),
            ],
        )  # fmt: skip

        template = RoleTemplate.objects.get(pk=template.pk)
        assert (template.name, template.description, template.status) == ("CRM", "sales", "draft")
        assert (template.created_by, template.created_at, template.updated_at) == (staff, now, now)
        first, second = template.roles.order_by("priority")
        assert (first.role.name, first.priority, first.weight) == ("Decision Maker", 1, 100)
        assert (first.assigns_automatically, first.is_required, first.members_needed) == (True, True, 2)
        assert first.condition == CHIEFS
        assert (second.role.name, second.priority, second.weight) == ("Influencer", 2, 60)
        assert (second.assigns_automatically, second.is_required, second.members_needed) == (False, False, 1)

    def test_a_new_role_is_normal_automatic_and_required(self, now):
        one = made(card(), now=now).roles.get()

        assert (one.weight, one.assigns_automatically, one.is_required, one.condition) == (
            60,
            True,
            True,
            None,
        )

    def test_stores_what_a_condition_names_with_its_id(self, now):
        named = AccountListFactory(name="Enterprise")
        on_it = condition(asked("account.member_of_list", "is", ["enterprise"]))

        template = made(card("Other"), card(condition=on_it), now=now)

        stored = template.roles.get(priority=2).condition["filters"][0]["value"]
        assert stored == [{"id": named.pk, "name": "Enterprise"}]

    def test_needs_the_permission(self, someone, now):
        with pytest.raises(PermissionDenied):
            role_templates.create(name="A", by=someone, now=now)
        assert role_templates.create(name="A", by=user_with("buying_groups.add_roletemplate"), now=now).pk

    def test_refuses_the_name_of_another_with_all_else_that_is_wrong(self, now):
        RoleTemplateFactory(name="CRM")

        with pytest.raises(Invalid) as error:
            role_templates.create(name="crm", roles=[card(weight=61)], by=None, now=now)

        assert faults(error) == {"/name": "taken", "/roles/0/weight": "wrong_value"}


class TestEdit:
    def test_changes_what_is_given(self, staff, now):
        template, later = made(card(), now=now), now + timedelta(hours=1)

        edited = role_templates.edit(template, description="new", by=staff, now=later)

        assert (edited.name, edited.description, edited.updated_at) == ("CRM", "new", later)
        assert edited.roles.count() == 1

    def test_a_live_one_is_final_its_numbers_of_members_too(self, now):
        template = RoleTemplateFactory(roles={"Champion": {"condition": CHIEFS}})

        for given in (
            {"name": "New"},
            {"description": "new"},
            {"roles": [card(condition=CHIEFS, members_needed=2)]},
        ):
            with pytest.raises(Conflict) as error:
                role_templates.edit(template, **given, by=None, now=now)
            assert error.value.code == "live"
        assert template.roles.get().members_needed == 1

    def test_is_refused_when_somebody_has_changed_it_since(self, now):
        template = made(card(), now=now)
        role_templates.set_roles(template, [], by=None, now=now + timedelta(hours=1))

        with pytest.raises(Stale):
            role_templates.edit(template, name="A", by=None, now=now, unchanged_since=now)

    def test_needs_the_permission(self, someone, now):
        template = made(now=now)
        with pytest.raises(PermissionDenied):
            role_templates.set_roles(template, [], by=someone, now=now)
        role_templates.set_roles(template, [], by=user_with("buying_groups.change_roletemplate"), now=now)


class TestPublish:
    def test_makes_it_live(self, staff, now):
        template = made(card(condition=CHIEFS), now=now)

        role_templates.publish(template, by=staff, now=now)

        template = RoleTemplate.objects.get()
        assert (template.status, template.published_at, template.published_by) == ("live", now, staff)

    @pytest.mark.parametrize(
        ("cards", "problems"),
        [
            ([], {"/roles": "missing"}),
            ([{"name": "Champion"}], {"/roles/0/condition": "missing"}),
            ([{"name": "Champion", "condition": condition()}], {"/roles/0/condition": "missing"}),
            (
                [{"name": "Champion", "condition": condition(condition())}],
                {"/roles/0/condition": "missing", "/roles/0/condition/filters/0": "no_condition"},
            ),
            (
                [{"name": "Champion", "condition": condition(CHIEFS, condition(match="any"))}],
                {"/roles/0/condition/filters/1": "no_condition"},
            ),
            (
                [{"name": "Champion", "assigns_automatically": False, "is_required": False}],
                {"/roles": "none_required"},
            ),
            (
                [
                    {"name": "Champion", "assigns_automatically": False},
                    {"name": "Other", "condition": condition(asked("account.member_of_list", "is", "Gone"))},
                    {"name": "Influencer", "condition": condition(asked("account.member_of_list", "is", "Draft"))},
                    {"name": "Practitioner"},
                ],
                {
                    "/roles/1/condition/filters/0/value": "not_found",
                    "/roles/2/condition/filters/0/value": "not_live",
                    "/roles/3/condition": "missing",
                },
            ),
        ],
    )  # fmt: skip
    def test_lists_every_problem_with_its_place(self, now, cards, problems):
        AccountListFactory(name="Draft", status="draft")
        template = made(*[card(**given) for given in cards], now=now)

        with pytest.raises(Invalid) as error:
            role_templates.publish(template, by=None, now=now)

        assert faults(error) == problems
        assert {f.pointer: f.code for f in role_templates.problems(template)} == problems
        assert RoleTemplate.objects.get().status == "draft"

    def test_a_role_that_is_not_assigned_automatically_needs_no_condition_and_keeps_none(self, now):
        gone = condition(asked("account.member_of_list", "is", "Gone"))
        template = made(card(assigns_automatically=False, condition=gone), now=now)

        role_templates.publish(template, by=None, now=now)

        assert TemplateRole.objects.get().condition is None

    def test_is_once_and_for_ever(self, now):
        template = RoleTemplateFactory()

        with pytest.raises(Conflict) as error:
            role_templates.publish(template, by=None, now=now)

        assert error.value.code == "not_draft"
        assert role_templates.problems(template) == []

    def test_needs_the_permission(self, now):
        template = made(card(condition=CHIEFS), now=now)
        with pytest.raises(PermissionDenied):
            role_templates.publish(template, by=user_with("buying_groups.change_roletemplate"), now=now)
        role_templates.publish(template, by=user_with("buying_groups.publish_roletemplate"), now=now)


class TestDelete:
    @pytest.mark.parametrize("status", ["draft", "live"])
    def test_deletes_one_that_nobody_uses_and_twice_is_no_error(self, status):
        template = RoleTemplateFactory(status=status)

        role_templates.delete(template, by=None)
        role_templates.delete(template, by=None)

        assert not TemplateRole.objects.exists()

    def test_is_refused_while_solution_interests_use_it_and_names_them(self):
        template = RoleTemplateFactory(name="Sales")
        SolutionInterestFactory(name="CRM", template=template)

        with pytest.raises(Conflict) as error:
            role_templates.delete(template, by=None)

        assert error.value.code == "in_use"
        assert error.value.message == "“Sales” is used by solution interest CRM."

    def test_what_its_conditions_named_can_go_afterwards(self, now):
        named = AccountListFactory()
        on_it = condition(asked("account.member_of_list", "is", named.name))
        template = made(card(condition=on_it), now=now)
        with pytest.raises(Conflict):
            lists.delete(named, by=None)

        role_templates.delete(template, by=None)

        lists.delete(named, by=None)

    def test_needs_the_permission(self, someone):
        template = RoleTemplateFactory()
        with pytest.raises(PermissionDenied):
            role_templates.delete(template, by=someone)
        role_templates.delete(template, by=user_with("buying_groups.delete_roletemplate"))


@pytest.mark.django_db(transaction=True)
def test_a_role_that_is_being_deleted_meanwhile_is_not_found(now):
    sponsor = roles.create(name="Sponsor", by=None, now=now)
    template, gate = made(card(), now=now), Gate()

    def delete() -> None:
        with transaction.atomic():
            roles.delete(sponsor, by=None)
            gate()

    def set_roles() -> Any:
        try:
            return role_templates.set_roles(template, [{"role": sponsor.pk}], by=None, now=now)
        except Invalid as error:
            return error.findings

    with Together() as threads:
        threads.start(delete)
        with held(gate):
            found = threads.start(set_roles)
            somebody_waits()

    assert [finding.code for finding in found.result()] == ["not_found"]
