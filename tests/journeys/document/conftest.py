from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

LARGE = {"match": "all", "filters": [{"field": "account.employees", "operator": "at_least", "value": 10000}]}

MAP: list[dict[str, Any]] = [
    {"key": "start", "kind": "account_audience", "settings": {"account_list": "Enterprise"}, "next": "size"},
    {
        "key": "size",
        "kind": "split_accounts",
        "paths": [
            {"key": "large", "label": "Large", "condition": LARGE, "next": "tell"},
            {"key": "rest", "label": "Other accounts", "other": True, "next": "pause"},
        ],
    },
    {
        "key": "tell",
        "kind": "take_action",
        "on": "accounts",
        "action": "account_interesting_moment",
        "settings": {"type": "milestone", "description": "Large"},
        "next": "join",
    },
    {"key": "pause", "kind": "wait", "settings": {"duration": {"value": 5, "unit": "days"}}, "next": "join"},
    {"key": "join", "kind": "merge", "next": "raise"},
    {
        "key": "raise",
        "kind": "take_action",
        "on": "people",
        "action": "change_score",
        "settings": {"score": "fit", "change": "+5"},
        "next": None,
    },
]
"""Every kind that exists; it needs a live list “Enterprise” and a score “fit”."""

START, SIZE, TELL, PAUSE, JOIN, RAISE = range(6)


@pytest.fixture
def nodes() -> list[dict[str, Any]]:
    """A map in which nothing is wrong, to spoil."""
    return deepcopy(MAP)


@pytest.fixture
def put() -> Callable[..., list[dict[str, Any]]]:
    """Put a value at a place of some nodes."""

    def change(nodes: list[dict[str, Any]], *at: Any, value: Any) -> list[dict[str, Any]]:
        holder: Any = nodes
        for step in at[:-1]:
            holder = holder[step]
        holder[at[-1]] = value
        return nodes

    return change
