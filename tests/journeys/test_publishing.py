from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db.models import ProtectedError

from accounts.models import AccountList, PersonScore
from journeys import rounds
from journeys.document.files import map_of
from journeys.engine import maps
from journeys.engine.version import ENGINE_VERSION
from journeys.engine.worker import Worker
from journeys.models import Entry, HistoryRecord, Journey, Path, Reference
from journeys.services import abort, import_document
from tests.factories import (
    AccountFactory,
    AccountListFactory,
    JourneyFactory,
    PersonFactory,
    ScoreFactory,
    SolutionInterestFactory,
)
from tests.factories.journeys import in_status, publish, simple_map
from tests.factories.stages import StageModelFactory, stage

COMMAND = HistoryRecord.Interface.COMMAND
LARGE = {"match": "all", "filters": [{"field": "account.employees", "operator": "at_least", "value": 10000}]}
BLOCKED = {
    "match": "all",
    "filters": [{"field": "account.member_of_list", "operator": "is", "value": ["Blocked"]}],
}

pytestmark = pytest.mark.django_db


@pytest.fixture
def published(now: datetime) -> Journey:
    """Every kind that exists, its nodes written down from the last to the first."""
    AccountListFactory(name="Enterprise")
    AccountListFactory(name="Blocked")
    ScoreFactory(name="fit")
    target = in_status(Journey.Status.LIVE, now=now, name="Target")
    add = {"on": "accounts", "action": "add_account_to_journey", "settings": {"journey": target.name}}
    nodes: list[dict[str, Any]] = [
        {
            "key": "start",
            "kind": "account_audience",
            "settings": {"account_list": "enterprise"},
            "next": "size",
        },
        {
            "key": "size",
            "kind": "split_accounts",
            "label": "How large?",
            "paths": [
                {"key": "blocked", "label": "Blocked", "condition": BLOCKED, "next": None},
                {"key": "large", "label": "Large", "condition": LARGE, "next": "add"},
                {"key": "rest", "other": True, "next": "pause"},
            ],
        },
        {"key": "add", "kind": "take_action", **add, "next": "join"},
        {
            "key": "pause",
            "kind": "wait",
            "settings": {"duration": {"value": 5, "unit": "days"}},
            "next": "join",
        },
        {"key": "join", "kind": "merge", "next": "raise"},
        {
            "key": "raise",
            "kind": "take_action",
            "on": "people",
            "action": "change_score",
            "settings": {"score": "fit", "change": "+5"},
        },
    ]
    return publish(JourneyFactory(name="Whole", nodes=list(reversed(nodes))), now=now)


class TestNodes:
    def test_stand_in_topological_order_from_the_start(self, published: Journey) -> None:
        position = {node.key: node.position for node in published.version.nodes.all()}

        assert sorted(position.values()) == list(range(6))
        assert position["start"] == 0
        assert all(
            path.node.position < path.next.position
            for path in Path.objects.exclude(next=None).select_related("node", "next")
        )

    def test_hold_ids_beside_names(self, published: Journey) -> None:
        enterprise = AccountList.objects.get(name="Enterprise")

        start = published.version.nodes.get(key="start")

        assert start.settings == {
            "account_list": {"id": enterprise.pk, "name": "Enterprise"},
            "mode": "continuous",
        }

    def test_say_what_the_engine_needs(self, published: Journey) -> None:
        frozen = maps.load(published.version_id)

        assert frozen.start.key == "start"
        assert frozen.adds_to == {Journey.objects.get(name="Target").pk}
        assert frozen.writes_people
        assert [len(node.paths) for node in frozen.nodes if node.kind != "split_accounts"] == [1] * 5


class TestPaths:
    def test_of_a_split_keep_their_order_and_what_they_ask(self, published: Journey) -> None:
        blocked, large, rest = Path.objects.filter(
            node__key="size", node__version=published.version
        ).order_by("position")

        pinned = {"id": AccountList.objects.get(name="Blocked").pk, "name": "Blocked"}
        assert blocked.condition["filters"][0]["value"] == [pinned]
        assert (blocked.next, large.next.key, rest.next.key) == (None, "add", "pause")
        assert (large.label, large.is_other, rest.is_other, rest.condition) == ("Large", False, True, None)

    def test_a_plain_next_is_one_path_also_at_the_end(self, published: Journey) -> None:
        (last,) = Path.objects.filter(node__key="raise", node__version=published.version)

        assert (last.key, last.next) == ("", None)


class TestVersion:
    def test_keeps_the_document_and_the_stamp(self, published: Journey) -> None:
        version = published.version

        assert (version.number, version.engine, published.mode) == (1, ENGINE_VERSION, "continuous")
        assert version.document["name"] == "Whole"
        assert version.document["nodes"][-1]["settings"] == {"account_list": "Enterprise"}

    def test_its_document_can_be_imported(self, published: Journey, now: datetime) -> None:
        document = published.version.document

        copy = import_document(document, by=None, now=now, interface=COMMAND, name="Again")

        assert map_of(copy) == map_of(published)

    def test_once(self, now: datetime) -> None:
        nodes = simple_map(AccountListFactory().name)
        nodes[0]["settings"]["mode"] = "once"

        assert publish(JourneyFactory(nodes=nodes), now=now).mode == "once"


class TestReferences:
    def test_hold_the_lists_until_the_journey_ends(self, published: Journey, now: datetime) -> None:
        held = Reference.objects.filter(version=published.version)
        assert sorted(held.exclude(account_list=None).values_list("account_list__name", "node__key")) == [
            ("Blocked", "size"), ("Enterprise", "start"),
        ]  # fmt: skip
        to = held.exclude(target_journey=None).get()
        assert (to.adds, to.node.key, to.target_name) == (True, "add", to.target_journey.name)
        with pytest.raises(ProtectedError):
            AccountList.objects.get(name="Blocked").delete()

        abort(published, by=None, now=now, interface=COMMAND)

        AccountList.objects.get(name="Blocked").delete()

    def test_hold_solution_interests_roles_and_stages(self, now: datetime) -> None:
        interest = SolutionInterestFactory(name="CRM", stage_model=StageModelFactory())
        assign = {"solution_interest": "CRM", "role": "Decision Maker"}
        move = {"solution_interest": "CRM", "stage": "Awareness"}
        steps = [
            ("people", "assign_to_buying_group", assign),
            ("accounts", "update_buying_group_stage", move),
        ]
        nodes = [
            simple_map(AccountListFactory().name)[0] | {"next": "n0"},
            *(
                {"key": f"n{i}", "kind": "take_action", "on": on, "action": action, "settings": given}
                | {"next": "n1" if i == 0 else None}
                for i, (on, action, given) in enumerate(steps)
            ),
        ]
        journey = publish(JourneyFactory(nodes=nodes), now=now)

        held = Reference.objects.filter(version=journey.version, account_list=None).order_by("pk")
        assert {(one.node.key, str(thing)) for one in held for thing in what(one) if thing} == {
            ("n0", "CRM"), ("n0", "Decision Maker"), ("n1", "CRM"), ("n1", "Awareness"),
        }  # fmt: skip
        for thing in (interest, stage("Awareness")):
            with pytest.raises(ProtectedError):
                thing.delete()

        abort(journey, by=None, now=now, interface=COMMAND)

        interest.delete()


def what(held: Reference) -> tuple[object, ...]:
    return held.solution_interest, held.buying_group_role, held.buying_group_stage


def test_the_engine_walks_what_was_published(now: datetime) -> None:
    """From the document to the end: one by the split and an action, one by a wait, both by the merge."""
    large, small = AccountFactory(employees=20000), AccountFactory(employees=5, time_zone="America/New_York")
    person = PersonFactory(accounts=[large, small])
    fit = ScoreFactory(name="fit")
    members = AccountListFactory(members=[large, small])
    window = {"must_end_on": {"time": "09:00", "time_zone": "account"}}
    action = {"on": "people", "action": "change_score", "settings": {"score": "fit", "change": "+5"}}
    moment = {"on": "accounts", "action": "account_interesting_moment", "settings": {"type": "web"}}
    paths = [
        {"key": "large", "label": "Large", "condition": LARGE, "next": "tell"},
        {"key": "rest", "other": True, "next": "pause"},
    ]
    nodes: list[dict[str, Any]] = [
        simple_map(members.name)[0] | {"next": "size"},
        {"key": "size", "kind": "split_accounts", "paths": paths},
        {"key": "tell", "kind": "take_action", **moment, "next": "join"},
        {"key": "pause", "kind": "wait", "settings": window, "next": "join"},
        {"key": "join", "kind": "merge", "next": "raise"},
        {"key": "raise", "kind": "take_action", **action, "next": None},
    ]
    journey = publish(JourneyFactory(nodes=nodes), now=now)
    at = [now]
    worker = Worker(clock=lambda: at[0])

    rounds.go_round(worker)
    assert ends(journey) == {large.pk: now, small.pk: None}
    at[0] = datetime(2027, 3, 1, 14, tzinfo=UTC)  # nine o'clock in New York
    rounds.go_round(worker)

    assert ends(journey) == {large.pk: now, small.pk: at[0]}
    assert PersonScore.objects.get(person=person, score=fit).value == 10
    at[0] = journey.ends_at
    rounds.go_round(worker)
    assert Journey.objects.get(pk=journey.pk).status == "finished"


def ends(journey: Journey) -> dict[int, datetime | None]:
    return dict(Entry.objects.filter(journey=journey).values_list("account_id", "ended_at"))
