"""The lines of a map's outline, in words that people know."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import CustomAttribute, Score
from journeys.admin.outline import outline
from tests.factories import CustomAttributeFactory, ScoreFactory

pytestmark = pytest.mark.django_db


def act(action: str, **settings: Any) -> dict[str, Any]:
    return {"key": action, "kind": "take_action", "action": action, "settings": settings, "next": None}


def summary(node: dict[str, Any]) -> str:
    [line] = [row.summary for row in outline([node]) if row.type == "node"]
    return line


class TestASummary:
    TIER = act("account_change_data_value", attribute="account.custom.tier", value="gold")
    MANAGER = act("change_data_value", attribute="person.job_title", value="Manager")
    FIT = act("change_score", score="fit", change="+5")

    def test_says_the_label_of_a_built_in_attribute(self):
        assert summary(self.MANAGER) == "Change Data Value: Job title: Manager"

    def test_says_the_labels_that_administrators_gave(self):
        CustomAttributeFactory(name="tier", label="Customer tier")
        ScoreFactory(name="fit", label="Fit score")

        assert summary(self.TIER) == "Account Change Data Value: Customer tier: gold"
        assert summary(self.FIT) == "Change Score: Fit score +5"

    def test_says_the_name_of_what_is_gone(self):
        assert not CustomAttribute.objects.exists()
        assert not Score.objects.exists()

        assert summary(self.TIER) == "Account Change Data Value: account.custom.tier: gold"
        assert summary(self.FIT) == "Change Score: fit +5"

    def test_costs_no_query_more_for_more_nodes(self, count_queries):
        CustomAttributeFactory(name="tier")
        ScoreFactory(name="fit")
        map_of = [{**node, "key": f"{node['key']}{i}"} for i in range(15) for node in (self.TIER, self.FIT)]

        few = count_queries(lambda: outline([self.TIER, self.FIT]))

        assert count_queries(lambda: outline(map_of)) == few > 0


class TestAPath:
    def test_is_called_by_its_label_and_the_last_by_its_own_name(self):
        paths = [
            {"key": "large", "label": "Large", "next": None},
            {"key": "small", "next": None},
            {"key": "rest", "other": True, "next": None},
        ]
        rows = outline([{"key": "size", "kind": "split_accounts", "paths": paths}])
        assert [row.label for row in rows if row.type == "path"] == ["Large", "small", "Other accounts"]
        paths[2]["label"] = "The rest"
        assert outline([{"key": "size", "kind": "split_accounts", "paths": paths}])[-4].label == "The rest"
