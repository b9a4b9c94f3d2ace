"""“Persona is …” (reference 15.2, U 32): attributes with and, values with or, the first that fits."""

from __future__ import annotations

import pytest

from accounts import conditions
from accounts.models import Person
from buying_groups import personas
from buying_groups.models import Persona
from tests.accounts.conditions.conftest import asked, condition
from tests.factories import AccountFactory, CustomAttributeFactory, PersonFactory
from tests.factories.buying_groups import PersonaFactory

pytestmark = pytest.mark.django_db
FIELD = "person.persona"


@pytest.fixture(autouse=True)
def none_built_in():
    Persona.objects.all().delete()


def somebody(**columns) -> Person:
    return PersonFactory(accounts=[AccountFactory()], **columns)


@pytest.fixture
def has(holds):
    def ask(person: Person, operator: str, *value: object) -> bool:
        return holds(asked(FIELD, operator, *value), person.accounts.get(), person)

    return ask


def test_any_of_the_values_fits_whatever_its_case(has):
    PersonaFactory(name="VP", attributes={"job_title": ["VP", "Vice President"]})

    assert has(somebody(job_title=" vice PRESIDENT "), "is", ["VP"])
    assert not has(somebody(job_title="Vice President of Sales"), "is", ["VP"])


def test_all_attributes_must_fit(has):
    PersonaFactory(name="Spanish VP", attributes={"job_title": ["VP"], "country": ["Spain", "ES"]})

    assert has(somebody(job_title="VP", country="ES"), "is", ["Spanish VP"])
    assert not has(somebody(job_title="VP", country="France"), "is", ["Spanish VP"])
    assert not has(somebody(job_title="CEO", country="ES"), "is", ["Spanish VP"])


def test_a_person_has_the_first_persona_that_fits_and_no_other(has):
    PersonaFactory(name="Anyone in Spain", position=2, attributes={"country": ["Spain"]})
    PersonaFactory(name="VP", position=1, attributes={"job_title": ["VP"]})
    person = somebody(job_title="VP", country="Spain")

    assert has(person, "is", ["VP"])
    assert not has(person, "is", ["Anyone in Spain"])
    assert has(person, "is", ["Anyone in Spain", "VP"])


def test_without_a_persona_it_is_missing(has):
    PersonaFactory(name="VP", attributes={"job_title": ["VP"]})
    person = somebody(job_title="")

    assert has(person, "is_empty")
    assert has(person, "is_not", ["VP"])
    assert not has(person, "is", ["VP"])
    assert has(somebody(job_title="VP"), "is_not_empty")


def test_nobody_has_one_where_there_are_none(has, now):
    person = somebody()

    assert has(person, "is_empty")
    assert personas.of_person(person.pk, now=now) is None


def test_attributes_of_an_administrator_tell_one_too(has):
    CustomAttributeFactory(subject="person", name="seniority", label="Seniority", type="text")
    PersonaFactory(name="Senior", attributes={"custom.seniority": ["A", "B"]})

    assert has(somebody(custom={"seniority": "b"}), "is", "Senior")


def test_a_pinned_condition_survives_a_new_name(holds):
    persona, person = PersonaFactory(name="VP", attributes={"job_title": ["VP"]}), somebody(job_title="VP")
    pinned = conditions.pin_condition(condition(asked(FIELD, "is", ["vp"])))
    assert pinned["filters"][0]["value"] == [{"id": persona.pk, "name": "VP"}]

    Persona.objects.update(name="Vice president")

    assert holds(pinned, person.accounts.get(), person)
    assert conditions.unpin_condition(pinned)["filters"][0]["value"] == ["Vice president"]


def test_an_explanation_says_which_persona_it_saw(now):
    PersonaFactory(name="VP", attributes={"job_title": ["VP"]})
    person = somebody(job_title="VP")
    whole = condition(asked(FIELD, "is", ["VP"]))

    told = conditions.explain(whole, account_id=person.accounts.get().pk, person_id=person.pk, now=now)

    assert told is not None
    assert (told.verdict, told.parts[0].seen, told.parts[0].text) == (True, "VP", "Persona is VP")


def test_says_the_persona_of_a_person(now):
    persona = PersonaFactory(name="VP", attributes={"job_title": ["VP"]})

    assert personas.of_person(somebody(job_title="vp").pk, now=now) == persona
    assert personas.of_person(somebody(job_title="CEO").pk, now=now) is None


def test_one_that_does_not_exist_is_a_problem():
    [found] = conditions.check(condition(asked(FIELD, "is", ["Nobody"])), about="person")

    assert (found.code, found.refused) == ("not_found", False)
