from __future__ import annotations

import re

import pytest

from buying_groups.models import BuyingGroup, CreationJob, SolutionInterest
from tests.buying_groups.services.test_solution_interests import journey_that_sets_a_status
from tests.factories import (
    AccountListFactory,
    AudienceFactory,
    BuyingGroupFactory,
    JourneyFactory,
    RoleTemplateFactory,
    SolutionInterestFactory,
)
from tests.factories.journeys import map_that_acts, publish
from tests.factories.stages import StageModelFactory, stage

pytestmark = pytest.mark.django_db


def hidden_fields(answer) -> dict[str, str]:
    """What the form of a page sends along when its button is pressed."""
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', answer.content.decode())
    return {name: value for name, value in fields if name != "csrfmiddlewaretoken"}


class TestList:
    def test_shows_how_many_groups_and_jobs_each_has(self, client, to, now):
        crm, _erp = SolutionInterestFactory(name="CRM"), SolutionInterestFactory(name="ERP")
        BuyingGroupFactory.create_batch(2, solution_interest=crm)
        CreationJob.objects.create(solution_interest=crm, audience=AudienceFactory(), created_at=now)

        found = client.get(to(SolutionInterest, "changelist")).context["cl"].result_list

        assert [(row.name, row.group_count, row.job_count) for row in found] == [("CRM", 2, 1), ("ERP", 0, 0)]

    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ("template={template}", ["CRM"]), ("stages=yes", ["ERP"]), ("stages=no", ["CRM"]),
            ("updates=yes", ["ERP"]), ("updates=no", ["CRM"]), ("updates=x", []), ("q=er", ["ERP"]),
            ("o=-1", ["ERP", "CRM"]), ("template=x", []),
        ],
    )  # fmt: skip
    def test_can_be_filtered_searched_and_sorted(self, client, to, query, names):
        crm = SolutionInterestFactory(name="CRM")
        SolutionInterestFactory(name="ERP", stage_model=StageModelFactory(), updates_groups=True)

        url = f"{to(SolutionInterest, 'changelist')}?{query.format(template=crm.template_id)}"

        assert [row.name for row in client.get(url).context["cl"].result_list] == names

    def test_is_exported(self, client, to):
        SolutionInterestFactory(name="CRM", template=RoleTemplateFactory(name="Sales"))

        text = client.get(to(SolutionInterest, "export")).getvalue().decode()

        header, line = text.lstrip("\ufeff").splitlines()
        assert header.split(",")[:3] == ["name", "role_template", "stage_model"]
        assert line.split(",")[:3] == ["CRM", "Sales", ""]

    def test_explains_itself_while_there_is_none(self, client, to):
        assert "No solution interests yet" in client.get(to(SolutionInterest, "changelist")).content.decode()

    def test_many_cost_no_more_than_few(self, client, to, count_queries):
        SolutionInterestFactory()
        client.get(to(SolutionInterest, "changelist"))
        few = count_queries(lambda: client.get(to(SolutionInterest, "changelist")))
        SolutionInterestFactory.create_batch(5)

        assert count_queries(lambda: client.get(to(SolutionInterest, "changelist"))) == few


class TestMaking:
    def test_says_nothing_of_groups_that_lose_stages(self, client, to):
        interest = SolutionInterestFactory()

        new = client.get(to(SolutionInterest, "add")).content.decode()
        assert "the groups lose the stages" not in new
        assert "Where its buying groups can stand." in new
        assert (
            "the groups lose the stages"
            in client.get(to(SolutionInterest, "settings", interest.pk)).content.decode()
        )

    def test_makes_an_interest_with_a_live_template(self, client, to):
        template = RoleTemplateFactory(name="Sales")
        RoleTemplateFactory(name="Draft", status="draft")
        page = client.get(to(SolutionInterest, "add"))
        assert list(page.context["form"].fields["template"].queryset) == [template]

        answer = client.post(
            to(SolutionInterest, "add"), {"name": "CRM", "template": template.pk, "updates_groups": "on"}
        )

        made = SolutionInterest.objects.get()
        assert answer.url == to(SolutionInterest, "change", made.pk)
        assert (made.name, made.template, made.updates_groups, made.stage_model) == (
            "CRM",
            template,
            True,
            None,
        )

    def test_says_that_a_live_template_comes_first(self, client, to):
        page = client.get(to(SolutionInterest, "add")).content.decode()

        assert "There is no live role template yet." in page

    def test_says_what_is_wrong_at_its_field(self, client, to):
        SolutionInterestFactory(name="CRM")

        answer = client.post(to(SolutionInterest, "add"), {"name": "crm", "template": ""})
        assert (answer.status_code, list(answer.context["form"].errors)) == (400, ["template"])

        template = SolutionInterest.objects.get().template_id
        answer = client.post(to(SolutionInterest, "add"), {"name": "crm", "template": template})
        assert list(answer.context["form"].errors) == ["name"]


class TestSettings:
    def test_saves_all_but_the_template(self, client, to):
        interest, model = SolutionInterestFactory(), StageModelFactory()
        other = RoleTemplateFactory()

        client.post(
            to(SolutionInterest, "settings", interest.pk),
            {"name": "New", "description": "x", "stage_model": model.pk, "template": other.pk},
        )

        saved = SolutionInterest.objects.get()
        assert (saved.name, saved.description, saved.stage_model) == ("New", "x", model)
        assert (saved.updates_groups, saved.template) == (False, interest.template)

    def test_what_somebody_else_saved_meanwhile_is_not_written_over(self, client, to):
        interest = SolutionInterestFactory(name="CRM")
        url = to(SolutionInterest, "settings", interest.pk)
        mine = {"name": "Mine", "seen": client.get(url).context["seen"]}
        client.post(url, {**mine, "name": "Theirs"})

        answer = client.post(url, mine)

        assert (answer.status_code, SolutionInterest.objects.get().name) == (400, "Theirs")
        assert "in between" in answer.context["form"].non_field_errors()[0]

    def test_giving_up_the_stage_model_takes_the_stages(self, client, to):
        interest = SolutionInterestFactory(name="CRM", stage_model=StageModelFactory())
        BuyingGroupFactory(solution_interest=interest, stage=stage("Interest"))

        url, given = to(SolutionInterest, "settings", interest.pk), {"name": "New", "stage_model": ""}
        given |= {"updates_groups": "on", "seen": client.get(url).context["seen"]}

        asked = client.post(url, given)

        assert "1 buying group loses the stage that it has now." in asked.content.decode()
        assert BuyingGroup.objects.get().stage == stage("Interest")
        client.post(url, hidden_fields(asked))
        assert BuyingGroup.objects.get().stage is None
        saved = SolutionInterest.objects.get()
        assert (saved.name, saved.stage_model, saved.updates_groups) == ("New", None, True)

    def test_nothing_is_asked_while_no_group_has_a_stage(self, client, to):
        interest = SolutionInterestFactory(stage_model=StageModelFactory())
        BuyingGroupFactory(solution_interest=interest)

        client.post(to(SolutionInterest, "settings", interest.pk), {"name": "CRM", "stage_model": ""})

        assert SolutionInterest.objects.get().stage_model is None

    def test_the_stage_model_stays_while_a_published_journey_uses_its_stages(self, client, to, now):
        interest = SolutionInterestFactory(name="CRM", stage_model=StageModelFactory())
        settings = {"solution_interest": "CRM", "stage": "Interest"}
        nodes = map_that_acts(AccountListFactory().name, "update_buying_group_stage", settings)
        publish(JourneyFactory(nodes=nodes, name="Move"), now=now)
        url, given = to(SolutionInterest, "settings", interest.pk), {"name": "CRM", "stage_model": ""}

        page = client.post(url, given).content.decode()
        refused = client.post(url, {**given, "confirmed": "yes"})

        assert "journey Move" in page
        assert 'name="confirmed"' not in page
        assert "journey Move" in refused.context["form"].non_field_errors()[0]
        assert SolutionInterest.objects.get().stage_model == interest.stage_model

    def test_are_to_read_for_who_may_only_view(self, client_with, to):
        interest = SolutionInterestFactory()
        client = client_with("view_solutioninterest")
        url = to(SolutionInterest, "settings", interest.pk)

        assert not client.get(url).context["may_change"]
        assert client.post(url, {"name": "New"}).status_code == 403


class TestDeleting:
    def test_deletes_what_nobody_uses(self, client, to, said):
        interest = SolutionInterestFactory(name="CRM")

        answer = client.post(to(SolutionInterest, "delete", interest.pk), follow=True)

        assert said(answer) == ["“CRM” is deleted."]
        assert not SolutionInterest.objects.exists()

    def test_names_who_uses_it(self, client, to, now):
        interest = BuyingGroupFactory().solution_interest
        CreationJob.objects.create(
            solution_interest=interest, audience=AudienceFactory(name="Banks"), created_at=now
        )

        page = client.get(to(SolutionInterest, "delete", interest.pk))

        assert page.context["users"] == ["1 buying group", "the creation job from Banks"]
        assert "Buying groups go only with their accounts." in page.content.decode()
        client.post(to(SolutionInterest, "delete", interest.pk))
        assert SolutionInterest.objects.exists()

    def test_names_the_published_journey_that_uses_it(self, client, to, now):
        interest = SolutionInterestFactory(name="CRM")
        journey = publish(journey_that_sets_a_status("CRM"), now=now)

        page = client.get(to(SolutionInterest, "delete", interest.pk))

        assert page.context["users"] == [f"journey {journey.name}"]
