"""Lists and audiences as values of filters."""

from __future__ import annotations

import pytest

from accounts import conditions
from accounts.conditions import Scope
from tests.accounts.conditions.conftest import asked, condition
from tests.factories import (
    AccountFactory,
    AccountListFactory,
    AudienceFactory,
)

pytestmark = pytest.mark.django_db


class TestLists:
    def test_is_any_of_them_and_is_not_none_of_them(self, holds):
        account = AccountFactory()
        AccountListFactory(name="On it", members=[account])
        AccountListFactory(name="Other")
        field = "account.member_of_list"
        assert holds(asked(field, "is", ["other", "ON IT"]), account)
        assert not holds(asked(field, "is", "Other"), account)
        assert not holds(asked(field, "is_not", ["On it", "Other"]), account)
        assert holds(asked(field, "is_not", ["Other"]), account)

    def test_follow_the_id_after_a_rename(self, now):
        account = AccountFactory()
        renamed = AccountListFactory(name="New", members=[account])
        pinned = condition(asked("account.member_of_list", "is", [{"id": renamed.pk, "name": "Old"}]))
        assert conditions.count_accounts(pinned, now=now) == 1

    def test_nobody_is_on_a_list_that_is_gone(self, now):
        AccountFactory()
        gone = {"id": None, "name": "Gone"}
        assert conditions.count_accounts(condition(asked("account.member_of_list", "is", gone)), now=now) == 0
        assert (
            conditions.count_accounts(condition(asked("account.member_of_list", "is_not", gone)), now=now)
            == 1
        )


class TestAudiences:
    def test_are_evaluated_in_place(self, holds):
        account = AccountFactory(employees=50)
        AudienceFactory(name="Large", condition=condition(asked("account.employees", "at_least", 1000)))
        AudienceFactory(name="Small", condition=condition(asked("account.employees", "less_than", 1000)))
        assert holds(asked("account.in_audience", "is", "small"), account)
        assert holds(asked("account.in_audience", "is", ["Large", "Small"]), account)
        assert holds(asked("account.in_audience", "is_not", "Large"), account)
        assert not holds(asked("account.in_audience", "is_not", ["Large", "Small"]), account)

    def test_may_name_other_audiences(self, holds):
        large = AudienceFactory(condition=condition(asked("account.employees", "at_least", 1000)))
        named = {"id": large.pk, "name": large.name}
        AudienceFactory(name="Outer", condition=condition(asked("account.in_audience", "is", named)))
        assert holds(asked("account.in_audience", "is", "Outer"), AccountFactory(employees=1000))
        assert not holds(asked("account.in_audience", "is", "Outer"), AccountFactory(employees=999))

    def test_a_circle_of_audiences_does_not_compile(self, now):
        one, two = AudienceFactory(), AudienceFactory()
        for audience, other in [(one, two), (two, one)]:
            named = {"id": other.pk, "name": other.name}
            audience.condition = condition(asked("account.in_audience", "is", named))
            audience.save()
        with pytest.raises(conditions.CannotCompile, match="circle"):
            conditions.compile(one.condition, Scope(now=now))
        with pytest.raises(conditions.CannotCompile, match="circle"):
            conditions.is_relative(one.condition)

    def test_read_the_audiences_once(self, count_queries, now):
        audiences = AudienceFactory.create_batch(5)

        def of(n):
            names = [{"id": audience.pk, "name": audience.name} for audience in audiences[:n]]
            return condition(*[asked("account.in_audience", "is", name) for name in names])

        few = count_queries(lambda: conditions.compile(of(1), Scope(now=now)))
        assert count_queries(lambda: conditions.compile(of(5), Scope(now=now))) == few == 1
