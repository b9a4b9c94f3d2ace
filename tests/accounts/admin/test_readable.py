"""Values of filters that cannot be read: said beside them, and nothing listed or exported instead."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.admin import filters
from accounts.models import Account, AccountList, Person
from buying_groups.models import BuyingGroup, Role, RoleTemplate, SolutionInterest, WeightingModel
from journeys.models import Journey
from tests.conftest import NO_ID
from tests.factories import AccountFactory, AccountListFactory, JourneyFactory

pytestmark = pytest.mark.django_db
UNREADABLE = [
    (Account, "employees_from", "abc"),
    (Account, "employees_to", "-5"),
    (Account, "list", str(NO_ID)),
    (AccountList, "creator", "nobody"),
    (AccountList, "status", "liv"),
    (AccountList, "use", "maybe"),
    (Person, "mark", "bald"),
    (Journey, "status", "running"),
    (Journey, "publisher", str(NO_ID)),
    (Journey, "updated_at_from", "22.11.2030"),
    (Journey, "created_at_to", "2030-02-30"),
    (BuyingGroup, "solution_interest", str(NO_ID)),
    (BuyingGroup, "stage", "x"),
    (BuyingGroup, "role", "1"),
    (BuyingGroup, "template", "x"),
    (BuyingGroup, "completeness", "some"),
    (Role, "type", "x"),
    (RoleTemplate, "status", "x"),
    (SolutionInterest, "updates", "x"),
    (SolutionInterest, "template", "x"),
    (WeightingModel, "status", "x"),
]


@pytest.mark.parametrize(("model", "parameter", "value"), UNREADABLE)
class TestUnreadable:
    def test_is_said_beside_the_filter_and_nothing_is_listed(self, client, to, model, parameter, value):
        changes = client.get(to(model, "changelist"), {parameter: value}).context["cl"]

        assert list(changes.result_list) == []
        [(_title, fault)] = changes.faults
        assert f"“{value}”" in fault
        assert beside(changes)[parameter] == [fault]

    def test_is_not_exported(self, client, to, model, parameter, value):
        answer = client.get(to(model, "export"), {parameter: value}, follow=True)

        assert answer.redirect_chain == [(f"{to(model, 'changelist')}?{parameter}={value}", 302)]
        assert "Nothing was exported: a filter cannot be read." in answer.content.decode()


def beside(changes: Any) -> dict[str, list[str]]:
    """What the forms of the filters say, by their fields."""
    forms = [choice["form"] for one in changes.filter_specs for choice in one.choices(changes)]
    return {name: list(said) for form in forms for name, said in form.errors.items()}


def test_the_page_says_it(client, to):
    JourneyFactory(name="Welcome")
    text = client.get(to(Journey, "changelist"), {"updated_at_from": "22.11.2030"}).content.decode()

    assert "“22.11.2030” is not a day from 1900 to 2199. Write year-month-day, such as 2030-11-22." in text
    assert "Nothing is listed until it is put right." in text


def test_one_of_several_statuses(client, to):
    changes = client.get(to(Journey, "changelist"), {"status": ["draft", "dead"]}).context["cl"]
    assert [fault for _title, fault in changes.faults] == [
        "“dead” is none of the choices. Choose one of them, or none."
    ]


def test_what_is_not_offered_for_lack_of_room_can_be_read(client, to, monkeypatch):
    monkeypatch.setattr(filters, "LISTS", 0)
    inside = AccountFactory()
    of = AccountListFactory(members=[inside])
    changes = client.get(to(Account, "changelist"), {"list": of.pk}).context["cl"]

    assert (list(changes.result_list), changes.faults, beside(changes)) == ([inside], [], {})


def test_nothing_that_is_empty_is_a_fault(client, to):
    query = {"employees_from": "", "employees_to": " ", "list": "", "industry": ""}
    assert client.get(to(Account, "changelist"), query).context["cl"].faults == []
