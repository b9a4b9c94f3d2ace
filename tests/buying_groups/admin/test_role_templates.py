from __future__ import annotations

import pytest

from buying_groups.models import RoleTemplate
from buying_groups.services import role_templates
from tests.factories import RoleTemplateFactory, SolutionInterestFactory
from tests.factories.buying_groups import job_title, role

pytestmark = pytest.mark.django_db
CHIEFS = job_title("Chief Executive Officer")


@pytest.fixture
def draft(now) -> RoleTemplate:
    cards = [{"role": role("Champion").pk, "condition": CHIEFS}, {"role": role("Other").pk}]
    return role_templates.create(name="CRM", roles=cards, by=None, now=now)


class TestList:
    def test_shows_how_many_roles_and_solution_interests_each_has(self, client, to, draft):
        live = RoleTemplateFactory(name="Sales")
        SolutionInterestFactory.create_batch(2, template=live)

        found = client.get(to(RoleTemplate, "changelist")).context["cl"].result_list

        assert [(row.name, row.role_count, row.interest_count) for row in found] == [
            ("CRM", 2, 0),
            ("Sales", 1, 2),
        ]

    @pytest.mark.parametrize(
        ("query", "names"), [("status=live", ["Sales"]), ("q=cr", ["CRM"]), ("o=-1", ["Sales", "CRM"])]
    )
    def test_can_be_filtered_searched_and_sorted(self, client, to, draft, query, names):
        RoleTemplateFactory(name="Sales")

        found = client.get(f"{to(RoleTemplate, 'changelist')}?{query}").context["cl"].result_list

        assert [row.name for row in found] == names

    def test_is_exported(self, client, to, draft):
        text = client.get(to(RoleTemplate, "export")).getvalue().decode()

        header, line = text.lstrip("\ufeff").splitlines()
        assert header.split(",")[:4] == ["name", "status", "roles", "solution_interests"]
        assert line.split(",")[:4] == ["CRM", "draft", "2", "0"]

    def test_explains_itself_while_there_is_none(self, client, to):
        assert "No role templates yet" in client.get(to(RoleTemplate, "changelist")).content.decode()

    def test_many_cost_no_more_than_few(self, client, to, count_queries, draft):
        client.get(to(RoleTemplate, "changelist"))
        few = count_queries(lambda: client.get(to(RoleTemplate, "changelist")))
        RoleTemplateFactory.create_batch(5)

        assert count_queries(lambda: client.get(to(RoleTemplate, "changelist"))) == few


class TestMaking:
    def test_makes_a_draft_that_begins_with_the_first_role(self, client, to):
        answer = client.post(to(RoleTemplate, "add"), {"name": "CRM", "description": "x"})

        made = RoleTemplate.objects.get()
        assert answer.url == to(RoleTemplate, "change", made.pk)
        assert [one.role.name for one in made.roles.all()] == ["Decision Maker"]
        assert made.created_by.username == "root"

    def test_says_what_is_wrong_at_its_field(self, client, to, draft):
        answer = client.post(to(RoleTemplate, "add"), {"name": "crm"})

        assert (answer.status_code, list(answer.context["form"].errors)) == (400, ["name"])


class TestSettings:
    def test_saves_name_and_description_of_a_draft(self, client, to, draft):
        client.post(to(RoleTemplate, "settings", draft.pk), {"name": "Sales", "description": "new"})

        draft = RoleTemplate.objects.get()
        assert (draft.name, draft.description) == ("Sales", "new")

    def test_what_somebody_else_saved_meanwhile_is_not_written_over(self, client, to, draft):
        url = to(RoleTemplate, "settings", draft.pk)
        mine = {"name": "Mine", "seen": client.get(url).context["seen"]}
        client.post(url, {**mine, "name": "Theirs"})

        answer = client.post(url, mine)

        assert (answer.status_code, RoleTemplate.objects.get().name) == (400, "Theirs")
        assert "in between" in answer.context["form"].non_field_errors()[0]

    def test_are_final_once_it_is_live(self, client, to):
        live = RoleTemplateFactory(name="Sales")

        assert not client.get(to(RoleTemplate, "settings", live.pk)).context["may_change"]
        client.post(to(RoleTemplate, "settings", live.pk), {"name": "Other"})
        assert RoleTemplate.objects.get().name == "Sales"


class TestPublishing:
    def test_lists_the_problems_and_offers_no_button(self, client, to, draft):
        page = client.get(to(RoleTemplate, "publish", draft.pk))

        [problem] = page.context["problems"]
        assert (problem["card"], problem["name"]) == (1, "Other")
        assert 'type="submit" class="tl-button tl-primary"' not in page.content.decode()

        answer = client.post(to(RoleTemplate, "publish", draft.pk))
        assert answer.status_code == 409
        assert RoleTemplate.objects.get().status == "draft"

    def test_makes_it_live(self, client, to, said, draft, now):
        cards = [{"role": role("Champion").pk, "condition": CHIEFS}]
        role_templates.set_roles(draft, cards, by=None, now=now)
        page = client.get(to(RoleTemplate, "publish", draft.pk)).content.decode()
        assert "becomes final" in page
        assert "Job title is Chief Executive Officer" in page

        answer = client.post(to(RoleTemplate, "publish", draft.pk), follow=True)

        assert said(answer) == ["“CRM” is live."]
        assert RoleTemplate.objects.get().status == "live"

    def test_is_for_who_may(self, client_with, to, draft):
        client = client_with("view_roletemplate", "change_roletemplate")

        assert client.post(to(RoleTemplate, "publish", draft.pk)).status_code == 403
        assert not client.get(to(RoleTemplate, "change", draft.pk)).context["publish_url"]


class TestDeleting:
    def test_deletes_what_no_interest_uses(self, client, to, said, draft):
        answer = client.post(to(RoleTemplate, "delete", draft.pk), follow=True)

        assert said(answer) == ["“CRM” is deleted."]
        assert not RoleTemplate.objects.exists()

    def test_names_the_interests_that_use_it(self, client, to):
        live = SolutionInterestFactory(name="CRM").template

        page = client.get(to(RoleTemplate, "delete", live.pk))

        assert page.context["users"] == ["solution interest CRM"]
        client.post(to(RoleTemplate, "delete", live.pk))
        assert RoleTemplate.objects.exists()
