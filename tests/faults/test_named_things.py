"""A journey is published while somebody deletes what it names: the deletion is refused, or the publish is.

Both orders, each with the one behind waiting for the one in front: never is a journey live that names what is gone.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import models, transaction

from accounts.errors import Conflict
from accounts.services import attributes, audiences, lists, scores
from buying_groups.services import creation, roles, solution_interests
from journeys import services
from journeys.models import Journey
from journeys.services.lifecycle import CannotPublish
from tests.conftest import NOW
from tests.factories import (
    AccountListFactory,
    AudienceFactory,
    CustomAttributeFactory,
    JourneyFactory,
    ScoreFactory,
    SolutionInterestFactory,
)
from tests.factories.maps import condition
from tests.faults.acts import said
from tests.faults.threads import Gate, Together, held, somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)

Made = tuple[models.Model, list[dict[str, Any]]]
"""A thing, and the nodes of a map that names it."""


def asking(asked: Any) -> list[dict[str, Any]]:
    """A map that splits by a condition on accounts."""
    some = {"key": "some", "label": "Some", "condition": asked, "next": None}
    ways = [some, {"key": "rest", "other": True, "next": None}]
    return [
        {"key": "start", "kind": "account_audience", "settings": {"audience": AudienceFactory().name}, "next": "which"},
        {"key": "which", "kind": "split_accounts", "paths": ways},
    ]  # fmt: skip


def doing(action: str, on: str, **settings: Any) -> list[dict[str, Any]]:
    """A map with one action."""
    return [
        {"key": "start", "kind": "account_audience", "settings": {"audience": AudienceFactory().name}, "next": "do"},
        {"key": "do", "kind": "take_action", "on": on, "action": action, "settings": settings, "next": None},
    ]  # fmt: skip


def of_group(asked: Any) -> Any:
    return condition("account.matched_buying_group", "has", asked)


def attribute_in_condition() -> Made:
    return CustomAttributeFactory(name="tier"), asking(condition("account.custom.tier", "is", "gold"))


def attribute_in_action() -> Made:
    set_to = {"attribute": "account.custom.tier", "value": "gold"}
    made = CustomAttributeFactory(name="tier", updatable=True)
    return made, doing("account_change_data_value", "accounts", **set_to)


def score_in_action() -> Made:
    return ScoreFactory(name="fit"), doing("change_score", "people", score="fit", change="+5")


def list_in_condition() -> Made:
    made = AccountListFactory(name="Base")
    return made, asking(condition("account.member_of_list", "is", ["Base"]))


def list_in_action() -> Made:
    made = AccountListFactory(name="Base")
    return made, doing("add_to_account_list", "accounts", account_list="Base")


def audience_at_start() -> Made:
    made = AudienceFactory(name="Large")
    return made, [{"key": "s", "kind": "account_audience", "settings": {"audience": "Large"}, "next": None}]


def interest_in_condition() -> Made:
    return SolutionInterestFactory(name="CRM"), asking(
        of_group(condition("solution_interest", "is", ["CRM"]))
    )


def role_in_condition() -> Made:
    made = roles.create(name="Sponsor", by=None, now=NOW)
    asked = {"field": "people_in_role", "operator": "at_least", "value": 1, "role": "Sponsor"}
    return made, asking(of_group({"match": "all", "filters": [asked]}))


THINGS: dict[str, tuple[Callable[[], Made], Callable[[Any], object]]] = {
    "an attribute that a condition names": (
        attribute_in_condition, lambda row: attributes.delete(row.pk, by=None)
    ),
    "an attribute that is not managed any more": (
        attribute_in_condition, lambda row: attributes.edit(row.pk, managed=False, updatable=False, by=None)
    ),
    "an attribute that an action sets": (
        attribute_in_action, lambda row: attributes.delete(row.pk, by=None)
    ),
    "a score that an action changes": (score_in_action, lambda row: scores.delete(row.pk, by=None)),
    "a list that a condition names": (list_in_condition, lambda row: lists.delete(row, by=None)),
    "a list that an action fills": (list_in_action, lambda row: lists.delete(row, by=None)),
    "the audience": (audience_at_start, lambda row: audiences.delete(row, by=None)),
    "a solution interest": (interest_in_condition, lambda row: solution_interests.delete(row, by=None)),
    "a role": (role_in_condition, lambda row: roles.delete(row, by=None)),
}  # fmt: skip


def outcome(act: Callable[[], object], before_commit: Callable[[], None] = lambda: None) -> object:
    """What the act returns, or how it is refused."""
    try:
        with transaction.atomic():
            done = act()
            before_commit()
    except (CannotPublish, Conflict) as refused:
        return refused
    return done


def one_behind_the_other(
    first: Callable[[], object], second: Callable[[], object], between: Callable[[], object] = lambda: None
) -> list[Any]:
    """The second begins when the first has done all but commit; what came of each."""
    gate = Gate()
    with Together() as threads:
        ahead = threads.start(outcome, first, gate)
        with held(gate):
            between()
            behind = threads.start(outcome, second)
            somebody_waits()
            assert not behind.done()
    return [ahead.result(), behind.result()]


@pytest.fixture(params=THINGS)
def acts(request: pytest.FixtureRequest) -> dict[str, Callable[[], object]]:
    make, delete = THINGS[request.param]
    thing, nodes = make()
    draft = JourneyFactory(name="Welcome", nodes=[])
    return {
        # Drafts hold on to some of it as well: whoever deletes first has to be there before the draft.
        "save": lambda: services.save_map(draft, nodes=nodes, **said()),
        "publish": lambda: services.publish(draft, end=NOW + timedelta(days=9), **said()),
        "delete": lambda: delete(thing),
    }


def test_a_deletion_behind_the_publish_is_refused(acts: dict[str, Callable[[], object]]) -> None:
    acts["save"]()
    published, deleted = one_behind_the_other(acts["publish"], acts["delete"])
    assert isinstance(published, Journey)
    assert isinstance(deleted, Conflict)
    assert (deleted.code, "Welcome" in deleted.message) == ("in_use", True)
    assert Journey.objects.get().status == "live"


def test_a_publish_behind_the_deletion_finds_what_is_missing(acts: dict[str, Callable[[], object]]) -> None:
    deleted, published = one_behind_the_other(acts["delete"], acts["publish"], between=acts["save"])
    assert not isinstance(deleted, Exception)
    assert isinstance(published, CannotPublish)
    assert Journey.objects.get().status == "draft"


class TestCreationJobs:
    """A job holds on to its audience or list from when it is made."""

    @pytest.fixture(params=["audience", "account_list"])
    def acts(self, request: pytest.FixtureRequest) -> dict[str, Callable[[], object]]:
        made = {"audience": AudienceFactory, "account_list": AccountListFactory}[request.param]()
        delete: Callable[..., None] = {"audience": audiences.delete, "account_list": lists.delete}[
            request.param
        ]
        interest = SolutionInterestFactory()
        return {
            "create": lambda: creation.create(interest, **{request.param: made}, by=None, now=NOW),
            "delete": lambda: delete(made, by=None),
        }

    def test_a_deletion_behind_is_refused(self, acts: dict[str, Callable[[], object]]) -> None:
        _, deleted = one_behind_the_other(acts["create"], acts["delete"])
        assert isinstance(deleted, Conflict)
        assert deleted.code == "in_use"

    def test_a_deletion_in_front_refuses_the_job(self, acts: dict[str, Callable[[], object]]) -> None:
        _, created = one_behind_the_other(acts["delete"], acts["create"])
        assert isinstance(created, Conflict)
        assert created.code == "gone"
