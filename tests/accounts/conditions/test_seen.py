from __future__ import annotations

import json
from datetime import date

import pytest

from accounts import conditions
from accounts.conditions import Scope
from accounts.sql import rows, sql
from tests.accounts.conditions.conftest import asked, condition
from tests.factories import (
    AccountFactory,
    AccountListFactory,
    AudienceFactory,
    CustomAttributeFactory,
    PersonFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def seen(now):
    def ask(what, account, person=None):
        statement = sql(
            "SELECT {seen} FROM accounts_account account"
            " LEFT JOIN accounts_person person ON person.id = {person} WHERE account.id = {account}",
            seen=conditions.seen(what, Scope(now=now)),
            person=person and person.pk,
            account=account.pk,
        )
        return json.loads(rows(statement)[0][0])

    return ask


class TestSeen:
    def test_gives_the_values_by_name_at_any_depth(self, seen):
        account = AccountFactory(industry=" Banking", employees=12000, annual_revenue="1.50")
        inner = condition(
            asked("account.industry", "is", "x"), asked("account.annual_revenue", "at_least", 1)
        )
        what = condition(
            asked("account.employees", "at_least", 1), inner, asked("account.employees", "at_most", 9)
        )
        assert seen(what, account) == {
            "account.employees": 12000,
            "account.industry": " Banking",
            "account.annual_revenue": 1.5,
        }

    def test_gives_null_for_what_is_missing(self, seen):
        assert seen(condition(asked("account.employees", "is_empty")), AccountFactory()) == {
            "account.employees": None
        }

    def test_tells_for_each_filter_on_lists_and_audiences(self, seen):
        account = AccountFactory()
        AccountListFactory(name="One", members=[account])
        AccountListFactory(name="Two")
        AudienceFactory(name="All")
        what = condition(
            asked("account.member_of_list", "is", ["One"]),
            asked("account.member_of_list", "is_not", "Two"),
            asked("account.in_audience", "is_not", "All"),
        )
        assert seen(what, account) == {
            "account.member_of_list: One": True,
            "account.member_of_list: Two": False,
            "account.in_audience: All": True,
        }

    def test_gives_dates_and_values_of_people(self, seen):
        account = AccountFactory()
        person = PersonFactory(accounts=[account], date_of_birth=date(1990, 5, 4), unsubscribed=True)
        what = condition(
            asked("person.date_of_birth", "is_not_empty"),
            asked("person.unsubscribed", "is", True),
            asked("person.role_in_account", "is_empty"),
        )
        assert seen(what, account, person) == {
            "person.date_of_birth": "1990-05-04",
            "person.unsubscribed": True,
            "person.role_in_account": "",
        }

    def test_cuts_long_texts(self, seen):
        CustomAttributeFactory(name="story")
        account = AccountFactory(custom={"story": "x" * 2000})
        assert seen(condition(asked("account.custom.story", "is_not_empty")), account) == {
            "account.custom.story": "x" * 100
        }

    def test_keeps_what_filters_saw_apart_whatever_they_are_called(self, seen):
        """Names that differ only behind the hundredth character; a list that is called like two."""
        account, alike = AccountFactory(), "Companies that " + "bought " * 13
        AccountListFactory(name=f"{alike} once", members=[account])
        AccountListFactory(name=f"{alike} never")
        AccountListFactory(name="A, B", members=[account])
        what = condition(
            asked("account.member_of_list", "is", f"{alike} never"),
            asked("account.member_of_list", "is_not", [f"{alike} once"]),
            asked("account.member_of_list", "is", f"{alike} once"),
            asked("account.member_of_list", "is", ["A", "B"]),
            asked("account.member_of_list", "is", "A, B"),
        )
        cut = f"account.member_of_list: {alike}"[:100]
        keys = [key for _filter, key in conditions.keys_of_seen(what)]
        assert keys == [
            cut, f"{cut} (2)", f"{cut} (2)", "account.member_of_list: A, B", "account.member_of_list: A, B (2)"
        ]  # fmt: skip
        assert seen(what, account) == dict(zip(keys, [False, True, True, False, True], strict=True))

    def test_stays_small_however_large_the_condition(self, seen):
        filters = [asked("account.member_of_list", "is", f"List {n} " + "y" * 300) for n in range(25)]
        found = seen(condition(*filters), AccountFactory())
        assert len(found) == 20
        assert max(map(len, found)) <= 105
        assert len(json.dumps(found)) < 2600

    def test_is_an_empty_object_without_filters(self, seen):
        assert seen(condition(), AccountFactory()) == {}
