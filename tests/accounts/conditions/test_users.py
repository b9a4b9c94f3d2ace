from __future__ import annotations

from typing import Any

import pytest

from accounts.conditions import users
from tests.accounts.conditions.conftest import asked, condition
from tests.factories import AccountListFactory, AudienceFactory

pytestmark = pytest.mark.django_db


def names(row: Any) -> dict[str, Any]:
    return {"id": row.pk, "name": row.name}


def elsewhere() -> list[tuple[str, Any]]:
    """What another app says of its conditions."""
    return [("thing Other", condition(asked("account.industry", "is", "Banking")))]


class TestNaming:
    def test_says_which_lists_and_audiences_refer_to_a_row(self):
        base = AccountListFactory(name="Base")
        on_it = condition(asked("account.member_of_list", "is", [names(base)]))
        AccountListFactory(name="Draft", type="dynamic", status="draft", condition=on_it)
        AudienceFactory(name="Deep", condition=condition(condition(on_it)))
        AudienceFactory(name="Everybody")

        assert users.naming("account_list", base.pk) == ["audience Deep", "list Draft"]

    def test_another_resource_of_the_same_id_is_another_row(self):
        base = AccountListFactory()
        AudienceFactory(condition=condition(asked("account.member_of_list", "is", [names(base)])))

        assert users.naming("audience", base.pk) == []

    def test_asks_no_more_for_more_conditions(self, count_queries):
        few = count_queries(lambda: users.naming("account_list", 1))
        for _ in range(5):
            AudienceFactory(condition=condition(asked("account.member_of_list", "is", ["Nobody"])))

        assert count_queries(lambda: users.naming("account_list", 1)) == few


class TestAsking:
    def test_says_whose_conditions_ask_for_a_field(self):
        large = asked("account.employees", "at_least", 1000)
        AudienceFactory(name="Large", condition=condition(condition(large)))
        AudienceFactory(name="Banks", condition=condition(asked("account.industry", "is", "Banking")))

        assert users.asking("account.employees") == ["audience Large"]

    def test_other_apps_are_asked_as_well(self, settings):
        settings.CONDITION_OWNERS = [*settings.CONDITION_OWNERS, f"{__name__}.elsewhere"]

        assert users.asking("account.industry") == ["thing Other"]
