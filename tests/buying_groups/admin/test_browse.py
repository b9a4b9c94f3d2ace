"""The list of groups: what it shows, finds, sorts and exports, and what stands there before the first group."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

from accounts.models import TableLayout
from buying_groups.models import BuyingGroup, RoleTemplate
from buying_groups.reports import search
from tests.factories import AccountFactory, BuyingGroupFactory, PersonFactory, SolutionInterestFactory
from tests.factories.buying_groups import GroupMemberFactory, role
from tests.factories.stages import StageModelFactory, stage

pytestmark = pytest.mark.django_db
ALL = [
    "name",
    "of_account",
    "interest",
    "template",
    "at_stage",
    "state",
    "completeness_bar",
    "engaged",
    "n_members",
    "updated",
    "created",
]


@pytest.fixture
def groups(now):
    StageModelFactory()
    crm = SolutionInterestFactory(name="CRM", roles={"Champion": {}, "Decision Maker": {"members_needed": 2}})
    web = SolutionInterestFactory(name="Web", roles={"Champion": {}})
    bank = AccountFactory(name="Alba", industry="Banking", country="Spain")
    shop = AccountFactory(name="Bora", industry="Retail", country="Italy")
    anna = PersonFactory()
    made = [
        BuyingGroupFactory(solution_interest=crm, account=bank, completeness=66.6, members={anna: "Champion"}),
        BuyingGroupFactory(solution_interest=crm, account=shop, stage=stage("Intent"), engagement=90.0),
        BuyingGroupFactory(
            solution_interest=web, account=shop, status="Hot", completeness=0.0, engagement=10.5,
            members={anna: "Champion"}, members__is_removed=True,
        ),
    ]  # fmt: skip
    for minutes, group in enumerate(made):
        group.updated_at = now + timedelta(minutes=minutes)
        group.save()
    return {
        "crm": crm.pk, "intent": stage("Intent").pk, "champion": role("Champion").pk, "template": web.template_id,
    }  # fmt: skip


def names(answer):
    assert answer.status_code == 200
    return [str(row) for row in answer.context["cl"].result_list]


A, B, C = "CRM for Alba", "CRM for Bora", "Web for Bora"


@pytest.mark.parametrize("few", [search.FEW, 0], ids=["looked up", "walked"])
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [C, B, A]), ("q=alba", [A]), ("q=web%20bora", [C]), ("q=crm", [B, A]), ("q=nobody", []),
        ("q=crm&stage=0", [A]),
        ("solution_interest={crm}", [B, A]), ("solution_interest=x", []), ("stage={intent}", [B]), ("stage=0", [C, A]),
        ("status=ho", [C]), ("status=cold", []), ("completeness=none", [B]), ("completeness=50-75", [A]),
        ("completeness=0-25", [C]), ("completeness=nonsense", []), ("engagement=75-100", [B]),
        ("role={champion}:filled", [A]), ("role={champion}:missing", [C, B]), ("role={champion}:x", []),
        ("role=x:missing", []), ("industry=bank", [A]), ("industry=nothing", []), ("country=IT", [C, B]),
        ("country=it&solution_interest={crm}", [B]), ("template={template}", [C]), ("template=0", []),
    ],
)  # fmt: skip
def test_finds_groups(client, to, groups, query, found, few, monkeypatch):
    monkeypatch.setattr(search, "FEW", few)

    assert names(client.get(f"{to(BuyingGroup, 'changelist')}?{query.format(**groups)}")) == found


@pytest.mark.parametrize(
    ("column", "up"),
    [("completeness_bar", [B, C, A]), ("engaged", [A, C, B]), ("updated", [A, B, C]), ("created", [A, B, C])],
)
@pytest.mark.parametrize("found", ["", "&country=a"], ids=["walked", "looked up"])
def test_sorts_by_what_has_an_index_what_was_not_computed_below_all_others(
    client, to, groups, column, up, found
):
    TableLayout.objects.create(
        user_id=client.session["_auth_user_id"], table="buying_groups.buyinggroup", columns=ALL
    )
    # Left of the columns are the ticks.
    url, number = to(BuyingGroup, "changelist"), ALL.index(column) + 1

    assert names(client.get(f"{url}?o={number}{found}")) == up
    assert names(client.get(f"{url}?o=-{number}{found}")) == up[::-1]


def test_counts_members_and_shows_scores_whole(client, to, groups):
    GroupMemberFactory(group=BuyingGroup.objects.get(completeness=66.6))

    text = client.get(f"{to(BuyingGroup, 'changelist')}?q=alba").content.decode()

    assert "67 %" in text
    assert '<td class="field-n_members' in text
    [row] = client.get(f"{to(BuyingGroup, 'changelist')}?q=alba").context["cl"].result_list
    assert row.member_count == 2


def test_many_cost_no_more_than_few(client, to, groups, count_queries):
    url = to(BuyingGroup, "changelist")
    client.get(url)
    few = [
        count_queries(lambda query=query: client.get(url + query)) for query in ("", "?q=crm", "?country=it")
    ]
    for group in BuyingGroupFactory.create_batch(37):
        GroupMemberFactory(group=group)

    assert [
        count_queries(lambda query=query: client.get(url + query)) for query in ("", "?q=crm", "?country=it")
    ] == few
    assert len(names(client.get(url))) == 40


def test_counts_no_choice_of_a_filter(client, to, groups, count_queries):
    url = to(BuyingGroup, "changelist")
    client.get(url)

    assert count_queries(lambda: client.get(f"{url}?_facets=True")) == count_queries(lambda: client.get(url))


class TestExport:
    def test_is_of_what_is_filtered(self, client, to, groups):
        text = client.get(f"{to(BuyingGroup, 'export')}?status=hot").getvalue().decode().lstrip("\ufeff")

        [row] = csv.DictReader(io.StringIO(text))
        assert row["name"] == "Web for Bora"
        assert (row["solution_interest"], row["account"], row["status"]) == ("Web", "Bora", "Hot")
        assert (row["completeness"], row["engagement"], row["members"], row["stage"]) == (
            "0.0",
            "10.5",
            "0",
            "",
        )

    def test_is_of_all_that_a_search_finds(self, client, to, groups, monkeypatch):
        monkeypatch.setattr(search, "FEW", 0)

        lines = client.get(f"{to(BuyingGroup, 'export')}?q=crm").getvalue().decode().splitlines()

        assert len(lines) == 3

    def test_needs_its_permission(self, client_with, to, groups):
        client = client_with("view_buyinggroup")

        assert client.get(to(BuyingGroup, "export")).status_code == 403
        assert not client.get(to(BuyingGroup, "changelist")).context["export_url"]
        assert (
            client_with("view_buyinggroup", "export_buyinggroup").get(to(BuyingGroup, "export")).status_code
            == 200
        )


class TestWithoutGroups:
    def test_says_what_to_do_first(self, client, to):
        def said():
            steps = client.get(to(BuyingGroup, "changelist")).context["setup_steps"]
            return [(step.is_done, step.is_next) for step in steps]

        assert said() == [(False, True), (False, False), (False, False), (False, False)]
        StageModelFactory()
        SolutionInterestFactory()
        assert said() == [(True, False), (True, False), (True, False), (False, True)]

    def test_leads_there_whoever_may_see_it(self, client, client_with, to):
        url = to(BuyingGroup, "changelist")

        assert client.get(url).context["setup_steps"][0].url == to(RoleTemplate, "changelist")
        assert client_with("view_buyinggroup").get(url).context["setup_steps"][0].url == ""

    def test_an_empty_search_is_no_beginning(self, client, to, groups):
        answer = client.get(f"{to(BuyingGroup, 'changelist')}?q=nobody")

        assert not answer.context["setup_steps"]
        assert "bg-setup" not in answer.content.decode()


def test_is_for_who_may_view_groups_and_nobody_adds_one(client, client_with, to):
    url = to(BuyingGroup, "changelist")

    assert client_with("view_role").get(url).status_code == 403
    assert client_with("view_buyinggroup").get(url).status_code == 200
    assert client.get(to(BuyingGroup, "add")).status_code == 403
