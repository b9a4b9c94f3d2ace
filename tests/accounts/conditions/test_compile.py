"""Whole conditions: groups, names of rows, size."""

from __future__ import annotations

import pytest

from accounts import conditions
from accounts.conditions import Scope
from accounts.sql import Sql, rows, sql
from tests.accounts.conditions.conftest import asked, condition
from tests.factories import (
    AccountFactory,
    AccountListFactory,
    CustomAttributeFactory,
    PersonFactory,
)

pytestmark = pytest.mark.django_db


class TestGroups:
    def test_all_and_any(self, holds):
        account = AccountFactory(industry="Banking", country="DE")
        right, wrong = asked("account.industry", "is", "banking"), asked("account.country", "is", "fr")
        assert not holds(condition(right, wrong), account)
        assert holds(condition(right, wrong, match="any"), account)

    @pytest.mark.parametrize("match", ["all", "any"])
    def test_everybody_satisfies_a_group_without_filters(self, holds, match):
        assert holds(condition(match=match), AccountFactory())

    def test_groups_nest(self, holds):
        account = AccountFactory(industry="Banking", country="DE")
        wrong = asked("account.industry", "is", "x")
        right = asked("account.country", "is", "de")
        assert holds(condition(condition(wrong, right, match="any"), right), account)
        assert not holds(condition(condition(wrong, right), right, match="all"), account)

    def test_a_condition_on_people_asks_about_the_account_too(self, holds):
        account = AccountFactory(industry="Banking")
        person = PersonFactory(accounts=[account], job_title="Head of IT")
        what = condition(
            asked("person.job_title", "contains", ["manager", "head"]), asked("account.industry", "is", "x")
        )
        assert not holds(what, account, person)
        assert holds({**what, "match": "any"}, account, person)


class TestScope:
    def test_the_rows_may_have_other_names(self, now):
        account = AccountFactory(industry="Banking")
        person = PersonFactory(accounts=[account], job_title="Head", accounts__role="employee")
        AccountListFactory(name="L", members=[account])
        what = condition(
            asked("account.industry", "is", "Banking"),
            asked("person.job_title", "is", "Head"),
            asked("person.role_in_account", "is", "employee"),
            asked("account.member_of_list", "is", "L"),
        )
        scope = Scope(now=now, account=Sql("a"), person=Sql("p"))
        statement = sql(
            "SELECT a.id, p.id FROM accounts_account a CROSS JOIN accounts_person p WHERE {verdict}",
            verdict=conditions.compile(what, scope),
        )
        assert rows(statement) == [(account.pk, person.pk)]

    def test_a_field_that_is_gone_does_not_compile(self, now):
        with pytest.raises(conditions.CannotCompile, match="tier"):
            conditions.compile(condition(asked("account.custom.tier", "is", "x")), Scope(now=now))


class TestSize:
    def test_sends_as_many_queries_for_30_accounts_as_for_one(self, count_queries, now):
        CustomAttributeFactory(name="tier")
        what = condition(
            asked("account.custom.tier", "is_not", "x"), asked("account.name", "contains", "comp")
        )
        AccountFactory()
        few = count_queries(lambda: conditions.count_accounts(what, now=now))
        AccountFactory.create_batch(29)
        assert conditions.count_accounts(what, now=now) == 30
        assert count_queries(lambda: conditions.count_accounts(what, now=now)) == few

    def test_the_largest_condition_runs(self, now):
        AccountFactory(industry="X")
        filters = [asked("account.industry", "is", [f"value {n}" for n in range(499)] + ["x"])] * 25
        group = condition(*filters)
        assert conditions.count_accounts(condition(*[group] * 10), now=now) == 1
