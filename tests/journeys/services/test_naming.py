"""Drafts that name what is deleted: counted before, and told apart by what their publishing would find."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.db import connection

from accounts.references import resources
from accounts.services import audiences, lists
from buying_groups.models import Role
from buying_groups.services import roles, solution_interests, stage_model
from journeys import services
from journeys.models import DraftTarget, Journey
from journeys.services.naming import in_drafts
from journeys.validation import find_problems
from tests.factories import AccountListFactory, AudienceFactory, JourneyFactory, SolutionInterestFactory
from tests.factories.journeys import TEST, in_status
from tests.factories.stages import StageModelFactory

pytestmark = pytest.mark.django_db
Nodes = list[dict[str, Any]]


def starting(**settings: Any) -> Nodes:
    return [{"key": "start", "kind": "account_audience", "settings": settings, "next": None}]


def acting(action: str, on: str = "accounts", **settings: Any) -> Nodes:
    act = {
        "key": "act",
        "kind": "take_action",
        "on": on,
        "action": action,
        "settings": settings,
        "next": None,
    }
    return [{**starting(account_list=AccountListFactory().name)[0], "next": "act"}, act]


def splitting(field: str, operator: str, value: Any) -> Nodes:
    asked = {"match": "all", "filters": [{"field": field, "operator": operator, "value": value}]}
    paths = [{"key": "yes", "label": "Yes", "condition": asked, "next": None}]
    split = {"key": "split", "kind": "split_accounts", "paths": paths}
    return [{**starting(account_list=AccountListFactory().name)[0], "next": "split"}, split]


def of_group(**filter: Any) -> Nodes:
    return splitting("account.matched_buying_group", "has", {"match": "all", "filters": [filter]})


@pytest.fixture(autouse=True)
def _world(db: None) -> None:
    """What is named below."""
    AccountListFactory(name="Fair")
    AudienceFactory(name="Banks")
    SolutionInterestFactory(name="CRM")
    Role.objects.create(
        name="Spy", position=12, created_at="2027-01-01T00:00Z", updated_at="2027-01-01T00:00Z"
    )
    StageModelFactory()


# What names it, where; the resource, and the name of what goes.
NAMING: dict[str, tuple[Callable[[], Nodes], str, str]] = {
    "list of the start": (lambda: starting(account_list="Fair"), "account_list", "Fair"),
    "list of an action": (lambda: acting("add_to_account_list", account_list="Fair"), "account_list", "Fair"),
    "list in a condition": (
        lambda: splitting("account.member_of_list", "is", ["Fair"]), "account_list", "Fair"
    ),
    "audience of the start": (lambda: starting(audience="Banks"), "audience", "Banks"),
    "audience in a condition": (lambda: splitting("account.in_audience", "is", "Banks"), "audience", "Banks"),
    "interest of an action": (
        lambda: acting("remove_from_buying_group", "people", solution_interest="CRM"), "solution_interest", "CRM"
    ),
    "interest in a condition": (
        lambda: of_group(field="solution_interest", operator="is", value="CRM"), "solution_interest", "CRM"
    ),
    "role of an action": (
        lambda: acting("assign_to_buying_group", "people", solution_interest="CRM", role="Spy"),
        "buying_group_role", "Spy",
    ),
    "role in a condition": (
        lambda: of_group(field="people_in_role", operator="at_least", value=1, role="Spy"), "buying_group_role", "Spy"
    ),
    "stage of an action": (
        lambda: acting("update_buying_group_stage", solution_interest="CRM", stage="Intent"),
        "buying_group_stage", "Intent",
    ),
    "stage in a condition": (
        lambda: of_group(field="stage", operator="is", value="Intent"), "buying_group_stage", "Intent"
    ),
}  # fmt: skip


def row_of(resource: str, name: str) -> Any:
    return resources()[resource].rows().get(name=name)


def delete(resource: str, name: str) -> None:
    row = row_of(resource, name)
    by: dict[str, Callable[[Any], None]] = {
        "account_list": lambda row: lists.delete(row, by=None),
        "audience": lambda row: audiences.delete(row, by=None),
        "solution_interest": lambda row: solution_interests.delete(row, by=None),
        "buying_group_role": lambda row: roles.delete(row, by=None),
        "buying_group_stage": lambda row: stage_model.delete(row.model, by=None),
    }
    by[resource](row)


def said(journey: Journey, now: Any) -> str:
    return " ".join(problem.message for problem in find_problems(Journey.objects.get(pk=journey.pk), now=now))


def naming(resource: str, *rows: Any) -> list[str]:
    return in_drafts(resource, {row.pk: row.name for row in rows})


@pytest.mark.parametrize("case", NAMING)
class TestEachSortOfName:
    @pytest.fixture
    def draft(self, case: str) -> Journey:
        made: Journey = JourneyFactory(name="Welcome", nodes=NAMING[case][0]())
        return made

    def test_is_found_before_it_goes(self, draft: Journey, case: str) -> None:
        _nodes, resource, name = NAMING[case]

        assert naming(resource, row_of(resource, name)) == ["Welcome"]

    def test_makes_a_problem_that_names_what_is_gone(self, draft: Journey, case: str, now: Any) -> None:
        _nodes, resource, name = NAMING[case]
        missing = re.compile(f"[Tt]here is no [a-z ]+“{name}”")
        assert not missing.search(said(draft, now))

        delete(resource, name)

        assert missing.search(said(draft, now))

    def test_was_noted_of_older_drafts_too(self, draft: Journey, case: str) -> None:
        """By the migration, out of what is stored."""
        JourneyFactory(name="Other")
        columns = ("draft_id", "resource", "target", "name")
        noted = sorted(DraftTarget.objects.values_list(*columns))
        DraftTarget.objects.exclude(resource="journey").delete()

        with connection.cursor() as cursor:
            cursor.execute(import_module("journeys.migrations.0016_what_drafts_name").FILL)

        assert sorted(DraftTarget.objects.values_list(*columns)) == noted


class TestWhichDrafts:
    @pytest.fixture
    def fair(self) -> Any:
        return row_of("account_list", "Fair")

    def draft(self, name: str) -> Journey:
        made: Journey = JourneyFactory(name=name, nodes=starting(account_list="Fair"))
        return made

    def test_are_named_once_in_their_order(self, fair: Any) -> None:
        JourneyFactory(name="C", nodes=[*acting("add_to_account_list", account_list="Fair")])
        self.draft("B")
        act = acting("add_to_account_list", account_list="Fair")[1]
        both = [{**starting(account_list="Fair")[0], "next": "act"}, act]
        JourneyFactory(name="A", nodes=both)

        assert naming("account_list", fair) == ["A", "B", "C"]

    def test_are_not_those_that_are_published_deleted_or_of_something_else(self, fair: Any, now: Any) -> None:
        in_status("live", now=now, nodes=starting(account_list="Fair"))
        services.delete(self.draft("Gone"), by=None, now=now, interface=TEST)
        JourneyFactory(nodes=starting(audience="Banks"))

        assert naming("account_list", fair) == []

    def test_mean_another_that_has_the_name_of_one_that_is_gone(self, fair: Any) -> None:
        self.draft("Welcome")
        lists.delete(fair, by=None)
        anew = AccountListFactory(name="fair")

        assert naming("account_list", anew) == ["Welcome"]

    def test_mean_one_that_is_made_later(self) -> None:
        JourneyFactory(name="Early", nodes=starting(account_list="Summit"))

        assert naming("account_list", AccountListFactory(name="Summit")) == ["Early"]

    def test_keep_to_theirs_when_it_has_another_name_now(self, fair: Any) -> None:
        self.draft("Welcome")
        type(fair).objects.filter(pk=fair.pk).update(name="Expo")
        namesake = AccountListFactory(name="Fair")

        assert naming("account_list", namesake) == []
        assert naming("account_list", row_of("account_list", "Expo")) == ["Welcome"]

    def test_forget_what_they_no_longer_name(self, fair: Any, now: Any) -> None:
        journey = self.draft("Welcome")

        services.save_map(
            journey,
            nodes=starting(account_list=AccountListFactory().name),
            by=None,
            now=now,
            interface=TEST,
        )

        assert naming("account_list", fair) == []

    def test_many_cost_as_many_queries_as_one(self, fair: Any, count_queries: Any) -> None:
        self.draft("A")
        few = count_queries(lambda: naming("account_list", fair))
        for n in range(10):
            self.draft(f"B{n}")

        assert count_queries(lambda: naming("account_list", fair)) == few
