"""What bodies and filters are refused with: our words and codes everywhere, none of the framework's."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import get_resolver
from rest_framework.test import APIClient

from accounts.api.serializers import Strict
from tests.conftest import NO_ID
from tests.factories import AccountListFactory
from tests.factories.api import pointers

# How Django and Django REST framework say it.
FOREIGN = re.compile(
    "This field|Ensure this|Not a valid|A valid|Must be a valid|Select a valid|Enter a|Expected a|is not a valid"
    "|No file"
)


def said(answer: Any) -> dict[str, str]:
    """The sentence at each place."""
    assert answer.status_code == 400, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    return {
        fault["pointer"] or fault.get("parameter", ""): fault["detail"] for fault in answer.json()["errors"]
    }


def test_what_is_missing_is_told_with_its_place_and_not_twice(client: APIClient):
    answer = client.post("/api/v1/solution-interests/", {})

    assert pointers(answer) == {"/name": "missing", "/template": "missing"}
    assert answer.json()["detail"] == "Name: this is needed. Template: this is needed."


@pytest.mark.parametrize(
    ("body", "place", "code", "sentence"),
    [
        ({"name": 5}, "/name", "wrong_type", "Name: a text is needed."),
        ({"name": None}, "/name", "missing", "Name: this is needed; null is no value here."),
        ({"template": "1"}, "/template", "wrong_type", "Template: a whole number is needed."),
        ({"template": NO_ID}, "/template", "not_found", "Template: there is none with this id."),
        ({"template": 0}, "/template", "out_of_range", "Template: must be 1 or more."),
        ({"stage_model": 2**63}, "/stage_model", "out_of_range", f"Stage model: must be {2**63 - 1} or less."),
        ({"updates_groups": 1}, "/updates_groups", "wrong_type", "Updates groups: true or false is needed."),
        ({"nam": 1}, "/nam", "unknown_field", None),
    ],
)  # fmt: skip
def test_each_fault_says_what_would_be_right(
    client: APIClient, body: Any, place: str, code: str, sentence: str | None
):
    answer = client.post("/api/v1/solution-interests/", body)

    assert pointers(answer)[place] == code
    assert sentence is None or said(answer)[place] == sentence


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        ([], {"": "The body: an object is needed."}),
        ({"accounts": 5}, {"/accounts": "Accounts: a list is needed."}),
        ({"accounts": []}, {"/accounts": "Accounts: at least 1 is needed."}),
        ({"accounts": [1] * 1001}, {"/accounts": "Accounts: at most 1000 are possible, these are 1001."}),
        (
            {"accounts": [1, "2", 0]},
            {
                "/accounts/1": "Accounts 2: a whole number is needed.",
                "/accounts/2": "Accounts 3: must be 1 or more.",
            },
        ),
    ],
)
def test_lists_say_which_one_and_how_many(client: APIClient, body: Any, faults: dict[str, str]):
    assert said(client.post(f"/api/v1/account-lists/{AccountListFactory().pk}/members/", body)) == faults


def test_a_choice_names_what_there_is(client: APIClient):
    answer = client.post("/api/v1/account-lists/", {"name": "A", "type": "{odd} 5 %"})

    assert said(answer) == {"/type": "Type: one of static, dynamic is needed, not “{odd} 5 %”."}
    assert pointers(answer) == {"/type": "unknown_choice"}


@pytest.mark.parametrize(
    ("query", "faults"),
    [
        ("status=foo", {"status": "Status: one of draft, live is needed, not “foo”."}),
        ("status=draft,%25s", {"status": "Status: one of draft, live is needed, not “%s”."}),
        ("account=x", {"account": "Account: a whole number is needed."}),
        ("account=0", {"account": "Account: must be 1 or more."}),
    ],
)
def test_filters_say_it_too(client: APIClient, query: str, faults: dict[str, str]):
    assert said(client.get(f"/api/v1/account-lists/?{query}")) == faults


def bodies() -> list[type[Strict]]:
    """Every body that an endpoint takes."""
    assert get_resolver().url_patterns
    found, todo = [], [Strict]
    while todo:
        kind = todo.pop()
        todo += kind.__subclasses__()
        found.append(kind)
    return sorted(found, key=lambda kind: f"{kind.__module__}.{kind.__qualname__}")


@pytest.mark.parametrize(
    "given", [None, 5, 1.5, True, "x", [], [None], {}, {"a": None}, -(2**70), "9" * 5000]
)
def test_no_body_is_refused_in_the_words_of_the_framework(db: None, given: Any):
    kinds = bodies()
    assert len(kinds) > 20

    for kind in kinds:
        names = kind().fields
        for data in ({}, given, dict.fromkeys(names, given)):
            serializer = kind(data=data)
            serializer.is_valid()
            assert not FOREIGN.search(str(serializer.errors)), (kind, data)
