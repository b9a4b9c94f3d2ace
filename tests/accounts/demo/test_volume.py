from __future__ import annotations

import pytest
from django.db import connection

from accounts.demo.volume import TABLES, fill
from accounts.models import Account, AccountPerson, Person
from tests.factories import AccountFactory, PersonFactory

pytestmark = pytest.mark.django_db


def indexes() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename = ANY(%s)", [list(TABLES)])
        return {definition for (definition,) in cursor.fetchall()}


class TestFill:
    def test_makes_so_many_beside_what_is_there_and_leaves_every_index(self) -> None:
        AccountFactory()
        before = indexes()

        fill(1_000, 3)

        assert (Account.objects.count(), Person.objects.count()) == (1_001, 3_000)
        assert AccountPerson.objects.filter(is_primary=True).count() == 3_000
        assert indexes() == before
        AccountFactory()
        PersonFactory(accounts=1)

    def test_spreads_the_sizes(self) -> None:
        fill(5_000, 0)

        accounts = Account.objects.all()
        assert 0.88 < accounts.filter(employees__gte=10).count() / 5_000 < 0.92
        assert accounts.filter(employees__gt=100_000).exists()
        assert not accounts.exclude(employees__range=(1, 300_000)).exists()
        assert accounts.values("industry").distinct().count() > 10
        assert accounts.values("country").distinct().count() > 5

    def test_can_be_called_again(self) -> None:
        fill(10, 2)
        fill(10, 2)

        assert (Account.objects.count(), Person.objects.values("email").distinct().count()) == (20, 40)
