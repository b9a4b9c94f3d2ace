from __future__ import annotations

import pytest

from buying_groups.models import BuyingGroup
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
    parts = search.found(BuyingGroup.objects.all(), typed)
    groups = [group for part in parts for group in part.select_related("account", "solution_interest")]
    assert len({group.pk for group in groups}) == len(groups)
    return sorted(str(group) for group in groups)


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
def test_each_word_stands_in_the_interest_or_the_account(typed, names):
    assert found(typed) == names


def test_more_groups_and_interests_make_no_more_parts():
    for n in range(10):
        BuyingGroupFactory(solution_interest=SolutionInterestFactory(name=f"Interest {n}"))

    assert len(search.found(BuyingGroup.objects.all(), "cloud north")) == 2
