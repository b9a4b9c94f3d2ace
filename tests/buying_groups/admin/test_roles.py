from __future__ import annotations

import pytest

from buying_groups.models import Role
from buying_groups.services import roles
from tests.factories import RoleTemplateFactory
from tests.factories.buying_groups import role

pytestmark = pytest.mark.django_db


@pytest.fixture
def sponsor(now) -> Role:
    return roles.create(name="Sponsor", description="pays", by=None, now=now)


class TestList:
    def test_shows_the_built_in_ones_first_with_the_number_of_templates(self, client, to, sponsor):
        RoleTemplateFactory(roles={"Champion": {}})
        RoleTemplateFactory(roles={"Champion": {}, "Other": {}})

        found = client.get(to(Role, "changelist")).context["cl"].result_list

        assert [(row.name, row.templates) for row in found] == [
            ("Decision Maker", 0), ("Influencer", 0), ("Practitioner", 0), ("Executive Steering Committee", 0),
            ("Champion", 2), ("Other", 1), ("Sponsor", 0),
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ("type=custom", ["Sponsor"]),
            ("q=PRACT", ["Practitioner"]),
            ("type=custom&q=sponsor", ["Sponsor"]),
        ],
    )
    def test_can_be_filtered_and_searched(self, client, to, sponsor, query, names):
        found = client.get(f"{to(Role, 'changelist')}?{query}").context["cl"].result_list

        assert [row.name for row in found] == names

    def test_is_exported_as_it_is_filtered(self, client, to, sponsor):
        text = client.get(f"{to(Role, 'export')}?type=custom").getvalue().decode()

        assert (
            text.splitlines()[0].lstrip("\ufeff")
            == "name,is_built_in,description,templates,created_at,updated_at"
        )
        assert [line.split(",")[0] for line in text.splitlines()[1:]] == ["Sponsor"]

    def test_many_cost_no_more_than_few(self, client, to, count_queries, now):
        client.get(to(Role, "changelist"))
        few = count_queries(lambda: client.get(to(Role, "changelist")))
        for n in range(9):
            roles.create(name=f"Role {n}", by=None, now=now)

        assert count_queries(lambda: client.get(to(Role, "changelist"))) == few


class TestMaking:
    def test_makes_a_role_and_says_how_many_may_still_come(self, client, to):
        page = client.get(to(Role, "add"))
        assert page.context["fixed"] == [("Roles that may still be added", 14)]

        answer = client.post(to(Role, "add"), {"name": "Sponsor", "description": "pays"})

        assert answer.url == to(Role, "changelist")
        assert Role.objects.get(name="Sponsor").created_by.username == "root"

    def test_says_what_is_wrong_at_its_field(self, client, to):
        answer = client.post(to(Role, "add"), {"name": "champion"})

        assert answer.status_code == 400
        assert answer.context["form"].errors["name"] == ["A role of this name exists."]

    def test_refuses_the_twenty_first(self, client, to, now):
        for n in range(14):
            roles.create(name=f"Role {n}", by=None, now=now)

        answer = client.post(to(Role, "add"), {"name": "Sponsor"})

        assert "There are 20 roles" in answer.content.decode()
        assert not answer.context["may_change"]


class TestChanging:
    def test_saves_name_and_description(self, client, to, sponsor):
        client.post(to(Role, "change", sponsor.pk), {"name": "Payer", "description": ""})

        sponsor = Role.objects.get(pk=sponsor.pk)
        assert (sponsor.name, sponsor.description) == ("Payer", "")

    def test_a_built_in_one_is_to_read(self, client, to):
        url = to(Role, "change", role("Champion").pk)

        assert not client.get(url).context["may_change"]
        client.post(url, {"name": "Hero"})
        assert role("Champion")

    def test_is_for_who_may(self, client_with, to, sponsor):
        client = client_with("view_role")

        assert not client.get(to(Role, "change", sponsor.pk)).context["may_change"]
        assert client.post(to(Role, "change", sponsor.pk), {"name": "A"}).status_code == 403
        assert client.get(to(Role, "add")).status_code == 403
        assert client.get(to(Role, "delete", sponsor.pk)).status_code == 403
        assert client_with().get(to(Role, "change", sponsor.pk)).status_code == 403


class TestDeleting:
    def test_deletes_what_nobody_uses(self, client, to, sponsor, said):
        assert client.get(to(Role, "delete", sponsor.pk)).context["users"] == []

        answer = client.post(to(Role, "delete", sponsor.pk), follow=True)

        assert said(answer) == ["“Sponsor” is deleted."]
        assert not Role.objects.filter(pk=sponsor.pk).exists()

    def test_names_who_uses_it_and_offers_no_button(self, client, to, sponsor):
        RoleTemplateFactory(name="CRM").roles.update(role=sponsor)

        page = client.get(to(Role, "delete", sponsor.pk))
        assert page.context["users"] == ["role template CRM"]
        assert "tl-primary-danger" not in page.content.decode()

        client.post(to(Role, "delete", sponsor.pk))
        assert Role.objects.filter(pk=sponsor.pk).exists()

    def test_a_built_in_one_is_refused(self, client, to, said):
        answer = client.get(to(Role, "delete", role("Champion").pk), follow=True)

        assert said(answer) == ["“Champion” is built in: it can be neither changed nor deleted."]
