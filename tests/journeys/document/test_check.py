"""Spec 1.5: what is refused when a map is saved, and what is kept as a problem, each with its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import AccountList
from journeys.document.check import check_given
from tests.factories import AccountListFactory, AudienceFactory, ScoreFactory

Nodes = list[dict[str, Any]]
Put = Callable[..., Nodes]
START, SIZE, TELL, PAUSE, JOIN, RAISE = range(6)
SOME = {"match": "all", "filters": [{"field": "account.industry", "operator": "is", "value": ["Banking"]}]}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _world() -> None:
    AccountListFactory(name="Enterprise")
    AccountListFactory(name="Draft list", status=AccountList.Status.DRAFT)
    AudienceFactory(name="Banks")
    ScoreFactory(name="fit")


def found(nodes: Any) -> set[tuple[str, str, bool]]:
    return {(finding.code, finding.pointer, finding.refused) for finding in check_given(nodes)}


def refused(nodes: Any) -> set[tuple[str, str]]:
    return {(code, pointer) for code, pointer, is_refused in found(nodes) if is_refused}


def problems(nodes: Any) -> set[tuple[str, str]]:
    everything = found(nodes)
    assert not any(is_refused for _, _, is_refused in everything), everything
    return {(code, pointer) for code, pointer, _ in everything}


def test_nothing_is_wrong_with_a_right_map(nodes: Nodes) -> None:
    assert check_given(nodes) == []


def rows(table: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Of each row: the steps to the value, the value, the code, the pointer (to the value, if not said)."""
    return [(_steps(row[1]), row[2], row[3], row[4] if len(row) > 4 else row[1]) for row in table]


def _steps(place: str) -> tuple[int | str, ...]:
    return tuple(int(step) if step.isdigit() else step for step in place.split("/")[1:])


# What is wrong; where (the nodes: start, size, tell, pause, join, raise); the value put there; the code.
WRONG: list[tuple[Any, ...]] = [
    # What the node is.
    ("a kind that does not exist", "/3/kind", "sleep", "unknown_kind"),
    ("a kind of a later version", "/3/kind", "listen_for_event", "unknown_kind"),
    ("no kind", "/3/kind", None, "missing"),
    ("a kind that is no text", "/3/kind", ["wait"], "unknown_kind"),
    ("a node that is no object", "/3", "wait", "wrong_type"),
    ("an unknown key", "/3/colour", "red", "unknown_field"),
    ("a key that a pointer escapes", "/3/a~c", "red", "unknown_field", "/3/a~0c"),
    ("paths on a node that has one way out", "/3/paths", [], "unknown_field"),
    ("next on a node with paths", "/1/next", "join", "unknown_field"),
    ("on where there is none", "/3/on", "accounts", "unknown_field"),
    ("no key", "/3/key", None, "missing"),
    ("a key in capitals", "/3/key", "Pause", "bad_key"),
    ("a key with a line break", "/3/key", "pause\n", "bad_key"),
    ("a key too long", "/3/key", "p" * 64, "bad_key"),
    ("a key that is taken", "/3/key", "tell", "duplicate_key"),
    ("a label that is no text", "/3/label", 5, "wrong_type"),
    ("a label too long", "/3/label", "x" * 201, "too_long"),
    ("settings that are no object", "/3/settings", [], "wrong_type"),
    # Where it leads.
    ("a next that does not exist", "/3/next", "nowhere", "unknown_next"),
    ("a path's next that does not exist", "/1/paths/0/next", "nowhere", "unknown_next"),
    ("a next that is no text", "/3/next", 5, "wrong_type"),
    ("a loop", "/4/next", "size", "loop"),
    ("a loop of one", "/5/next", "raise", "loop"),
    ("a way to the start", "/5/next", "start", "leads_to_start"),
    ("a second path to a node that is no merge", "/3/next", "raise", "second_path", "/4/next"),
    # The start.
    ("two starts", "/3/kind", "account_audience", "two_starts"),
    ("a list and an audience", "/0/settings/audience", "Banks", "not_together"),
    ("an unknown mode", "/0/settings/mode", "daily", "unknown_choice"),
    ("an unknown setting", "/0/settings/size", 5, "unknown_setting"),
    ("a reference that is no name", "/0/settings/account_list", {"id": 5}, "wrong_type"),
    ("a reference that is a number", "/0/settings/account_list", 5, "wrong_type"),
    # The wait.
    ("a wait of -1", "/3/settings/duration/value", -1, "out_of_range"),
    ("a wait too long", "/3/settings/duration/value", 1097, "out_of_range"),
    ("a wait of half a day", "/3/settings/duration/value", 0.5, "wrong_type"),
    ("a wait of true", "/3/settings/duration/value", True, "wrong_type"),
    ("a wait of years", "/3/settings/duration/unit", "years", "unknown_choice"),
    ("an unknown key of a duration", "/3/settings/duration/n", 1, "unknown_setting"),
    ("a duration that is a number", "/3/settings/duration", 5, "wrong_type"),
    ("a date without a zone", "/3/settings/until", "2027-05-01T09:00:00", "wrong_type"),
    ("a date that does not exist", "/3/settings/until", "2027-02-30T09:00:00Z", "wrong_type"),
    ("a date before time", "/3/settings/until", "0001-01-01T00:00:00+14:00", "wrong_type"),
    ("an unknown zone", "/3/settings/time_zone", "Mars/Olympus", "unknown_zone"),
    ("a zone in other letters", "/3/settings/time_zone", "europe/berlin", "unknown_zone"),
    ("a zone that is a list", "/3/settings/time_zone", ["UTC"], "unknown_zone"),
    (
        "an unknown day", "/3/settings/must_end_on",
        {"days": ["monday"]}, "unknown_choice", "/3/settings/must_end_on/days",
    ),
    (
        "a day twice", "/3/settings/must_end_on",
        {"days": ["mon", "mon"]}, "duplicate", "/3/settings/must_end_on/days",
    ),
    (
        "days that are a text", "/3/settings/must_end_on",
        {"days": "mon"}, "unknown_choice", "/3/settings/must_end_on/days",
    ),
    (
        "the 25th hour", "/3/settings/must_end_on",
        {"time": "24:00"}, "wrong_type", "/3/settings/must_end_on/time",
    ),
    (
        "a time as a number", "/3/settings/must_end_on",
        {"time": 900}, "wrong_type", "/3/settings/must_end_on/time",
    ),
    (
        "an unknown key of a window", "/3/settings/must_end_on",
        {"time": "09:00", "on": 1}, "unknown_setting", "/3/settings/must_end_on/on",
    ),
    (
        "a window's unknown zone", "/3/settings/must_end_on",
        {"time": "09:00", "time_zone": "X"}, "unknown_zone", "/3/settings/must_end_on/time_zone",
    ),
    # The action.
    ("an unknown action", "/2/action", "fly", "unknown_action"),
    ("an action that is no text", "/2/action", ["fly"], "wrong_type"),
    ("on something else", "/2/on", "lists", "unknown_choice"),
    ("an action on people, on accounts", "/5/on", "accounts", "action_not_for", "/5/action"),
    ("a wrong setting of an action", "/2/settings/description", "x" * 141, "too_long"),
    ("an unknown setting of an action", "/2/settings/colour", "red", "unknown_setting"),
    # Labels.
    ("a label that rings", "/2/label", "Tell\x07", "bad_character"),
    ("a label of two lines", "/2/label", "Tell\n", "bad_character"),
    ("a label that turns the writing", "/1/paths/0/label", "\u202eegraL", "bad_character"),
    ("a label that nobody sees", "/1/paths/0/label", "\u200b", "bad_character"),
    # The split.
    ("paths that are no list", "/1/paths", {}, "wrong_type"),
    ("a path that is no object", "/1/paths/0", "large", "wrong_type"),
    ("a path without a key", "/1/paths/0/key", None, "missing"),
    ("two paths of one key", "/1/paths/1/key", "large", "duplicate_key"),
    ("an unknown key of a path", "/1/paths/0/percentage", 50, "unknown_field"),
    ("a reserved key", "/1/paths/0/key", "timeout", "reserved_key"),
    ("other that is no yes or no", "/1/paths/1/other", "yes", "wrong_type"),
    ("other that is not the last", "/1/paths/0/other", True, "other_not_last"),
    ("other with a condition", "/1/paths/1/condition", SOME, "not_together"),
    ("a condition that is a list", "/1/paths/0/condition", [], "wrong_type"),
    ("an unknown field", "/1/paths/0/condition/filters/0/field", "account.size", "unknown_field"),
    ("a field of people", "/1/paths/0/condition/filters/0/field", "person.city", "wrong_subject"),
    ("an unknown operator", "/1/paths/0/condition/filters/0/operator", "near", "unknown_operator"),
]  # fmt: skip


@pytest.mark.parametrize(("at", "value", "code", "pointer"), rows(WRONG), ids=[row[0] for row in WRONG])
def test_refused(nodes: Nodes, put: Put, at: tuple[Any, ...], value: Any, code: str, pointer: str) -> None:
    assert (code, pointer) in refused(put(nodes, *at, value=value))


KEPT: list[tuple[Any, ...]] = [
    ("no audience chosen", "/0/settings", {}, "no_audience"),
    ("a list that does not exist", "/0/settings/account_list", "Nobody", "reference_missing"),
    ("a list that is not live", "/0/settings/account_list", "Draft list", "reference_unfit"),
    ("a wait without settings", "/3/settings", {}, "missing"),
    ("half a duration", "/3/settings/duration", {"value": 5}, "missing", "/3/settings/duration/unit"),
    ("an empty window", "/3/settings/must_end_on", {}, "missing"),
    ("an action without settings", "/5/settings", {}, "missing", "/5/settings/score"),
    ("a split without a path", "/1/paths", [], "no_path"),
    ("a path without a condition", "/1/paths/0/condition", None, "no_condition", "/1/paths/0"),
    ("a path without a label", "/1/paths/0/label", "", "no_label", "/1/paths/0"),
    (
        "a condition without a filter", "/1/paths/0/condition/filters",
        [], "no_condition", "/1/paths/0/condition",
    ),
    (
        "a condition with an empty group", "/1/paths/0/condition/filters",
        [{"match": "any", "filters": []}], "no_condition", "/1/paths/0/condition/filters/0",
    ),
    ("a node that nothing leads to", "/1/paths/1/next", None, "unreachable", "/3"),
]  # fmt: skip


@pytest.mark.parametrize(("at", "value", "code", "pointer"), rows(KEPT), ids=[row[0] for row in KEPT])
def test_kept_as_a_problem(
    nodes: Nodes, put: Put, at: tuple[Any, ...], value: Any, code: str, pointer: str
) -> None:
    assert (code, pointer) in problems(put(nodes, *at, value=value))


class TestTheMap:
    def test_needs_a_start(self, nodes: Nodes) -> None:
        assert ("no_audience", "") in problems(nodes[1:])

    def test_is_a_list(self) -> None:
        assert refused({"start": {}}) == {("wrong_type", "")}

    def test_has_at_most_a_thousand_nodes(self) -> None:
        many = [{"key": f"n{i}", "kind": "wait"} for i in range(1001)]

        assert refused(many) == {("too_many_nodes", "")}

    def test_looks_into_a_node_with_another_fault(self, nodes: Nodes, put: Put) -> None:
        put(nodes, SIZE, "paths", 1, "key", value="large")
        put(nodes, SIZE, "paths", 0, "condition", "filters", 0, "field", value="account.size")
        put(nodes, TELL, "colour", value="red")
        put(nodes, TELL, "settings", "description", value="x" * 141)

        assert refused(nodes) == {
            ("duplicate_key", "/1/paths/1/key"),
            ("unknown_field", "/1/paths/0/condition/filters/0/field"),
            ("unknown_field", "/2/colour"),
            ("too_long", "/2/settings/description"),
        }

    def test_says_every_fault_at_once(self, nodes: Nodes, put: Put) -> None:
        put(nodes, PAUSE, "settings", "duration", "value", value=-1)
        put(nodes, TELL, "action", value="fly")
        put(nodes, RAISE, "next", value="nowhere")
        put(nodes, JOIN, "colour", value="red")

        assert refused(nodes) == {
            ("out_of_range", "/3/settings/duration/value"), ("unknown_action", "/2/action"),
            ("unknown_next", "/5/next"), ("unknown_field", "/4/colour"),
        }  # fmt: skip

    @pytest.mark.parametrize("text", ["\x00", "\ud800"])
    def test_texts_that_cannot_be_stored_are_refused(self, nodes: Nodes, put: Put, text: str) -> None:
        assert ("bad_character", "/3/label") in refused(put(nodes, PAUSE, "label", value=text))


def test_the_number_of_queries_does_not_grow(count_queries: Callable[[Callable[[], object]], int]) -> None:
    def chain(n: int) -> Nodes:
        AccountListFactory.create_batch(n)
        lists = list(AccountList.objects.filter(status="live").values_list("name", flat=True))[-n:]
        condition = {
            "match": "all",
            "filters": [{"field": "account.member_of_list", "operator": "is", "value": lists[:1]}],
        }
        path = {"label": "On it", "condition": condition, "next": None}
        nodes: Nodes = [
            {"key": "start", "kind": "account_audience", "settings": {"account_list": lists[0]}, "next": "s0"}
        ]
        for i in range(n):
            paths = [path | {"key": f"p{j}"} for j in range(3)]
            nodes.append(
                {
                    "key": f"s{i}",
                    "kind": "split_accounts",
                    "paths": [*paths, {"key": "o", "other": True, "next": f"a{i}"}],
                }
            )
            settings = {"account_list": lists[i]}
            action = {
                "kind": "take_action",
                "on": "accounts",
                "action": "add_to_account_list",
                "settings": settings,
            }
            nodes.append({"key": f"a{i}", **action, "next": f"s{i + 1}" if i < n - 1 else None})
        return nodes

    few, many = chain(1), chain(30)

    assert problems(few) == problems(many) == set()
    assert count_queries(lambda: check_given(many)) == count_queries(lambda: check_given(few))
