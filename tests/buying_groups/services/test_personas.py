"""Personas: twenty at most, told by one to five attributes, ten in all (reference 15.2)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from accounts.errors import Conflict, Stale
from accounts.findings import Invalid
from accounts.services import attributes as custom_attributes
from buying_groups.models import Persona
from buying_groups.services import personas
from tests.factories import CustomAttributeFactory, RoleTemplateFactory
from tests.factories.api import user_with
from tests.factories.buying_groups import PersonaFactory

pytestmark = pytest.mark.django_db
VP = [{"field": "person.job_title", "values": ["VP"]}]


@pytest.fixture(autouse=True)
def none_built_in():
    Persona.objects.all().delete()


def names() -> list[str]:
    return list(Persona.objects.order_by("position").values_list("name", flat=True))


class TestCreate:
    def test_makes_one_behind_the_others(self, staff, now):
        PersonaFactory(name="First")
        made = personas.create(name=" VP ", description=" top ", attributes=VP, by=staff, now=now)

        made = Persona.objects.get(pk=made.pk)
        assert (made.name, made.description, made.position) == ("VP", "top", 2)
        assert (made.created_by, made.created_at, made.updated_at) == (staff, now, now)
        assert personas.given(made) == VP

    def test_makes_one_at_a_place(self, now):
        for name in "AB":
            personas.create(name=name, attributes=VP, by=None, now=now)

        personas.create(name="Between", attributes=VP, position=2, by=None, now=now)
        personas.create(name="Last", attributes=VP, position=99, by=None, now=now)

        assert names() == ["A", "Between", "B", "Last"]

    @pytest.mark.parametrize(
        ("given", "place", "code"),
        [
            ({"name": ""}, ("name",), "empty_value"),
            ({"name": "x" * 101}, ("name",), "wrong_value"),
            ({"name": "TAKEN"}, ("name",), "taken"),
            ({"position": 0}, ("position",), "wrong_value"),
            ({"attributes": "VP"}, ("attributes",), "wrong_type"),
            ({"attributes": []}, ("attributes",), "empty_value"),
            ({"attributes": VP * 6}, ("attributes",), "too_many"),
            ({"attributes": VP * 2}, ("attributes", 1, "field"), "twice"),
            ({"attributes": ["VP"]}, ("attributes", 0), "wrong_type"),
            ({"attributes": [{**VP[0], "operator": "is"}]}, ("attributes", 0, "operator"), "unknown_field"),
            ({"attributes": [{"values": ["VP"]}]}, ("attributes", 0, "field"), "not_found"),
            ({"attributes": [{"field": "person.is_test", "values": ["x"]}]}, ("attributes", 0, "field"), "not_found"),
            ({"attributes": [{"field": "account.name", "values": ["x"]}]}, ("attributes", 0, "field"), "not_found"),
            ({"attributes": [{**VP[0], "values": "VP"}]}, ("attributes", 0, "values"), "wrong_type"),
            ({"attributes": [{**VP[0], "values": []}]}, ("attributes", 0, "values"), "empty_value"),
            (
                {"attributes": [{"field": "person.job_title", "values": ["VP", " "]}]},
                ("attributes", 0, "values", 1), "empty_value",
            ),
        ],
    )  # fmt: skip
    def test_refuses_what_is_wrong_at_its_place(self, now, given, place, code):
        PersonaFactory(name="Taken")

        with pytest.raises(Invalid) as error:
            personas.create(**{"name": "A", "attributes": VP, **given}, by=None, now=now)

        assert [(finding.at, finding.code) for finding in error.value.findings] == [(place, code)]

    def test_there_are_twenty_at_most(self, now):
        for n in range(20):
            personas.create(name=f"Persona {n}", attributes=VP, by=None, now=now)

        with pytest.raises(Conflict) as error:
            personas.create(name="One too many", attributes=VP, by=None, now=now)

        assert error.value.code == "too_many"

    def test_ten_attributes_are_the_most_over_all(self, now):
        columns = [
            "job_title",
            "city",
            "state",
            "country",
            "language",
            "phone",
            "first_name",
            "last_name",
            "email",
        ]
        for n in range(0, 9, 3):
            PersonaFactory(attributes={column: ["x"] for column in columns[n : n + 3]})
        tenth = [{"field": "person.postal_code", "values": ["x"]}]
        personas.create(name="Tenth", attributes=[*tenth, *VP], by=None, now=now)

        eleventh = [{"field": "person.mobile_phone", "values": ["x"]}]
        with pytest.raises(Invalid) as error:
            personas.create(name="Eleventh", attributes=eleventh, by=None, now=now)

        [finding] = error.value.findings
        assert (finding.at, finding.code) == (("attributes",), "too_many")

    def test_needs_the_permission(self, someone, now):
        with pytest.raises(PermissionDenied):
            personas.create(name="A", attributes=VP, by=someone, now=now)
        assert personas.create(name="A", attributes=VP, by=user_with("buying_groups.add_persona"), now=now).pk


class TestEdit:
    def test_changes_what_is_given(self, staff, now):
        made, later = personas.create(name="VP", attributes=VP, by=None, now=now), now + timedelta(hours=1)

        personas.edit(made, name="Head", by=staff, now=later)
        edited = personas.edit(made, attributes=[{**VP[0], "values": ["Head of"]}], by=staff, now=later)

        edited = Persona.objects.get(pk=edited.pk)
        assert (edited.name, edited.updated_at) == ("Head", later)
        assert personas.given(edited) == [{"field": "person.job_title", "values": ["Head of"]}]

    def test_moves_it(self, now):
        made = [personas.create(name=name, attributes=VP, by=None, now=now) for name in "ABC"]

        personas.edit(made[2], position=1, by=None, now=now)
        assert names() == ["C", "A", "B"]
        personas.edit(made[2], position=2, by=None, now=now)
        assert names() == ["A", "C", "B"]
        assert list(Persona.objects.order_by("position").values_list("position", flat=True)) == [1, 2, 3]

    def test_is_refused_when_somebody_has_changed_it_since(self, now):
        made = personas.create(name="VP", attributes=VP, by=None, now=now)
        personas.edit(made, name="Head", by=None, now=now + timedelta(hours=1))

        with pytest.raises(Stale):
            personas.edit(made, name="VP", by=None, now=now, unchanged_since=now)

    def test_needs_the_permission(self, someone, now):
        made = PersonaFactory()
        with pytest.raises(PermissionDenied):
            personas.edit(made, name="A", by=someone, now=now)
        personas.edit(made, name="A", by=user_with("buying_groups.change_persona"), now=now)


class TestDelete:
    def test_deletes_one_that_nobody_uses_and_twice_is_no_error(self):
        made = PersonaFactory()

        personas.delete(made, by=None)
        personas.delete(made, by=None)

        assert not Persona.objects.exists()

    def test_is_refused_while_a_role_template_names_it(self):
        made = PersonaFactory(name="VP")
        value = [{"id": made.pk, "name": "VP"}]
        asked = {"match": "all", "filters": [{"field": "person.persona", "operator": "is", "value": value}]}
        RoleTemplateFactory(name="CRM", roles={"Champion": {"condition": asked}})

        with pytest.raises(Conflict) as error:
            personas.delete(made, by=None)

        assert (error.value.code, error.value.message) == ("in_use", "“VP” is used by role template CRM.")

    def test_needs_the_permission(self, someone):
        made = PersonaFactory()
        with pytest.raises(PermissionDenied):
            personas.delete(made, by=someone)
        personas.delete(made, by=user_with("buying_groups.delete_persona"))


def test_an_attribute_that_tells_a_persona_is_kept(now):
    attribute = CustomAttributeFactory(subject="person", name="seniority", label="Seniority", type="text")
    PersonaFactory(name="Senior", attributes={"custom.seniority": ["A"]})

    with pytest.raises(Conflict) as error:
        custom_attributes.delete(attribute.pk, by=None)

    assert "persona Senior" in error.value.message


def test_custom_attributes_may_tell_a_persona(now):
    CustomAttributeFactory(subject="person", name="seniority", label="Seniority", type="text")

    found = personas.fields()

    assert found["person.custom.seniority"] == "Seniority"
    assert found["person.job_title"] == "Job title"
    assert not {"account.name", "person.is_test", "person.role_in_account"} & found.keys()
