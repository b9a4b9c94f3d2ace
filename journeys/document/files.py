"""A whole journey as a file, both ways."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from accounts.findings import Invalid
from journeys.document import check, references
from journeys.document.canonical import canonical_nodes, to_json, to_yaml
from journeys.document.fields import columns, fields_of
from journeys.document.parse import parse
from journeys.document.shape import FORMAT, check_file
from journeys.models import Journey

WRITERS = {"yaml": to_yaml, "json": to_json}


@dataclass(frozen=True)
class File:
    """A journey that was read: columns of `Journey`, and its nodes with their references pinned.

    A reference to itself is pinned to `references.OWN`.
    """

    columns: Mapping[str, Any]
    nodes: list[dict[str, Any]]


def map_of(journey: Journey) -> list[dict[str, Any]]:
    """The nodes as clients see them: in canonical order, references by the names of now."""
    return canonical_nodes(references.unpin(journey.draft.nodes))


def document_of(journey: Journey) -> dict[str, Any]:
    """The journey as a document."""
    return {"format": FORMAT, **fields_of(journey), "nodes": map_of(journey)}


def export_journey(journey: Journey, *, format: str = "yaml") -> bytes:
    """The journey as a file; `format` is "yaml" or "json"."""
    return WRITERS[format](document_of(journey))


def read_file(source: str | bytes, *, name: str | None = None) -> File:
    """What a file says; `name` takes the place of the one in it.

    :raises Invalid: with all that spec 1.5 refuses, each with its place in the document
    """
    return read_document(parse(source), name=name)


def read_document(document: Any, *, name: str | None = None) -> File:
    """The same from a document that has been read already."""
    own_name = document.get("name") if isinstance(document, Mapping) else None
    own_name = own_name if isinstance(own_name, str) else ""
    if isinstance(document, Mapping) and name is not None:
        document = {**document, "name": name}
    found = list(check_file(document))
    if not isinstance(document, Mapping):
        raise Invalid(found)
    nodes = document.get("nodes", [])
    of_map = check.check_given(nodes, own_name=own_name)
    found += [finding.under("nodes") for finding in check.as_in_file(of_map)]
    if refused := [finding for finding in found if finding.refused]:
        raise Invalid(refused)
    return File(columns(document), references.pin(canonical_nodes(nodes), own_name=own_name))
