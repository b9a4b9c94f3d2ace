"""Journeys: the plan (journey, map), and what happens (entry, visit, counter)."""

from __future__ import annotations

from journeys.models.counter import Counter, CounterDelta, What
from journeys.models.engine import Batch, EngineState, NodeTrouble
from journeys.models.entry import Entry, EntryFailure, Visit
from journeys.models.graph import Draft, DraftRevision, DraftTarget, MapVersion, Node, Path, Reference
from journeys.models.history import HistoryRecord
from journeys.models.journey import Journey

__all__ = [
    "Batch",
    "Counter",
    "CounterDelta",
    "Draft",
    "DraftRevision",
    "DraftTarget",
    "EngineState",
    "Entry",
    "EntryFailure",
    "HistoryRecord",
    "Journey",
    "MapVersion",
    "Node",
    "NodeTrouble",
    "Path",
    "Reference",
    "Visit",
    "What",
]
