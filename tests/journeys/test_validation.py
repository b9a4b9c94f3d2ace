from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from accounts.models import AccountList, Score
from journeys import services
from journeys.forecast import Forecast, forecast
from journeys.models import HistoryRecord, Journey
from journeys.validation import Problem, find_problems, find_warnings
from tests.factories import (
    AccountFactory,
    AccountListFactory,
    AudienceFactory,
    JourneyFactory,
    PersonFactory,
    ScoreFactory,
)
from tests.factories.journeys import in_status, publish, simple_map

COMMAND = HistoryRecord.Interface.COMMAND
BANKS = {"match": "all", "filters": [{"field": "account.industry", "operator": "is", "value": ["Banking"]}]}

pytestmark = pytest.mark.django_db


def codes(journey: Journey, now: datetime) -> list[tuple[str, str]]:
    """Code and node of each problem."""
    return [
        (problem.code, problem.node) for problem in find_problems(Journey.objects.get(pk=journey.pk), now=now)
    ]


class TestProblems:
    def test_a_right_draft_has_none_also_without_an_end(self, now: datetime) -> None:
        assert find_problems(JourneyFactory(), now=now) == []

    def test_a_new_draft_has_no_audience(self, now: datetime) -> None:
        journey = services.create(name="New", by=None, now=now, interface=COMMAND)

        (problem,) = find_problems(journey, now=now)

        assert (problem.code, problem.node, problem.pointer) == ("no_audience", "start", "/nodes/0/settings")

    def test_an_empty_map(self, now: datetime) -> None:
        (problem,) = find_problems(JourneyFactory(nodes=[]), now=now)

        assert problem == Problem(
            "no_audience", "The journey needs an account audience, its start.", "", "/nodes"
        )

    def test_a_wait_for_a_date_that_has_passed(self, now: datetime) -> None:
        nodes = simple_map(AccountListFactory().name)
        nodes[1]["settings"] = {"until": "2027-03-01T09:00:00Z"}

        (problem,) = find_problems(JourneyFactory(nodes=nodes), now=now)

        assert (problem.code, problem.node, problem.pointer) == (
            "date_passed",
            "pause",
            "/nodes/1/settings/until",
        )

    def test_a_list_that_was_deleted_and_one_that_came_again_under_its_name(self, now: datetime) -> None:
        journey = JourneyFactory(nodes=simple_map(AccountListFactory(name="Enterprise").name))
        AccountList.objects.all().delete()
        assert codes(journey, now) == [("reference_missing", "start")]

        AccountListFactory(name="Enterprise")
        assert codes(journey, now) == []
        publish(journey, now=now)

    def test_a_name_that_was_unknown_when_it_was_saved(self, now: datetime) -> None:
        journey = JourneyFactory()
        services.save_map(journey, nodes=simple_map("Later"), by=None, now=now, interface=COMMAND)
        assert codes(journey, now) == [("reference_missing", "start")]

        AccountListFactory(name="LATER")
        assert codes(journey, now) == []

    def test_a_list_is_found_again_after_a_rename(self, now: datetime) -> None:
        journey = JourneyFactory()
        AccountList.objects.update(name="Another")

        assert codes(journey, now) == []

    def test_a_score_that_was_deleted_is_a_problem_and_no_crash(self, now: datetime) -> None:
        ScoreFactory(name="fit")
        nodes = simple_map(AccountListFactory().name)
        raise_ = {
            "on": "people",
            "action": "change_score",
            "settings": {"score": "fit", "change": "+5"},
            "next": None,
        }
        nodes = [*nodes[:1], {**nodes[1], "next": "raise"}, {"key": "raise", "kind": "take_action", **raise_}]
        journey = JourneyFactory(nodes=nodes)
        Score.objects.all().delete()

        assert [node for _, node in codes(journey, now)] == ["raise"]

    @pytest.mark.parametrize(
        ("status", "fits"), [("live", True), ("draft", False), ("scheduled", False), ("closed", False)]
    )
    def test_a_target_must_be_live(self, now: datetime, status: str, fits: bool) -> None:
        target = in_status(status, now=now)
        nodes = simple_map(AccountListFactory().name)
        add = {
            "on": "accounts",
            "action": "add_account_to_journey",
            "settings": {"journey": target.name},
            "next": None,
        }
        nodes = [nodes[0] | {"next": "add"}, {"key": "add", "kind": "take_action", **add}]

        assert codes(JourneyFactory(nodes=nodes), now) == ([] if fits else [("reference_unfit", "add")])

    def test_the_number_of_queries_does_not_grow(
        self, now: datetime, count_queries: Callable[..., int]
    ) -> None:
        def journey(n: int) -> Journey:
            nodes: list[dict[str, Any]] = [simple_map(AccountListFactory().name)[0] | {"next": "n0"}]
            for i in range(n):
                paths = [
                    {
                        "key": "in",
                        "label": "In",
                        "condition": _on(AccountListFactory().name),
                        "next": f"n{i + 1}" if i < n - 1 else None,
                    }
                ]
                nodes.append({"key": f"n{i}", "kind": "split_accounts", "paths": paths})
            return Journey.objects.get(pk=JourneyFactory(nodes=nodes).pk)

        one, many = journey(1), journey(30)

        few = count_queries(lambda: find_problems(one, now=now))
        assert count_queries(lambda: find_problems(many, now=now)) == few < 10
        few = count_queries(lambda: publish(one, now=now))
        assert count_queries(lambda: publish(many, now=now)) == few


def _on(name: str) -> dict[str, Any]:
    return {
        "match": "all",
        "filters": [{"field": "account.member_of_list", "operator": "is", "value": [name]}],
    }


class TestWarnings:
    def test_a_path_without_nodes_and_an_audience_without_accounts(self, now: datetime) -> None:
        nodes = simple_map(AccountListFactory().name)
        split = {
            "key": "size",
            "kind": "split_accounts",
            "paths": [{"key": "in", "label": "In", "condition": BANKS}],
        }
        journey = JourneyFactory(nodes=[nodes[0] | {"next": "size"}, split])

        found = [(warning.code, warning.node, warning.pointer) for warning in find_warnings(journey, now=now)]

        assert found == [("audience_empty", "start", "/nodes/0"), ("empty_path", "size", "/nodes/1/paths/0")]
        assert find_problems(journey, now=now) == []

    def test_none_when_somebody_is_there(self, now: datetime) -> None:
        nodes = simple_map(AccountListFactory(members=[AccountFactory()]).name)

        assert find_warnings(JourneyFactory(nodes=nodes), now=now) == []


class TestForecast:
    def test_counts_the_members_of_a_list_and_their_people(self, now: datetime) -> None:
        first, second, other = AccountFactory.create_batch(3)
        PersonFactory(accounts=[first, second])
        PersonFactory(accounts=[first])
        PersonFactory(accounts=[other])
        journey = JourneyFactory(nodes=simple_map(AccountListFactory(members=[first, second]).name))

        assert forecast(journey, now=now) == Forecast(accounts=2, people=2, messages={})

    def test_counts_who_satisfies_an_audience(self, now: datetime) -> None:
        PersonFactory(accounts=[AccountFactory(industry="banking"), AccountFactory(industry="Retail")])
        AudienceFactory(name="Banks", condition=BANKS)
        journey = JourneyFactory(
            nodes=[{"key": "start", "kind": "account_audience", "settings": {"audience": "Banks"}}]
        )

        assert forecast(journey, now=now) == Forecast(accounts=1, people=1)

    def test_nobody_without_an_audience(self, now: datetime) -> None:
        assert forecast(JourneyFactory(nodes=[]), now=now) == Forecast()
        assert forecast(JourneyFactory(nodes=simple_map("Gone")), now=now) == Forecast()
