"""A set-like field that the package has never heard of (toy.py), named in the settings only."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from accounts import conditions
from accounts.models import Person
from accounts.sql import rows, sql
from tests.accounts.conditions.conftest import asked, condition
from tests.factories import AccountFactory, AccountListFactory, PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def toys(settings):
    settings.CONDITION_FIELDS = [*settings.CONDITION_FIELDS, "tests.accounts.conditions.toy.FIELDS"]


def colleague(*filters, operator="has", match="all", **keys):
    return asked("account.colleague", operator, condition(*filters, match=match), **keys)


class TestHas:
    def test_one_and_the_same_row_satisfies_the_whole_group(self, holds):
        one, two = AccountFactory(), AccountFactory()
        PersonFactory(accounts=[one, two], accounts__role="x", job_title="Head")
        PersonFactory(accounts=[one], accounts__role="y", job_title="Clerk")
        head_in_y = colleague(
            asked("job_title", "is", "head"), asked("relations", "at_least", 1, role="y"), operator="has"
        )
        assert not holds(head_in_y, one)
        assert holds({**head_in_y, "operator": "has_not"}, one)
        assert holds(colleague(asked("job_title", "is", "head"), asked("relations", "is", 2, role="x")), two)

    def test_has_not_holds_where_there_is_nobody(self, holds):
        assert holds(colleague(operator="has_not"), AccountFactory())
        assert not holds(colleague(), AccountFactory())

    def test_may_count(self, holds):
        account = AccountFactory()
        PersonFactory.create_batch(2, accounts=[account])
        assert holds(colleague(at_least=2), account)
        assert not holds(colleague(at_least=3), account)

    def test_looks_back_from_the_anchor_of_the_scope(self, holds, now):
        account = AccountFactory()
        person = PersonFactory(accounts=[account])
        Person.objects.filter(pk=person.pk).update(created_at=now - timedelta(days=8))
        recently = colleague(within={"value": 7, "unit": "days"})
        assert not holds(recently, account)
        entered = sql("{at}::timestamptz", at=now - timedelta(days=2))
        assert holds(recently, account, anchor=entered)


class TestCheck:
    def test_a_right_one_passes(self):
        what = condition(
            colleague(asked("job_title", "is", "x"), within={"value": 7, "unit": "days"}, at_least=2)
        )
        assert conditions.check(what) == []

    @pytest.mark.parametrize(
        ("filter", "place"),
        [
            (colleague(asked("job_titel", "is", "x")), ("value", "filters", 0, "field")),
            (colleague(asked("account.name", "is", "x")), ("value", "filters", 0, "field")),
            (colleague(asked("job_title", "at_least", 1)), ("value", "filters", 0, "operator")),
            (colleague(asked("relations", "at_least", "1", role="x")), ("value", "filters", 0, "value")),
            (colleague(asked("job_title", "is", "x", role="y")), ("value", "filters", 0, "role")),
            (colleague(at_least=0), ("at_least",)),
            (colleague(within=7), ("within",)),
            (colleague(event="x"), ("event",)),
            (asked("account.colleague", "has", "x"), ("value",)),
            (asked("account.colleague", "is", condition()), ("operator",)),
            ({"field": "account.colleague", "operator": "has"}, ()),
        ],
    )
    def test_points_to_what_is_wrong(self, filter, place):
        [finding] = conditions.check(condition(filter))
        assert finding.at == ("filters", 0, *place)

    def test_suggests_a_field_of_the_nested_group(self):
        [finding] = conditions.check(condition(colleague(asked("job_titel", "is", "x"))))
        assert "“job_title”" in finding.message

    def test_the_nested_group_counts_for_the_depth(self):
        inner = colleague(condition(condition(condition(condition(asked("job_title", "is", "x"))))))
        assert [finding.code for finding in conditions.check(condition(inner))] == ["too_deep"]

    def test_references_inside_are_found_and_pinned(self):
        [finding] = conditions.check(condition(colleague(asked("list", "is", ["L"]))))
        assert (finding.code, finding.at[-3:]) == ("not_found", (0, "value", 0))
        row = AccountListFactory(name="L")
        pinned = conditions.pin_condition(condition(colleague(condition(asked("list", "is", ["l"])))))
        nested = pinned["filters"][0]["value"]["filters"][0]["filters"][0]
        assert nested["value"] == [{"id": row.pk, "name": "L"}]
        assert conditions.unpin_condition(pinned)["filters"][0]["value"]["filters"][0]["filters"][0][
            "value"
        ] == ["L"]


class TestTime:
    def test_its_keys_make_it_relative(self):
        assert not conditions.is_relative(condition(colleague()))
        assert conditions.is_relative(condition(colleague(within={"value": 7, "unit": "days"})))

    def test_so_does_a_relative_filter_inside(self):
        inside = colleague(asked("created_at", "in_last", {"value": 7, "unit": "days"}))
        assert conditions.is_relative(condition(condition(inside)))

    def test_says_whose_verdict_turns(self, now):
        turning, staying = AccountFactory(), AccountFactory()
        for account, days in [(turning, 7), (staying, 6)]:
            person = PersonFactory(accounts=[account])
            Person.objects.filter(pk=person.pk).update(created_at=now - timedelta(days=days, minutes=1))
        what = condition(colleague(within={"value": 7, "unit": "days"}))
        ids = conditions.crossings(what, now - timedelta(minutes=5), now)
        assert ids is not None
        assert rows(ids) == [(turning.pk,)]

    def test_one_filter_that_does_not_know_makes_the_whole_unknown(self, now):
        known = colleague(within={"value": 7, "unit": "days"})
        unknown = colleague(asked("created_at", "in_last", {"value": 7, "unit": "days"}))
        assert conditions.crossings(condition(known, unknown), now, now + timedelta(hours=1)) is None


class TestTelling:
    def test_is_described_in_words(self):
        what = condition(
            colleague(asked("job_title", "is", "Head"), asked("relations", "at_least", 1, role="x"))
        )
        assert conditions.describe(what) == "Colleague has Job title is Head, and Relations at least 1"

    def test_is_explained_and_seen(self, now):
        account = AccountFactory()
        what = condition(colleague(asked("job_title", "is", "Head"), operator="has_not"))
        explained = conditions.explain(what, account_id=account.pk, now=now)
        assert explained is not None
        assert (explained.parts[0].verdict, explained.parts[0].seen) == (True, False)

    def test_what_is_seen_belongs_to_the_filter_whatever_its_words(self, now):
        """The words of this field leave its own keys out; `has` and `has_not` look at the same."""
        account = AccountFactory()
        PersonFactory(accounts=[account])
        what = condition(
            colleague(at_least=2), colleague(at_least=1), colleague(at_least=2, operator="has_not")
        )
        keys = [key for _filter, key in conditions.keys_of_seen(what)]
        assert keys == ["Colleague has any", "Colleague has any (2)", "Colleague has any"]
        statement = sql(
            "SELECT {seen} FROM accounts_account account WHERE account.id = {id}",
            seen=conditions.seen(what, conditions.Scope(now=now)), id=account.pk,
        )  # fmt: skip
        assert json.loads(rows(statement)[0][0]) == {keys[0]: False, keys[1]: True}

    def test_is_offered_with_its_fields_and_keys(self):
        [entry] = [
            entry for entry in conditions.catalogue_for("account") if entry["name"] == "account.colleague"
        ]
        assert entry["keys"] == ["at_least", "within"]
        assert [operator["name"] for operator in entry["operators"]] == ["has", "has_not"]
        assert [field["name"] for field in entry["fields"]] == [
            "job_title",
            "created_at",
            "relations",
            "list",
        ]
