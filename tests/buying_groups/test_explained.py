"""Which buying group a condition looked at, and what it saw there."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from accounts import conditions
from tests.accounts.conditions.conftest import asked, condition
from tests.factories import (
    AccountFactory,
    AudienceFactory,
    BuyingGroupFactory,
    PersonFactory,
    SolutionInterestFactory,
    UserFactory,
)
from tests.factories.api import client_of
from tests.factories.stages import StageModelFactory, stage

pytestmark = pytest.mark.django_db
READY = condition(
    asked("solution_interest", "is", "CRM"),
    asked("completeness_score", "at_least", 80),
    {"match": "any", "filters": [asked("stage", "is", "Intent"), asked("status", "is", "Hot")]},
    {**asked("people_in_role", "at_least", 2), "role": "Champion"},
)


@pytest.fixture
def account() -> Any:
    StageModelFactory()
    crm = SolutionInterestFactory(name="CRM", roles={"Champion": {}, "Decision Maker": {}})
    account = AccountFactory(name="Northwind")
    BuyingGroupFactory(account=account, solution_interest__name="Web", completeness=100.0)
    BuyingGroupFactory(
        account=account, solution_interest=crm, completeness=66.5, stage=stage("Intent"),
        members={PersonFactory(accounts=[account]): "Champion"},
    )  # fmt: skip
    return account


def told(part: conditions.Explained) -> Any:
    return [(leaf.verdict, leaf.field or [*map(tuple, told(leaf))], leaf.seen) for leaf in part.parts]


def of_account(account: Any, operator: str, nested: Any, now: Any) -> conditions.Explained:
    what = condition(asked("account.matched_buying_group", operator, nested))
    tree = conditions.explain(what, account_id=account.pk, now=now)
    assert tree is not None
    return tree.parts[0]


def test_a_group_is_told_with_what_each_filter_saw_in_one_query(account, now, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = of_account(account, "has", READY, now)

    assert (found.verdict, found.seen) == (False, False)
    # Of two groups that both fail, the one of which more holds.
    [group] = found.parts
    assert (group.verdict, group.text, group.match) == (False, "CRM for Northwind", "all")
    assert told(group) == [
        (True, "solution_interest", "CRM"),
        (False, "completeness_score", 66.5),
        (True, [(True, "stage", "Intent"), (False, "status", "")], None),
        (False, "people_in_role", 1),
    ]
    assert group.parts[1].text == "Completeness score at least 80"


@pytest.mark.parametrize(("operator", "verdict"), [("has", True), ("has_not", False)])
def test_the_group_that_fits_is_the_one_that_is_told(account, now, operator, verdict):
    found = of_account(account, operator, condition(asked("completeness_score", "at_least", 80)), now)

    assert (found.verdict, found.seen, found.parts[0].text) == (verdict, True, "Web for Northwind")
    assert found.parts[0].verdict is True


def test_without_a_filter_any_group_is_told(account, now):
    found = of_account(account, "has", condition(), now)

    assert (found.parts[0].verdict, found.parts[0].parts) == (True, [])


def test_without_a_group_there_is_none_to_tell_of(now):
    assert of_account(AccountFactory(), "has", READY, now).parts == []


def test_a_membership_is_told_of_a_person(account, now):
    person = PersonFactory(accounts=[account])
    BuyingGroupFactory(account=account, solution_interest__name="App", members={person: "Decision Maker"})
    what = condition(
        asked("person.member_of_buying_group", "has", condition(asked("role", "is", "Champion")))
    )

    tree = conditions.explain(what, account_id=account.pk, person_id=person.pk, now=now)

    assert tree is not None
    [member] = tree.parts[0].parts
    assert (member.text, told(member)) == ("App for Northwind", [(False, "role", "Decision Maker")])


def test_an_audience_within_is_told_as_far(account, now):
    AudienceFactory(name="Ready", condition=condition(asked("account.matched_buying_group", "has", READY)))

    tree = conditions.explain(
        condition(asked("account.in_audience", "is", ["Ready"]), asked("account.name", "is", "Northwind")),
        account_id=account.pk, now=now,
    )  # fmt: skip

    assert tree is not None
    assert tree.parts[0].parts[0].parts[0].parts[0].text == "CRM for Northwind"
    assert (tree.parts[1].verdict, tree.parts[1].seen) == (True, "Northwind")


def test_the_page_and_the_program_say_it(client, account):
    what = condition(asked("account.matched_buying_group", "has", READY))
    audience = AudienceFactory(name="Ready", condition=what)
    url = reverse("admin:accounts_audience_explain", args=[audience.pk])

    client.force_login(UserFactory())
    page = client.get(url, {"account": account.pk}).content.decode()
    answer = client_of().get(f"/api/v1/audiences/{audience.pk}/explain/?account={account.pk}").json()

    assert "CRM for Northwind" in page
    assert '<span class="ac-seen">there is none</span>' in page
    assert 'Stage is Intent <span class="ac-seen">it is Intent</span>' in page
    [group] = answer["parts"][0]["parts"]
    assert group["parts"][1]["seen"] == 66.5
