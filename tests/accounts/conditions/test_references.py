from __future__ import annotations

import pytest

from accounts import conditions
from tests.accounts.conditions.conftest import asked, condition
from tests.factories import AccountListFactory, AudienceFactory

pytestmark = pytest.mark.django_db


def on_list(*names, operator="is"):
    return condition(asked("account.member_of_list", operator, list(names)))


class TestPin:
    def test_gives_names_their_ids_at_any_depth(self):
        row, audience = AccountListFactory(name="Enterprise"), AudienceFactory(name="All")
        what = condition(on_list(" enterprise "), asked("account.in_audience", "is_not", "all"))
        pinned = conditions.pin_condition(what)
        assert pinned["filters"][0]["filters"][0]["value"] == [{"id": row.pk, "name": "Enterprise"}]
        assert pinned["filters"][1]["value"] == {"id": audience.pk, "name": "All"}

    def test_keeps_a_name_that_nothing_has(self):
        assert conditions.pin_condition(on_list("Gone"))["filters"][0]["value"] == [
            {"id": None, "name": "Gone"}
        ]

    def test_keeps_the_id_of_a_renamed_row(self):
        row = AccountListFactory(name="New")
        AccountListFactory(name="Old")
        pinned = conditions.pin_condition(on_list({"id": row.pk, "name": "Old"}))
        assert pinned["filters"][0]["value"] == [{"id": row.pk, "name": "New"}]

    def test_finds_a_row_made_again_under_the_name(self):
        row = AccountListFactory(name="Again")
        pinned = conditions.pin_condition(on_list({"id": 4_000_000, "name": "Again"}))
        assert pinned["filters"][0]["value"] == [{"id": row.pk, "name": "Again"}]

    def test_leaves_everything_else_alone(self):
        what = condition(asked("account.name", "is", ["A"]), asked("account.city", "is_empty"), match="any")
        assert conditions.pin_condition(what) == what

    def test_folds_names_as_the_database_does(self):
        row = AccountListFactory(name="ΟΔΟΣ İstanbul")
        pinned = conditions.pin_condition(on_list("ΟΔΟΣ İSTANBUL".swapcase(), "ΟΔΟΣ İstanbul"))
        assert pinned["filters"][0]["value"][1]["id"] == row.pk

    def test_asks_one_query_a_resource(self, count_queries):
        rows = AccountListFactory.create_batch(10)
        few = count_queries(lambda: conditions.pin_condition(on_list(rows[0].name)))
        assert (
            count_queries(lambda: conditions.pin_condition(on_list(*[row.name for row in rows]))) == few == 1
        )


class TestUnpin:
    def test_gives_the_name_now(self):
        row = AccountListFactory(name="Old")
        pinned = conditions.pin_condition(on_list("Old", operator="is_not"))
        row.name = "New"
        row.save()
        assert conditions.unpin_condition(pinned) == on_list("New", operator="is_not")

    def test_gives_the_last_known_name_of_what_is_gone(self):
        assert conditions.unpin_condition(on_list({"id": 4_000_000, "name": "Gone"})) == on_list("Gone")
        assert conditions.unpin_condition(on_list({"id": None, "name": "Never"})) == on_list("Never")

    def test_is_what_pin_took(self):
        AccountListFactory(name="A")
        AudienceFactory(name="B")
        what = condition(
            on_list("A"), asked("account.in_audience", "is", "B"), asked("account.name", "is", "C")
        )
        assert conditions.unpin_condition(conditions.pin_condition(what)) == what


class TestReferences:
    def test_lists_all_of_a_condition(self):
        what = condition(on_list("A", "B"), asked("account.in_audience", "is", "C"))
        assert conditions.references(what) == [
            ("account_list", "A"),
            ("account_list", "B"),
            ("audience", "C"),
        ]
