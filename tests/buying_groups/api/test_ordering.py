"""Lists sorted by several fields, some of which may be missing; what has no value is below all others."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest
from rest_framework.test import APIClient

from buying_groups.models import BuyingGroup
from buying_groups.reports import search
from tests.factories import BuyingGroupFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/buying-groups/"


def in_order(rows: list[dict[str, Any]], ordering: str) -> list[int]:
    """One sort after the other, the last field first; the id behind them goes the way of the last field."""
    words = ordering.split(",")
    for word in reversed([*words, "-id" if words[-1].startswith("-") else "id"]):
        name = word.removeprefix("-")
        rows = sorted(rows, key=lambda row: (row[name] is not None, row[name]), reverse=word.startswith("-"))
    return [row["id"] for row in rows]


@pytest.mark.parametrize("few", [100, 0])
@pytest.mark.parametrize("size", [1, 5])
@pytest.mark.parametrize(
    "ordering",
    [
        "completeness,engagement", "-completeness,-engagement", "completeness,-engagement",
        "-engagement,completeness", "-completeness,updated_at", "updated_at,-engagement",
        "-updated_at,completeness,-engagement", "completeness,-updated_at,engagement,-id", "id,completeness",
    ],
)  # fmt: skip
def test_groups_are_sorted_by_several_fields(
    client: APIClient, now: datetime, ordering: str, size: int, few: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(search, "FEW", few)
    for completeness, engagement, minute in product((None, 0, 50), (None, 10, 20), (0, 1)):
        at = now + timedelta(minutes=minute)
        BuyingGroupFactory(completeness=completeness, engagement=engagement, updated_at=at)
    rows = BuyingGroup.objects.order_by("id").values("id", "updated_at", "completeness", "engagement")

    url, seen = f"{URL}?ordering={ordering}&page_size={size}&fields=id", []
    while url:
        page = client.get(url).json()
        seen += [row["id"] for row in page["results"]]
        url = page["next"]

    assert seen == in_order(list(rows), ordering)
