"""Journeys out of files and into files (spec 1.10)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.errors import User, require
from accounts.findings import Invalid
from journeys.document import files
from journeys.document.parse import parse
from journeys.models import Journey
from journeys.services.drafts import insert
from journeys.services.opening import record, taken


def import_journey(
    source: str | bytes, *, by: User, now: datetime, interface: str, name: str | None = None
) -> Journey:
    """A draft from a file (YAML or JSON); `name` takes the place of the one in it.

    :raises Invalid: with everything that spec 1.5 refuses, each with its place in the document
    """
    require(by, "journeys.add_journey")
    return import_document(parse(source), by=by, now=now, interface=interface, name=name)


@transaction.atomic
def import_document(
    document: Any, *, by: User, now: datetime, interface: str, name: str | None = None
) -> Journey:
    """The same from a document that has been read already."""
    require(by, "journeys.add_journey")
    file = _read(document, name)
    journey = insert(file.columns, file.nodes, by=by, now=now)
    record(journey, "imported", by=by, now=now, interface=interface)
    return journey


def _read(document: Any, name: str | None) -> files.File:
    """What the document says; a name that is taken is among the findings."""
    given = name if name is not None else document.get("name") if isinstance(document, dict) else None
    known = taken(given) if isinstance(given, str) else None
    found = [known] if known else []
    try:
        file = files.read_document(document, name=name)
    except Invalid as error:
        raise Invalid([*found, *error.findings]) from error
    if found:
        raise Invalid(found)
    return file


def export(journey: Journey, *, by: User, format: str = "yaml") -> bytes:
    """The journey as a file, with the names of now; `format` is "yaml" or "json"."""
    require(by, "journeys.export_journey")
    return files.export_journey(
        Journey.objects.present().select_related("draft").get(pk=journey.pk), format=format
    )
