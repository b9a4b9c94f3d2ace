from __future__ import annotations

import csv
import io

import pytest

from buying_groups.admin.personas import joined, split
from buying_groups.models import Persona
from buying_groups.services import personas
from tests.factories import RoleTemplateFactory

pytestmark = pytest.mark.django_db
LAWYER = {
    "name": "Legal",
    "attributes__0__field": "person.job_title",
    "attributes__0__values": 'Lawyer, counsel\n"Counsel, general"',
}


@pytest.fixture
def analyst() -> Persona:
    return Persona.objects.get(name="Analyst")


class TestList:
    def test_shows_them_in_their_order_with_what_tells_them(self, client, to):
        page = client.get(to(Persona, "changelist"))

        assert [row.name for row in page.context["cl"].result_list][:2] == ["CXO / EVP", "SVP / VP"]
        assert "Job title: Analyst, Business Analyst" in page.content.decode()

    def test_is_exported(self, client, to):
        client.post(to(Persona, "add"), LAWYER)
        text = client.get(to(Persona, "export")).getvalue().decode()

        first, *_, last = rows = list(csv.DictReader(io.StringIO(text)))
        assert list(first) == ["position", "name", "description", "told_by", "created_at", "updated_at"]
        assert (len(rows), last["name"]) == (11, "Legal")
        assert last["told_by"] == 'person.job_title: Lawyer, counsel, "Counsel, general"'
        assert len({row["told_by"] for row in rows}) == 11

    def test_stands_at_the_side(self, client, to):
        assert to(Persona, "changelist") in client.get("/", follow=True).content.decode()


class TestMaking:
    def test_makes_one_from_texts_with_commas_between_them(self, client, to):
        assert client.get(to(Persona, "add")).context["fixed"] == [("Personas that may still be added", 10)]

        answer = client.post(to(Persona, "add"), LAWYER)

        assert answer.url == to(Persona, "changelist")
        made = Persona.objects.get(name="Legal")
        assert (made.position, made.created_by.username) == (11, "root")
        assert personas.given(made) == [
            {"field": "person.job_title", "values": ["Lawyer", "counsel", "Counsel, general"]}
        ]

    @pytest.mark.parametrize(
        ("given", "field", "said"),
        [
            ({"name": "analyst"}, "name", "A persona of this name exists."),
            ({"attributes__0__values": ""}, "attributes__0__values", "An attribute and its values belong together."),
            ({"attributes__0__field": ""}, "attributes__0__field", "An attribute and its values belong together."),
            (
                {"attributes__0__field": "", "attributes__0__values": ""},
                "attributes__0__field", "At least one attribute is needed.",
            ),
            (
                {"attributes__4__field": "person.job_title", "attributes__4__values": "VP"},
                "attributes__4__field", "This attribute is there already.",
            ),
        ],
    )  # fmt: skip
    def test_says_what_is_wrong_at_its_field(self, client, to, given, field, said):
        answer = client.post(to(Persona, "add"), {**LAWYER, **given})

        assert answer.status_code == 400
        assert answer.context["form"].errors == {field: [said]}


class TestChanging:
    def test_shows_what_is_saved_and_saves_what_is_shown(self, client, to, analyst):
        page = client.get(to(Persona, "change", analyst.pk))
        shown = {name: page.context["form"][name].value() or "" for name in page.context["form"].fields}

        client.post(to(Persona, "change", analyst.pk), {**shown, "position": 1})

        changed = Persona.objects.get(pk=analyst.pk)
        assert (changed.position, changed.condition) == (1, analyst.condition)

    def test_is_for_who_may(self, client_with, to, analyst):
        client = client_with("view_persona")

        assert not client.get(to(Persona, "change", analyst.pk)).context["may_change"]
        assert client.post(to(Persona, "change", analyst.pk), LAWYER).status_code == 403
        assert client.get(to(Persona, "add")).status_code == 403
        assert client.get(to(Persona, "delete", analyst.pk)).status_code == 403
        assert client_with().get(to(Persona, "change", analyst.pk)).status_code == 403


class TestDeleting:
    def test_deletes_what_no_condition_names(self, client, to, analyst, said):
        answer = client.post(to(Persona, "delete", analyst.pk), follow=True)

        assert said(answer) == ["“Analyst” is deleted."]

    def test_names_who_uses_it(self, client, to, analyst):
        value = [{"id": analyst.pk, "name": "Analyst"}]
        asked = {"match": "all", "filters": [{"field": "person.persona", "operator": "is", "value": value}]}
        RoleTemplateFactory(name="CRM", roles={"Champion": {"condition": asked}})

        assert client.get(to(Persona, "delete", analyst.pk)).context["users"] == ["role template CRM"]
        client.post(to(Persona, "delete", analyst.pk))
        assert Persona.objects.filter(pk=analyst.pk).exists()


@pytest.mark.parametrize("values", [["VP"], ["VP, Sales", 'the "boss"', "a b"], ['"']])
def test_texts_are_taken_apart_as_they_were_put_together(values):
    assert split(joined(values)) == values
