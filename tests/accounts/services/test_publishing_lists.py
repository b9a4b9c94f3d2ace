"""Which of several drafts can go live, and in which order."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import AccountList
from accounts.services import lists, publishing_lists
from tests.accounts.conditions.conftest import asked, condition
from tests.factories import AccountListFactory

pytestmark = pytest.mark.django_db


def draft(name: str, *named: AccountList | str, **keys: Any) -> AccountList:
    """A draft that names lists; one that is given by its name does not exist."""
    values = [
        {"id": row.pk, "name": row.name} if isinstance(row, AccountList) else {"id": None, "name": row}
        for row in named
    ]
    if named:
        keys |= {"type": "dynamic", "condition": condition(asked("account.member_of_list", "is", values))}
    row: AccountList = AccountListFactory(name=name, status="draft", **keys)
    return row


def unfit(*rows: AccountList) -> dict[str, str]:
    why = publishing_lists.unfit(rows)
    return {row.name: why[row.pk] for row in rows if row.pk in why}


def test_says_why_each_of_the_others_is_not():
    live, static = AccountListFactory(name="Live"), draft("Static")
    empty = draft("Empty", type="dynamic", condition=condition())
    none = draft("None", type="dynamic", condition=None)
    missing, waiting = draft("Missing", "Gone"), draft("Waiting", draft("Elsewhere"))

    assert unfit(live, static, empty, none, missing, waiting) == {
        "Live": "It is live already.",
        "Empty": "A dynamic list needs a condition.",
        "None": "A dynamic list needs a condition.",
        "Missing": "There is no account list “Gone”.",
        "Waiting": "The account list “Elsewhere” is not live.",
    }


def test_those_that_name_one_another_go_live_together_and_in_order(now):
    base = draft("Base")
    rows = [draft("A top", middle := draft("Middle", base)), middle, base]

    assert unfit(*rows) == {}
    for row in publishing_lists.in_order(rows):
        lists.publish(row, by=None, now=now)
    assert set(AccountList.objects.values_list("status", flat=True)) == {"live"}


def test_one_that_needs_what_is_left_out_is_left_out_too():
    wrong = draft("Wrong", type="dynamic", condition=condition())
    rows = [draft("Top", middle := draft("Middle", wrong)), middle, wrong]

    assert unfit(*rows) == {
        "Wrong": "A dynamic list needs a condition.",
        "Middle": "It needs “Wrong”, which is left out.",
        "Top": "It needs “Middle”, which is left out.",
    }


def test_a_circle_is_left_out():
    one = draft("One")
    two = draft("Two", one)
    AccountList.objects.filter(pk=one.pk).update(type="dynamic", condition=two.condition)
    named = condition(asked("account.member_of_list", "is", [{"id": two.pk, "name": "Two"}]))
    AccountList.objects.filter(pk=one.pk).update(condition=named)

    why = unfit(*AccountList.objects.order_by("name"))

    assert set(why) == {"One", "Two"}
    assert all("leads back to this list" in said for said in why.values())


def test_takes_the_same_queries_for_three_and_thirty(count_queries):
    base = AccountListFactory(name="Base")

    def queries(n):
        rows = [draft(f"Draft {n} {number}", base) for number in range(n)]
        return count_queries(lambda: publishing_lists.unfit(rows))

    assert queries(3) == queries(30)
