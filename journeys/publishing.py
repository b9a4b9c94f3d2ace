"""The draft is compiled into the frozen rows that the engine walks (docs/engine.md, Versions)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from accounts.references import id_of, name_of
from accounts.values import tidy
from actions.types import ActionType
from journeys.document import references
from journeys.document.files import document_of
from journeys.document.graph import topological, ways_out
from journeys.engine.version import ENGINE_VERSION
from journeys.models import Draft, DraftTarget, Journey, MapVersion, Node, Path, Reference
from journeys.nodes.registry import KINDS

COLUMNS = {
    "account_list": "account_list_id",
    "audience": "audience_id",
    "solution_interest": "solution_interest_id",
    "buying_group_role": "buying_group_role_id",
    "buying_group_stage": "buying_group_stage_id",
    "journey": "target_journey_id",
}
"""What a published map holds on to, by the resource that is referred to."""

LONGEST_NAME = DraftTarget._meta.get_field("name").max_length or 0

Document = Mapping[str, Any]


def compile_draft(journey: Journey, *, now: datetime) -> MapVersion:
    """Freeze a draft without problems as the journey's version: a handful of statements, however many nodes.

    Sets `journey.version` and `journey.mode`; the caller saves them.
    """
    documents = topological(references.pin(journey.draft.nodes))
    version = MapVersion.objects.create(
        journey=journey, number=1, document=document_of(journey), engine=ENGINE_VERSION, published_at=now
    )
    nodes = Node.objects.bulk_create(_node(version, i, document) for i, document in enumerate(documents))
    by_key = {node.key: node for node in nodes}
    ways = [
        path
        for node, document in zip(nodes, documents, strict=True)
        for path in _paths(node, document, by_key)
    ]
    Path.objects.bulk_create(ways)
    held = zip(nodes, references.collect_by_node(documents), strict=True)
    Reference.objects.bulk_create(
        reference for node, found in held for reference in _references(version, node, found)
    )
    journey.version = version
    journey.mode = nodes[0].settings["mode"]
    return version


def _node(version: MapVersion, position: int, document: Document) -> Node:
    return Node(
        version=version, key=document["key"], kind=document["kind"], on=document.get("on") or "",
        action=document.get("action") or "", label=document.get("label") or "",
        settings=KINDS[document["kind"]].prepare(document), position=position,
    )  # fmt: skip


def _paths(node: Node, document: Document, by_key: Mapping[str, Node]) -> Iterator[Path]:
    """One row a way out; a node without `paths` has exactly one, whose key is empty."""
    for position, (holder, _) in enumerate(ways_out(document)):
        is_path = holder is not document
        yield Path(
            node=node, position=position, key=holder["key"] if is_path else "",
            label=(holder.get("label") or "") if is_path else "", condition=holder.get("condition"),
            percentage=holder.get("percentage"), is_other=bool(holder.get("other")),
            next=by_key[holder["next"]] if holder.get("next") else None,
        )  # fmt: skip


def _references(
    version: MapVersion, node: Node, found: Sequence[references.Reference]
) -> Iterator[Reference]:
    held = {
        (COLUMNS[resource], id_, name_of(value) if resource == "journey" else "")
        for resource, value in found
        if resource in COLUMNS and (id_ := id_of(value))
    }
    adds = node.action == ActionType.ADD_ACCOUNT_TO_JOURNEY
    for column, id_, target_name in sorted(held):
        yield Reference(
            version=version,
            node=node,
            adds=adds and column == COLUMNS["journey"],
            target_name=target_name,
            **{column: id_},
        )


def note_targets(draft: Draft) -> None:
    """Keep what the draft's pinned nodes name, in settings and conditions, instead of what they named before."""
    named = {
        (resource, id_of(value), tidy(name_of(value)))
        for resource, value in references.collect(draft.nodes)
        if value
    }
    # A longer name is that of nothing.
    named = {one for one in named if len(one[2]) <= LONGEST_NAME}
    known = DraftTarget.objects.filter(draft=draft)
    columns = ("resource", "target", "name", "pk")
    before = {(resource, id_, name): pk for resource, id_, name, pk in known.values_list(*columns)}
    if gone := [pk for one, pk in before.items() if one not in named]:
        known.filter(pk__in=gone).delete()
    DraftTarget.objects.bulk_create(
        DraftTarget(draft=draft, resource=resource, target=id_, name=name)
        for resource, id_, name in sorted(named - before.keys(), key=str)
    )
