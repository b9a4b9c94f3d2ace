from __future__ import annotations

import csv
from datetime import datetime

import pytest

from accounts.demo import people
from accounts.demo.load import COMPANIES, load
from accounts.models import Account, AccountPerson, Event, Person, PersonScore


def companies() -> list[dict[str, str]]:
    with COMPANIES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class TestPeople:
    def test_every_company_has_three_and_always_the_same(self) -> None:
        first = list(people.generate(companies()))

        assert first == list(people.generate(companies()))
        assert len(first) == 3 * len({company["external_id"] for company in companies()})

    def test_emails_and_external_ids_are_unique(self) -> None:
        rows = list(people.generate(companies()))

        assert len({row["email"] for row in rows}) == len({row["external_id"] for row in rows}) == len(rows)

    def test_a_company_has_one_of_each_level(self) -> None:
        boss, manager, specialist = people.generate(companies()[:1])

        assert len({boss["job_title"], manager["job_title"], specialist["job_title"]}) == 3
        assert boss["email"].endswith("@" + companies()[0]["domain"])


@pytest.mark.django_db
class TestLoad:
    def test_goes_through_the_import_and_changes_nothing_the_second_time(
        self, settings, tmp_path, now: datetime
    ) -> None:
        settings.MEDIA_ROOT = tmp_path
        first, first_people = load(clock=lambda: now)
        counts = [model.objects.count() for model in (Account, Person, AccountPerson, PersonScore)]

        second, second_people = load(clock=lambda: now)

        assert first.created > 1_800
        assert first_people.created > 3 * 1_800
        assert (second.created, second.updated, second_people.created, second_people.updated) == (0, 0, 0, 0)
        assert [model.objects.count() for model in (Account, Person, AccountPerson, PersonScore)] == counts
        assert Event.objects.count() == 0
        assert Account.objects.get(name="3M").custom == {"revenue_currency": "USD"}
        assert Account.objects.get(name="3M").time_zone == "America/New_York"
