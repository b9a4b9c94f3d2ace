"""Before something is deleted that drafts name, the question says how many of them will have a problem, and which."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AccountList, Audience
from buying_groups.models import Persona, Role, SolutionInterest, StageModel
from journeys.models import Journey
from tests.factories import AccountListFactory, JourneyFactory
from tests.factories.admin import client as root
from tests.factories.journeys import in_status
from tests.journeys.services.test_naming import NAMING, _world, row_of, starting

__all__ = ["_world", "root"]
pytestmark = pytest.mark.django_db
PAGES: dict[str, type[Any]] = {
    "account_list": AccountList, "audience": Audience, "solution_interest": SolutionInterest,
    "buying_group_role": Role, "buying_group_stage": StageModel,
}  # fmt: skip


def question(client: Client, model: type[Any], row: Any) -> str:
    url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_delete", args=[row.pk])
    return " ".join(client.get(url).content.decode().split())


@pytest.mark.parametrize("case", NAMING)
def test_each_question_counts_the_drafts_and_names_them(root: Client, case: str):
    nodes, resource, name = NAMING[case]
    row = row_of(resource, name)
    row = row.model if resource == "buying_group_stage" else row
    assert "will have a problem" not in question(root, PAGES[resource], row)
    JourneyFactory(name="Welcome", nodes=nodes())

    asked = question(root, PAGES[resource], row)

    assert "1 draft of a journey names what goes, and will have a problem: “Welcome”." in asked


def test_of_many_drafts_some_are_named(root: Client):
    fair = row_of("account_list", "Fair")
    for n in range(7):
        JourneyFactory(name=f"J{n}", nodes=starting(account_list="Fair"))

    asked = question(root, AccountList, fair)

    assert (
        "7 drafts of journeys name what goes, and will have a problem: “J0”, “J1”, “J2”, “J3”, “J4” and 2 more."
        in asked
    )


def test_what_is_in_use_is_only_said_to_be(root: Client, now: Any):
    """It stays, so no draft will have a problem."""
    crm = row_of("solution_interest", "CRM")
    nodes = NAMING["interest of an action"][0]
    in_status("live", now=now, nodes=nodes())
    JourneyFactory(name="Welcome", nodes=nodes())

    asked = question(root, SolutionInterest, crm)

    assert "in use" in asked
    assert "will have a problem" not in asked


def test_several_at_once_count_each_draft_once(root: Client):
    fair, expo = row_of("account_list", "Fair"), AccountListFactory(name="Expo")
    act = {**NAMING["list of an action"][0]()[1], "next": None}
    both = [{**starting(account_list="Expo")[0], "next": "act"}, act]
    JourneyFactory(name="Both", nodes=both)
    JourneyFactory(name="One", nodes=starting(account_list="Expo"))

    url = reverse("admin:accounts_accountlist_delete_selected")
    page = root.get(url, {"ids": f"{fair.pk},{expo.pk}"}).content.decode()

    assert "2 drafts of journeys name what goes, and will have a problem: “Both”, “One”." in page


def test_several_audiences_too(root: Client):
    JourneyFactory(name="One", nodes=starting(audience="Banks"))

    url = reverse("admin:accounts_audience_delete_selected")
    page = root.get(url, {"ids": row_of("audience", "Banks").pk}).content.decode()

    assert "1 draft of a journey names what goes" in page


def test_what_no_journey_can_name_asks_as_before(root: Client):
    persona = Persona.objects.earliest("pk")

    assert "will have a problem" not in question(root, Persona, persona)
    assert not Journey.objects.exists()
