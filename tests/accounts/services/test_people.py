from __future__ import annotations

from datetime import datetime

import pytest
from django.core.exceptions import PermissionDenied

from accounts.findings import Invalid
from accounts.models import AccountChange, AccountPerson, Event, Person, PersonScore
from accounts.services import people, relations
from tests.factories import AccountFactory, CustomAttributeFactory, PersonFactory, ScoreFactory, UserFactory

pytestmark = pytest.mark.django_db


def marked() -> set[int]:
    return set(AccountChange.objects.values_list("account_id", flat=True))


def payloads() -> list[dict[str, object]]:
    return list(Event.objects.order_by("id").values_list("payload", flat=True))


class TestCreate:
    def test_makes_a_person(self, now: datetime) -> None:
        person = people.create({"email": "anna@acme.com", "date_of_birth": "1980-02-29"}, by=None, now=now)

        assert str(Person.objects.get(pk=person.pk).date_of_birth) == "1980-02-29"

    @pytest.mark.parametrize(
        ("values", "code", "place"),
        [
            ({}, "missing", ("email",)),
            ({"email": "TAKEN@acme.com"}, "taken", ("email",)),
            ({"email": "a@acme.com", "external_id": "P1"}, "taken", ("external_id",)),
            ({"email": "a@acme.com", "engagement_score": 5}, "unknown_field", ("engagement_score",)),
        ],
    )
    def test_refuses_what_does_not_fit(
        self, values: dict[str, object], code: str, place: tuple[str], now: datetime
    ) -> None:
        PersonFactory(email="taken@acme.com", external_id="P1")

        with pytest.raises(Invalid) as error:
            people.create(values, by=None, now=now)

        assert [(finding.code, finding.at) for finding in error.value.findings] == [(code, place)]


class TestEdit:
    def test_records_the_change_and_marks_every_account(self, now: datetime) -> None:
        both = AccountFactory.create_batch(2)
        anna = PersonFactory(accounts=both, job_title="")

        people.edit(anna.pk, {"job_title": "Manager", "unsubscribed": True}, by=None, now=now)

        assert payloads() == [
            {"attribute": "person.job_title", "old": None, "new": "Manager"},
            {"attribute": "person.unsubscribed", "old": False, "new": True},
        ]
        assert marked() == {account.pk for account in both}

    def test_an_email_that_two_people_share_already_does_not_stop_other_edits(self, now: datetime) -> None:
        anna, _ = PersonFactory.create_batch(2, email="info@acme.com")

        assert people.edit(anna.pk, {"city": "Bonn"}, by=None, now=now).city == "Bonn"


class TestDelete:
    def test_takes_what_hangs_on_the_person_and_marks_the_accounts(self, now: datetime) -> None:
        acme = AccountFactory()
        anna = PersonFactory(accounts=[acme])
        PersonScore.objects.create(person=anna, score=ScoreFactory(), value=5)
        people.edit(anna.pk, {"city": "Bonn"}, by=None, now=now)

        assert people.delete([anna.pk], by=None, now=now) == 1

        assert [model.objects.count() for model in (Person, AccountPerson, PersonScore)] == [0, 0, 0]
        assert (Event.objects.count(), marked()) == (0, {acme.pk})


class TestRelations:
    def test_adding_marks_both_accounts(self, now: datetime) -> None:
        old, new = AccountFactory.create_batch(2)
        anna = PersonFactory(accounts=[old])

        relations.add(new.pk, anna.pk, role="employee", by=None, now=now)

        assert marked() == {old.pk, new.pk}
        assert AccountPerson.objects.get(account=new).role == "employee"

    def test_adding_again_changes_role_and_mark(self, now: datetime) -> None:
        acme = AccountFactory()
        anna = PersonFactory(accounts=[acme])

        relations.add(acme.pk, anna.pk, role="contractor", is_primary=True, by=None, now=now)

        assert AccountPerson.objects.values_list("role", "is_primary").get() == ("contractor", True)
        assert payloads() == [
            {"attribute": "person.role_in_account", "old": None, "new": "contractor"},
            {"attribute": "person.primary_account", "old": False, "new": True},
        ]

    def test_adding_again_without_saying_as_what_changes_nothing(self, now: datetime) -> None:
        acme, anna = AccountFactory(), PersonFactory()
        first, is_new = relations.add(acme.pk, anna.pk, role="employee", is_primary=True, by=None, now=now)

        again, is_new_again = relations.add(acme.pk, anna.pk, by=None, now=now)

        assert (is_new, is_new_again, again) == (True, False, first)
        assert AccountPerson.objects.values_list("role", "is_primary").get() == ("employee", True)
        assert payloads() == []

    def test_a_person_has_one_primary_account(self, now: datetime) -> None:
        first, second = AccountFactory.create_batch(2)
        anna = PersonFactory()
        relations.add(first.pk, anna.pk, is_primary=True, by=None, now=now)
        relations.add(second.pk, anna.pk, by=None, now=now)

        relations.edit(second.pk, anna.pk, is_primary=True, by=None, now=now)

        assert [relation.account for relation in AccountPerson.objects.filter(is_primary=True)] == [second]

    def test_an_edit_that_changes_nothing_is_not_recorded(self, now: datetime) -> None:
        acme = AccountFactory()
        anna = PersonFactory(accounts=[acme], accounts__role="employee")

        relations.edit(acme.pk, anna.pk, role="employee", by=None, now=now)

        assert (payloads(), marked()) == ([], set())

    def test_removing_marks_the_account_and_twice_is_ignored(self, now: datetime) -> None:
        acme = AccountFactory()
        anna = PersonFactory(accounts=[acme])

        relations.remove(acme.pk, anna.pk, by=None, now=now)
        relations.remove(acme.pk, anna.pk, by=None, now=now)

        assert (AccountPerson.objects.exists(), marked()) == (False, {acme.pk})

    def test_refuses_a_role_that_is_too_long_and_an_account_that_is_not_there(self, now: datetime) -> None:
        anna = PersonFactory(accounts=1)

        with pytest.raises(Invalid):
            relations.add(anna.accounts.get().pk, anna.pk, role="x" * 101, by=None, now=now)
        with pytest.raises(Invalid):
            relations.add(0, anna.pk, by=None, now=now)


class TestEditSeveral:
    def test_changes_records_and_marks_only_those_who_differ(self, now: datetime) -> None:
        known, other = AccountFactory.create_batch(2)
        anna = PersonFactory(accounts=[known], country="Spain", custom={"tier": "A"})
        PersonFactory(accounts=[other], country="Italy", custom={"tier": "B"})
        CustomAttributeFactory(subject="person", name="tier")

        n = people.edit_several(
            Person.objects.values_list("pk", flat=True),
            {"country": "Italy", "custom": {"tier": "B"}},
            by=None,
            now=now,
        )

        assert n == 1
        assert [(one.country, one.custom) for one in Person.objects.all()] == [("Italy", {"tier": "B"})] * 2
        assert payloads() == [
            {"attribute": "person.country", "old": "Spain", "new": "Italy"},
            {"attribute": "person.custom.tier", "old": "A", "new": "B"},
        ]
        assert Event.objects.values_list("person_id", flat=True)[0] == anna.pk
        assert marked() == {known.pk}
        assert Person.objects.get(pk=anna.pk).updated_at == now

    @pytest.mark.parametrize("key", ["email", "external_id"])
    def test_refuses_what_no_two_may_share(self, key: str, now: datetime) -> None:
        with pytest.raises(Invalid) as error:
            people.edit_several([PersonFactory().pk], {key: "a@acme.com"}, by=None, now=now)

        assert [(finding.code, finding.at) for finding in error.value.findings] == [("not_shared", (key,))]

    def test_asks_for_the_permission(self, now: datetime) -> None:
        with pytest.raises(PermissionDenied):
            people.edit_several([], {}, by=UserFactory(is_superuser=False), now=now)
