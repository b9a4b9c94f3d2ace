from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from journeys.models import Entry, Visit
from journeys.nodes.frozen import FrozenPath
from journeys.nodes.split_accounts import MAX_PATHS, SplitAccounts
from tests.conftest import NOW
from tests.factories import AccountFactory
from tests.factories.maps import EVERYBODY, condition
from tests.journeys.nodes.tools import (
    accounts_in,
    by_path,
    cohort_of,
    findings,
    frozen,
    parked,
    said,
    travel,
    upper,
)

KIND = SplitAccounts()
HUGE = condition("account.employees", "at_least", 1000)
LARGE = condition("account.employees", "at_least", 100)
OTHER = {"key": "rest", "other": True, "next": None}


def large(**path: Any) -> dict[str, Any]:
    return {"key": "large", "label": "Large", "condition": LARGE, "next": "tell", **path}


def split(*paths: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"key": "size", "kind": "split_accounts", "label": "How large?", "paths": list(paths), **more}


class TestTheDocument:
    def test_has_paths_and_no_settings(self):
        assert KIND.has_paths
        assert KIND.path_keys == ("key", "label", "other", "condition", "next")
        assert KIND.schema()["properties"] == {}

    def test_nothing_is_wrong_with_a_right_one(self):
        assert said(KIND, split(large(), OTHER)) == []
        assert said(KIND, split(large())) == []

    def test_twenty_five_paths_and_other_is_the_most(self):
        paths = [large(key=f"p{i}") for i in range(MAX_PATHS)]

        assert said(KIND, split(*paths, OTHER)) == []
        assert said(KIND, split(*paths, large(), OTHER)) == [("too_many_paths", "/paths", True)]

    @pytest.mark.parametrize(
        ("paths", "found"),
        [
            ([], ("no_path", "/paths", False)),
            ([OTHER], ("no_path", "/paths", False)),
            ([large(condition=None), OTHER], ("no_condition", "/paths/0", False)),
            ([large(label=""), OTHER], ("no_label", "/paths/0", False)),
            ([large(label="  "), OTHER], ("no_label", "/paths/0", False)),
            ([OTHER, large()], ("other_not_last", "/paths/0/other", True)),
            ([large(), OTHER, OTHER], ("other_not_last", "/paths/1/other", True)),
            ([large(), {**OTHER, "condition": LARGE}], ("not_together", "/paths/1/condition", True)),
        ],
    )
    def test_says_what_is_wrong_and_where(self, paths: list[dict[str, Any]], found: tuple[str, str, bool]):
        assert said(KIND, split(*paths)) == [found]

    def test_names_the_path_by_its_label_else_by_its_key(self):
        (labelled,) = findings(KIND, split(large(condition=None)))
        bare = findings(KIND, split({"key": "small", "next": None}))

        assert labelled.message == "Path “Large”: a condition is needed."
        assert [found.message for found in bare] == [
            "Path “small”: a condition is needed.", "Path “small”: a label is needed."
        ]  # fmt: skip

    def test_refuses_a_setting(self):
        assert said(KIND, split(large(), settings={"mode": "once"})) == [
            ("unknown_setting", "/settings/mode", True)
        ]

    def test_says_where_its_conditions_are(self):
        asked = KIND.conditions(split(large(), large(key="none", condition=None), OTHER))

        assert [(one.about, one.condition, one.at) for one in asked] == [
            ("account", LARGE, ("paths", 0, "condition"))
        ]

    def test_its_references_are_all_in_conditions(self):
        assert KIND.map_references(split(large(), OTHER), upper) == split(large(), OTHER)

    def test_a_bare_copy_keeps_paths_but_no_condition(self):
        node = split(large(), OTHER)

        assert KIND.without_details(node) == split({"key": "large", "label": "Large", "next": "tell"}, OTHER)
        assert node == split(large(), OTHER)

    @pytest.mark.parametrize(
        ("paths", "line"),
        [
            ([], "0 paths"),
            ([large()], "1 path"),
            ([large(), OTHER], "1 path, and other accounts"),
            ([large(), large(key="small"), OTHER], "2 paths, and other accounts"),
        ],
    )
    def test_says_its_paths_in_one_line(self, paths: list[dict[str, Any]], line: str):
        assert KIND.summary(split(*paths)) == line


def path(id: int, key: str, condition: Any = None, *, other: bool = False) -> FrozenPath:
    return FrozenPath(id, key, condition, percentage=None, is_other=other, next_id=9)


@pytest.mark.django_db
class TestTheWalk:
    def test_sends_each_account_down_the_first_path_that_it_satisfies(self):
        huge, middle, small, unknown = (AccountFactory(employees=n) for n in (5000, 500, 5, None))
        node = frozen(
            "split_accounts",
            paths=[path(1, "huge", HUGE), path(2, "large", LARGE), path(3, "rest", other=True)],
        )

        ways = KIND.leave(node, cohort_of(huge, middle, small, unknown), travel()).ways

        assert by_path(ways) == {"huge": [huge.pk], "large": [middle.pk], "rest": [small.pk, unknown.pk]}

    def test_ends_the_way_of_those_who_match_nothing(self):
        match, none = AccountFactory(employees=500), AccountFactory(employees=5)
        node = frozen("split_accounts", paths=[path(1, "large", LARGE)])

        (ended,) = [
            way for way in KIND.leave(node, cohort_of(match, none), travel()).ways if way.path is None
        ]

        assert accounts_in(ended.cohort) == [none.pk]
        assert (ended.end, ended.status) == (Entry.Reason.NO_PATH_MATCHED, Entry.Status.COMPLETED)

    def test_asks_nothing_of_the_other_path(self):
        account = AccountFactory()
        node = frozen("split_accounts", paths=[path(1, "rest", other=True)])

        step = KIND.leave(node, cohort_of(account), travel())

        assert by_path(step.ways) == {"rest": [account.pk]}
        assert Visit.objects.get().detail is None

    def test_without_filters_a_condition_matches_everybody(self):
        account = AccountFactory()
        node = frozen("split_accounts", paths=[path(1, "all", EVERYBODY)])

        assert by_path(KIND.leave(node, cohort_of(account), travel()).ways) == {"all": [account.pk]}

    def test_appends_the_visits_itself_with_the_values_that_it_saw(self):
        account = AccountFactory(employees=500)
        arrived = NOW - timedelta(hours=2)
        node = frozen("split_accounts", paths=[path(4, "large", LARGE)])

        step = KIND.leave(node, parked(account, arrived=arrived, visit=3), travel())

        assert step.visited
        visit = Visit.objects.get(entry_id=account.pk + 1_000)
        assert (visit.number, visit.node_id, visit.path_id) == (3, node.id, 4)
        assert (visit.arrived_at, visit.left_at) == (arrived, NOW)
        assert visit.detail == {"account.employees": 500}

    def test_keeps_numbers_of_visits_apart_on_the_same_path(self):
        one, two = AccountFactory.create_batch(2, employees=500)
        node = frozen("split_accounts", paths=[path(1, "large", LARGE)])

        (way,) = KIND.leave(node, cohort_of(one, visit=2) + cohort_of(two, visit=6), travel()).ways

        assert [part.visit for part in way.cohort.parts] == [2, 6]
        assert accounts_in(way.cohort) == [one.pk, two.pk]

    def test_takes_one_statement_for_any_number_of_accounts(self, count_queries: Callable[..., int]):
        node = frozen("split_accounts", paths=[path(1, "large", LARGE), path(2, "rest", other=True)])
        few, many = (cohort_of(*AccountFactory.create_batch(n, employees=500)) for n in (1, 30))

        assert [count_queries(lambda: KIND.leave(node, some, travel())) for some in (few, many)] == [1, 1]  # noqa: B023
