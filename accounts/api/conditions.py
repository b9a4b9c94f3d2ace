"""Conditions as clients see them: by the names of now."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rest_framework import serializers

from accounts.conditions import unpin_condition


class ConditionField(serializers.JSONField):
    """A condition (spec 1.9): `{"match": "all" | "any", "filters": […]}`."""


def unpin_all(rows: Iterable[Any]) -> None:
    """Put the conditions by name in the place of the stored ones; one query a resource for all rows."""
    asked = [row for row in rows if row.condition]
    together = unpin_condition({"match": "all", "filters": [row.condition for row in asked]})
    for row, condition in zip(asked, together["filters"], strict=True):
        row.condition = condition
