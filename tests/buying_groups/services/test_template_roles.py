"""The roles of a template, as they are given: checked, kept in their order (reference 6.2, U 12, U 13)."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.findings import Invalid
from buying_groups.models import RoleTemplate
from buying_groups.services import role_templates
from tests.accounts.conditions.conftest import asked, condition
from tests.conftest import NO_ID
from tests.factories import AccountListFactory
from tests.factories.buying_groups import job_title, role

pytestmark = pytest.mark.django_db
CHIEFS = job_title("Chief Executive Officer")


def card(name: str = "Champion", **given: Any) -> dict[str, Any]:
    return {"role": role(name).pk, **given}


def made(*cards: dict[str, Any], name: str = "CRM", now: Any) -> RoleTemplate:
    return role_templates.create(name=name, roles=list(cards), by=None, now=now)


def faults(error: pytest.ExceptionInfo[Invalid]) -> dict[str, str]:
    return {finding.pointer: finding.code for finding in error.value.findings}


@pytest.mark.parametrize(
    ("given", "place", "code"),
    [
        ({"weight": 50}, "weight", "wrong_value"),
        ({"weight": True}, "weight", "wrong_value"),
        ({"weight": None}, "weight", "wrong_value"),
        ({"assigns_automatically": 1}, "assigns_automatically", "wrong_type"),
        ({"is_required": "yes"}, "is_required", "wrong_type"),
        ({"members_needed": 0}, "members_needed", "wrong_value"),
        ({"members_needed": 101}, "members_needed", "wrong_value"),
        ({"members_needed": 1.5}, "members_needed", "wrong_value"),
        ({"role": NO_ID}, "role", "not_found"),
        ({"role": "1"}, "role", "wrong_type"),
        ({"role": True}, "role", "wrong_type"),
        ({"role": None}, "role", "missing"),
        ({"priority": 1}, "priority", "unknown_field"),
        ({"condition": 5}, "condition", "wrong_type"),
        (
            {"condition": condition(asked("person.x", "is", 1))},
            "condition/filters/0/field",
            "unknown_field",
        ),
    ],
)
def test_refuses_what_is_wrong_at_its_place_and_keeps_what_was_there(now, given, place, code):
    template = made(card("Other"), now=now)

    with pytest.raises(Invalid) as error:
        role_templates.set_roles(template, [card("Influencer"), {**card(), **given}], by=None, now=now)

    assert faults(error) == {f"/roles/1/{place}": code}
    assert template.roles.get().role.name == "Other"


@pytest.mark.parametrize(("given", "place"), [(None, "/roles"), ({}, "/roles"), ([5], "/roles/0")])
def test_refuses_what_is_no_list_of_roles(now, given, place):
    with pytest.raises(Invalid) as error:
        role_templates.create(name="A", roles=given, by=None, now=now)

    assert faults(error) == {place: "wrong_type"}


def test_a_role_is_there_once(now):
    with pytest.raises(Invalid) as error:
        made(card(), card("Other"), card(), now=now)

    assert faults(error) == {"/roles/2/role": "twice"}


def test_puts_them_in_the_place_of_all_that_were_there(now):
    template = made(card("Other", condition=CHIEFS), card("Influencer"), now=now)

    role_templates.set_roles(template, [card("Influencer", weight=20), card("Other")], by=None, now=now)

    found = template.roles.order_by("priority").values_list("role__name", "weight", "condition")
    assert list(found) == [("Influencer", 20, None), ("Other", 60, None)]


def test_a_draft_may_wait_for_its_conditions_and_name_what_is_missing(now):
    named = condition(asked("account.member_of_list", "is", "Nobody"))

    assert made(card(), card("Other", condition=named), now=now).roles.count() == 2


def test_a_condition_is_about_people_and_may_ask_about_their_account_too(now):
    both = condition(asked("person.job_title", "is", "CEO"), asked("account.industry", "is", "Banking"))

    assert made(card(condition=both), now=now).roles.get().condition == both


def test_asks_the_database_no_more_for_more_roles(now, count_queries):
    template = made(now=now)
    named = condition(asked("account.member_of_list", "is", AccountListFactory().name))
    cards = [card(name, condition=named) for name in ("Champion", "Other", "Influencer", "Practitioner")]

    def save(given: list[dict[str, Any]]) -> int:
        return count_queries(lambda: role_templates.set_roles(template, given, by=None, now=now))

    save(cards[:1])
    assert save(cards) == save(cards[:1])
