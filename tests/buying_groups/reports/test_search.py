from __future__ import annotations

import pytest

from buying_groups.models import BuyingGroup, SolutionInterest
from buying_groups.reports import search
from tests.factories import AccountFactory, BuyingGroupFactory, SolutionInterestFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _groups():
    crm, data = SolutionInterestFactory(name="Cloud CRM"), SolutionInterestFactory(name="Data")
    north = AccountFactory(name="Northwind Traders", domain="nw.example")
    south = AccountFactory(name="Southwind for Data", domain="sw.example")
    for interest in (crm, data):
        for account in (north, south):
            BuyingGroupFactory(solution_interest=interest, account=account)


def found(typed):
    rows = BuyingGroup.objects.select_related("account", "solution_interest")
    return sorted(str(group) for group in search.find(rows, typed, all_rows=rows).rows)


@pytest.mark.parametrize("few", [search.FEW, 0, 1], ids=["looked up", "walked", "some of both"])
@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("Cloud CRM for Northwind Traders", ["Cloud CRM for Northwind Traders"]),
        ("north crm", ["Cloud CRM for Northwind Traders"]),
        ("NORTHWIND", ["Cloud CRM for Northwind Traders", "Data for Northwind Traders"]),
        ("nw.example data", ["Data for Northwind Traders"]),
        ("cloud", ["Cloud CRM for Northwind Traders", "Cloud CRM for Southwind for Data"]),
        ("data", ["Cloud CRM for Southwind for Data", "Data for Northwind Traders", "Data for Southwind for Data"]),
        ("so", ["Cloud CRM for Southwind for Data", "Data for Southwind for Data"]),
        ("ou", ["Cloud CRM for Northwind Traders", "Cloud CRM for Southwind for Data"]),
        ("for", ["Cloud CRM for Southwind for Data", "Data for Southwind for Data"]),
        ("nobody", []), ("north south", []), ("100%", []), ("a\0b", []),
    ],
)  # fmt: skip
def test_each_word_stands_in_the_interest_or_the_account(typed, names, few, monkeypatch):
    monkeypatch.setattr(search, "FEW", few)

    assert found(typed) == names


def test_without_a_word_all_are_found():
    assert len(found(" ")) == 4


def test_more_interests_make_no_more_conditions():
    for n in range(10):
        SolutionInterestFactory(name=f"Interest {n}")

    assert len(search.conditions("cloud north")) == 2


def test_without_an_interest_there_is_nothing():
    BuyingGroup.objects.all().delete()
    SolutionInterest.objects.all().delete()

    assert found("north") == []
