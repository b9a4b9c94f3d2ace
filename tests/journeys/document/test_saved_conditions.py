from __future__ import annotations

from typing import Any

import pytest
from pytest_django import Settings

from accounts.conditions import users
from accounts.errors import Conflict
from accounts.services import attributes
from journeys.document.saved_conditions import of_journeys
from journeys.models import Draft, Journey
from tests.conftest import NOW
from tests.factories import CustomAttributeFactory
from tests.factories.journeys import JourneyFactory
from tests.factories.maps import NodeSpec, condition, publish_map, split, start

pytestmark = pytest.mark.django_db
GOLD = condition("account.custom.tier", "is", "gold")


@pytest.fixture
def draft() -> Journey:
    """A draft that asks for the tier, at its second node."""
    ways = [{"key": "gold", "condition": GOLD, "next": None}, {"key": "rest", "other": True, "next": None}]
    nodes = [
        {"key": "start", "kind": "account_audience", "settings": {}, "next": "which"},
        {"key": "which", "kind": "split_accounts", "paths": ways},
    ]
    found: Journey = JourneyFactory(name="Welcome", nodes=nodes)
    return found


def published(status: str, name: str = "Welcome") -> Journey:
    return publish_map(start(), split("which", ("gold", GOLD, None)), status=status, name=name)


def test_a_draft_asks(draft: Journey):
    assert list(of_journeys()) == [("journey Welcome", {"account.custom.tier"})]


@pytest.mark.parametrize(
    ("status", "asks"),
    [("scheduled", True), ("live", True), ("closed", True), ("aborted", False), ("finished", False)],
)
def test_a_published_journey_asks_until_it_ends(status: str, asks: bool):
    published(status)

    assert [name for name, _ in of_journeys()] == ["journey Welcome"] * asks


def test_nobody_asks_who_has_been_deleted(draft: Journey):
    published("live", "Another")
    Journey.objects.update(deleted_at=NOW)

    assert list(of_journeys()) == []


ACTIONS: dict[str, tuple[str, dict[str, Any], set[str]]] = {
    "an attribute to set": (
        "account_change_data_value", {"attribute": "account.custom.tier", "value": "gold"}, {"account.custom.tier"}
    ),
    "a score to change": ("change_score", {"score": "fit", "change": "+5"}, {"person.score.fit"}),
    "tokens of a text": (
        "person_interesting_moment",
        {"type": "web", "description": '{{ person.city }} and {{ account.custom.tier | default: "none" }}'},
        {"person.city", "account.custom.tier"},
    ),
    "a list, which is no field": ("add_to_account_list", {"account_list": {"id": 5, "name": "Base"}}, set()),
    "nothing yet": ("change_score", {}, set()),
}  # fmt: skip


@pytest.mark.parametrize("name", ACTIONS)
def test_actions_ask_in_drafts_and_while_they_are_published(name: str):
    type, settings, fields = ACTIONS[name]
    do = {"key": "do", "kind": "take_action", "on": "people", "action": type, "settings": settings}
    JourneyFactory(name="Draft", nodes=[{"key": "start", "kind": "account_audience", "next": "do"}, do])
    step = NodeSpec("do", "take_action", settings, action=type)
    publish_map(start(), step, name="Live")
    publish_map(start(), step, name="Over", status="aborted")

    found = {name: set(asked) for name, asked in of_journeys()}

    assert found == {"journey Draft": fields, "journey Live": fields}


def test_an_attribute_that_is_asked_for_stays_as_it_is(draft: Journey):
    tier = CustomAttributeFactory(name="tier", label="Tier")

    for act in (
        lambda: attributes.delete(tier.pk, by=None),
        lambda: attributes.edit(tier.pk, managed=False, updatable=False, by=None),
    ):
        with pytest.raises(Conflict) as error:
            act()
        assert (error.value.code, error.value.message) == ("in_use", "“Tier” is used by journey Welcome.")


def set_tier(attribute: str = "account.custom.tier") -> dict[str, Any]:
    settings = {"attribute": attribute, "value": "gold"}
    return {"key": "do", "kind": "take_action", "on": "accounts", "action": "account_change_data_value",
            "settings": settings}  # fmt: skip


@pytest.mark.parametrize("status", ["draft", "scheduled", "live", "closed"])
def test_an_attribute_that_is_written_stays_updatable(status: str):
    tier = CustomAttributeFactory(name="tier", label="Tier")
    if status == "draft":
        JourneyFactory(
            name="Welcome", nodes=[{"key": "start", "kind": "account_audience", "next": "do"}, set_tier()]
        )
    else:
        step = NodeSpec("do", "take_action", set_tier()["settings"], action="account_change_data_value")
        publish_map(start(), step, status=status, name="Welcome")

    with pytest.raises(Conflict) as error:
        attributes.edit(tier.pk, updatable=False, by=None)

    assert (error.value.code, error.value.message) == ("in_use", "“Tier” is used by journey Welcome.")
    assert attributes.edit(tier.pk, label="Level", updatable=True, by=None).updatable


def test_one_that_is_only_read_or_written_by_what_has_ended_does_not(draft: Journey):
    tier = CustomAttributeFactory(name="tier", label="Tier")
    step = NodeSpec("do", "take_action", set_tier()["settings"], action="account_change_data_value")
    told = {"type": "web", "description": "{{ account.custom.tier }}"}
    publish_map(start(), step, status="aborted", name="Over")
    publish_map(
        start(), NodeSpec("do", "take_action", told, action="account_interesting_moment"), name="Tells"
    )

    assert not attributes.edit(tier.pk, updatable=False, by=None).updatable
    assert not attributes.edit(tier.pk, updatable=False, by=None).updatable


def test_a_draft_holds_no_list(draft: Journey, settings: Settings):
    """A published journey holds on to what it refers to, a draft does not (spec 3.2)."""
    on_it: Any = condition("account.member_of_list", "is", [{"id": 5, "name": "Base"}])
    Draft.objects.update(nodes=[
        {"key": "s", "kind": "split_accounts", "paths": [{"key": "a", "condition": on_it}]}
    ])  # fmt: skip

    assert users.naming("account_list", 5) == []
    assert users.asking("account.member_of_list") == ["journey Welcome"]
