"""Maps as clients send them."""

from __future__ import annotations

from typing import Any

WAIT: dict[str, Any] = {
    "key": "pause",
    "kind": "wait",
    "settings": {"duration": {"value": 1, "unit": "days"}},
    "next": None,
}


def start(account_list: str = "Enterprise", next: str | None = "pause") -> dict[str, Any]:
    return {
        "key": "start",
        "kind": "account_audience",
        "settings": {"account_list": account_list},
        "next": next,
    }


def wait(key: str, next: str | None = None, **settings: Any) -> dict[str, Any]:
    given = settings or {"duration": {"value": 1, "unit": "days"}}
    return {"key": key, "kind": "wait", "settings": given, "next": next}


def split(key: str, *paths: dict[str, Any]) -> dict[str, Any]:
    return {"key": key, "kind": "split_accounts", "paths": list(paths)}


def path(key: str, next: str | None = None, field: str = "account.industry") -> dict[str, Any]:
    condition = {"match": "all", "filters": [{"field": field, "operator": "is", "value": ["Banking"]}]}
    return {"key": key, "label": key, "condition": condition, "next": next}


# What spec 1.5 refuses: the nodes, and where the first fault is.
REFUSED: dict[str, tuple[Any, str]] = {
    "no list": ({"a": 1}, "/nodes"),
    "nothing": (None, "/nodes"),
    "a text for a node": (["start"], "/nodes/0"),
    "an unknown kind": ([start(), {"key": "pause", "kind": "teleport"}], "/nodes/1/kind"),
    "a loop": ([start(next="a"), wait("a", "b"), wait("b", "a")], "/nodes"),
    "a next that does not exist": ([start(next="nowhere")], "/nodes/0/next"),
    "two starts": ([start(next=None), {**start(next=None), "key": "again"}], "/nodes/1"),
    "a second path to a node that is no merge": (
        [start(next="s"), split("s", path("a", "pause"), path("b", "pause")), WAIT],
        "/nodes/1/paths/1/next",
    ),
    "an unknown field": (
        [start(next="s"), split("s", path("a", field="account.nothing"))],
        "/nodes/1/paths/0/condition",
    ),
    "a wait of -1 days": (
        [start(), wait("pause", duration={"value": -1, "unit": "days"})],
        "/nodes/1/settings/duration",
    ),
    "26 paths": ([start(next="s"), split("s", *(path(f"p{n}") for n in range(26)))], "/nodes/1/paths"),
    "an unknown action": (
        [start(next="a"), {"key": "a", "kind": "take_action", "on": "accounts", "action": "fly"}],
        "/nodes/1/action",
    ),
    "an unknown key": ([{**start(next=None), "colour": "red"}], "/nodes/0/colour"),
    "the same key twice": ([start(), WAIT, WAIT], "/nodes/2/key"),
}
