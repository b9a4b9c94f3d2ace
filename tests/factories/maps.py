"""Published journeys, straight from rows: what the engine needs, without the document and the services.

    publish_map(start(audience), wait("pause", days=2), action("raise", "change_score", score="fit", change="+5"))

A node leads to the one behind it unless `next` says otherwise (None: the journey ends there).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import factory

from accounts.models import AccountList, Audience
from actions.registry import ACTIONS
from actions.types import ActionType
from journeys.engine.version import ENGINE_VERSION
from journeys.models import Journey, MapVersion, Node, Path, Reference
from journeys.nodes.wait_settings import LONGEST
from tests.conftest import NOW
from tests.factories.accounts import LONG_AGO, AudienceFactory

FOLLOWING = "(the node behind it)"
Condition = Mapping[str, Any]


@dataclass(frozen=True)
class PathSpec:
    key: str
    next: str | None
    condition: Condition | None = None
    is_other: bool = False


@dataclass(frozen=True)
class NodeSpec:
    key: str
    kind: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    action: str = ""
    next: str | None = FOLLOWING
    paths: tuple[PathSpec, ...] = ()


class JourneyFactory(factory.django.DjangoModelFactory):
    """A draft without a map."""

    class Meta:
        model = Journey

    name = factory.Sequence(lambda n: f"Journey {n}")
    time_zone = "UTC"
    created_at = LONG_AGO
    updated_at = LONG_AGO


def start(
    who: AccountList | Audience | None = None, *, mode: str = "continuous", next: str | None = FOLLOWING
) -> NodeSpec:
    """The audience node; without `who` every account qualifies."""
    who = who or AudienceFactory()
    resource = "account_list" if isinstance(who, AccountList) else "audience"
    settings = {resource: {"id": who.pk, "name": who.name}, "mode": mode}
    return NodeSpec("start", "account_audience", settings, next=next)


def wait(key: str, *, next: str | None = FOLLOWING, **settings: Any) -> NodeSpec:
    """`days=2` (or another unit) is a duration; other settings as in the document."""
    for unit in LONGEST.keys() & settings.keys():
        settings["duration"] = {"value": settings.pop(unit), "unit": unit}
    return NodeSpec(key, "wait", settings, next=next)


def action(key: str, type: str, *, next: str | None = FOLLOWING, **settings: Any) -> NodeSpec:
    return NodeSpec(key, "take_action", settings, action=type, next=next)


def add_to_journey(key: str, target: Journey, *, next: str | None = FOLLOWING) -> NodeSpec:
    journey = {"id": target.pk, "name": target.name}
    return action(key, ActionType.ADD_ACCOUNT_TO_JOURNEY, next=next, journey=journey)


def remove_from_journey(key: str, target: Journey, *, next: str | None = FOLLOWING) -> NodeSpec:
    journey = {"id": target.pk, "name": target.name}
    return action(key, ActionType.REMOVE_ACCOUNT_FROM_JOURNEY, next=next, journey=journey)


def split(key: str, *paths: tuple[str, Condition, str | None], other: str | None = "") -> NodeSpec:
    """Paths as (key, condition, next). `other`: where *Other accounts* leads; "" for a split without it."""
    specs = [PathSpec(name, following, condition) for name, condition, following in paths]
    if other != "":
        specs.append(PathSpec("other", other, is_other=True))
    return NodeSpec(key, "split_accounts", paths=tuple(specs))


def merge(key: str, *, next: str | None = FOLLOWING) -> NodeSpec:
    return NodeSpec(key, "merge", next=next)


def condition(field: str, operator: str, *value: Any) -> Condition:
    """One filter: `condition("account.employees", "at_least", 100)`."""
    given = {"value": value[0]} if value else {}
    return {"match": "all", "filters": [{"field": field, "operator": operator, **given}]}


EVERYBODY: Condition = {"match": "all", "filters": []}


def publish_map(
    *specs: NodeSpec, journey: Journey | None = None, now: datetime = NOW, status: str = "live",
    engine: int = ENGINE_VERSION, **fields: Any,
) -> Journey:  # fmt: skip
    """A published journey with these nodes, which stand in topological order; `fields` are the journey's."""
    fields = {"ends_at": now + timedelta(days=365), **fields}
    if journey is None:
        journey = JourneyFactory(**fields)
    version = MapVersion.objects.create(journey=journey, document={}, engine=engine, published_at=now)
    _freeze(version, specs)
    mode = specs[0].settings.get("mode", "continuous")
    Journey.objects.filter(pk=journey.pk).update(
        **fields, version=version, mode=mode, published_at=now, started_at=now
    )
    # The database allows the legal transitions only, one at a time.
    for step in _steps_to(status):
        Journey.objects.filter(pk=journey.pk).update(status=step)
    return Journey.objects.get(pk=journey.pk)


def _steps_to(status: str) -> list[str]:
    return [status] if status in ("live", "scheduled") else ["live", status]


def _freeze(version: MapVersion, specs: tuple[NodeSpec, ...]) -> None:
    nodes = {spec.key: _node(version, spec, position) for position, spec in enumerate(specs)}
    for spec, follower in zip(specs, [*specs[1:], None], strict=True):
        following = follower.key if follower else None
        paths = spec.paths or (PathSpec("", following if spec.next == FOLLOWING else spec.next),)
        for position, path in enumerate(paths):
            Path.objects.create(
                node=nodes[spec.key], key=path.key, position=position, condition=path.condition,
                is_other=path.is_other, next=nodes[path.next] if path.next else None,
            )  # fmt: skip


def _node(version: MapVersion, spec: NodeSpec, position: int) -> Node:
    on = ACTIONS[spec.action].on if spec.action else ""
    node = Node.objects.create(
        version=version, key=spec.key, kind=spec.kind, on=on, action=spec.action,
        settings=dict(spec.settings), position=position,
    )  # fmt: skip
    if spec.action in (ActionType.ADD_ACCOUNT_TO_JOURNEY, ActionType.REMOVE_ACCOUNT_FROM_JOURNEY):
        adds = spec.action == ActionType.ADD_ACCOUNT_TO_JOURNEY
        target = spec.settings["journey"]["id"]
        Reference.objects.create(version=version, node=node, target_journey_id=target, adds=adds)
    return node
