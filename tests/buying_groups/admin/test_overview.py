"""The overview: charts whose numbers are those of the lists behind them, CSV, and what comes before the first group."""

from __future__ import annotations

import csv
import io

import pytest

from buying_groups.admin import overview
from buying_groups.models import BuyingGroup
from tests.factories import AccountFactory, BuyingGroupFactory, PersonFactory, SolutionInterestFactory
from tests.factories.buying_groups import GroupMemberFactory
from tests.factories.stages import StageModelFactory, stage

pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def groups():
    StageModelFactory()
    crm = SolutionInterestFactory(name="CRM", roles={"Champion": {}, "Decision Maker": {"members_needed": 2}})
    web = SolutionInterestFactory(name="Web", roles={"Champion": {}, "Other": {"is_required": False}})
    bank = AccountFactory(name="Alba", industry="Banking", country="Spain")
    shop = AccountFactory(name="Bora", industry="Retail", country="Italy")
    anna, ben = PersonFactory.create_batch(2)
    BuyingGroupFactory(solution_interest=crm, account=bank, completeness=66.6, members={anna: "Champion"})
    BuyingGroupFactory(
        solution_interest=crm, account=shop, stage=stage("Intent"), engagement=90.0,
        members={anna: "Decision Maker", ben: "Decision Maker"},
    )  # fmt: skip
    BuyingGroupFactory(solution_interest=web, account=shop, completeness=100.0, engagement=10.5)
    return {"crm": crm.pk, "web": web.pk, "intent": stage("Intent").pk}


@pytest.fixture
def url(to):
    return to(BuyingGroup, "overview")


def bars(answer):
    return {
        str(chart["title"]): {str(bar["label"]): bar["n"] for bar in chart["bars"]}
        for chart in answer.context["figures"]["charts"]
    }


def behind(client, link):
    return client.get(link).context["cl"].result_count


def test_says_that_a_part_is_enough(client, url, groups):
    assert "A part of it is enough, in capitals or small letters." in client.get(url).content.decode()


class TestNumbers:
    def test_are_counted_in_four_ways(self, client, url, groups):
        found = bars(client.get(url))

        assert found["By completeness"]["75–100 %"] == found["By completeness"]["Not computed yet"] == 1
        assert found["By engagement"]["0–25 %"] == 1
        assert found["By solution interest"] == {"CRM": 2, "Web": 1}
        assert (found["By stage"]["No stage"], found["By stage"]["Intent"]) == (2, 1)

    @pytest.mark.parametrize(
        ("query", "total"),
        [
            ("", 3), ("solution_interest={crm}", 2), ("stage={intent}", 1), ("stage=0", 2), ("industry=bank", 1),
            ("country=i", 3), ("country=italy&stage=0", 1), ("industry=nothing", 0), ("solution_interest=x", 0),
            ("stage=x", 0),
        ],
    )  # fmt: skip
    def test_are_those_of_the_lists_behind_them(self, client, url, groups, query, total):
        figures = client.get(f"{url}?{query.format(**groups)}").context["figures"]

        assert figures["total"] == behind(client, figures["list_url"]) == total
        for chart in figures["charts"]:
            for bar in chart["bars"]:
                # None leads nowhere: of another interest or stage than the page shows there may be some.
                shown = behind(client, bar["url"]) if bar["url"] else 0
                assert (bool(bar["url"]), shown) == (bar["n"] > 0, bar["n"]), (chart["title"], bar["label"])
        for _interest, cells in figures["coverage"]["rows"]:
            for found in filter(None, cells):
                for n, link in (
                    (found["cell"].filled, found["filled_url"]),
                    (found["cell"].missing, found["missing_url"]),
                ):
                    assert (bool(link), behind(client, link) if link else 0) == (n > 0, n)

    def test_none_has_no_link(self, client, url, groups):
        text = client.get(f"{url}?solution_interest={groups['crm']}").content.decode()

        assert f"?solution_interest={groups['crm']}&amp;stage=0" in text
        assert f"solution_interest={groups['web']}" not in text
        assert '<span class="bg-bars-row bg-bars-zero">' in text

    def test_of_roles_leave_a_gap_where_the_template_has_none(self, client, url, groups):
        table = client.get(url).context["figures"]["coverage"]

        assert table["roles"] == ["Decision Maker", "Champion", "Other"]
        crm, web = table["rows"]
        assert [found and found["percent"] for found in crm[1]] == [50, 50, None]
        assert [found and found["percent"] for found in web[1]] == [None, 0, 0]

    def test_stay_while_one_filters(self, client, url, groups):
        text = client.get(f"{url}?solution_interest={groups['crm']}&industry=bank").content.decode()

        assert f'value="{groups["crm"]}" selected' in text
        assert 'value="bank"' in text
        assert f"solution_interest={groups['crm']}&amp;industry=bank&amp;completeness=50-75" in text

    def test_many_cost_no_more_than_few(self, client, url, groups, count_queries):
        client.get(url)
        few = count_queries(lambda: client.get(url))
        for group in BuyingGroupFactory.create_batch(37):
            GroupMemberFactory(group=group)

        assert count_queries(lambda: client.get(url)) == few

    def test_show_no_markup_of_others(self, client, url):
        group = BuyingGroupFactory(solution_interest__name=SCRIPT)
        AccountFactory(industry=SCRIPT)

        assert SCRIPT not in client.get(f"{url}?country={SCRIPT}").content.decode()
        assert SCRIPT not in client.get(f"{url}?industry={SCRIPT}").content.decode()
        assert str(group.solution_interest) == SCRIPT


class TestManyGroups:
    def test_are_counted_when_the_page_is_there_already(self, client, url, groups, monkeypatch):
        monkeypatch.setattr(overview, "is_large", lambda: True)

        shell = client.get(f"{url}?stage=0")

        assert shell.context["figures"] is None
        assert shell.context["figures_url"] == "?stage=0&figures=1"
        assert 'data-load="?stage=0&amp;figures=1"' in shell.content.decode()
        assert client.get(f"{url}{shell.context['figures_url']}").context["figures"]["total"] == 2


class TestExport:
    def rows(self, client, to, chart, query=""):
        answer = client.get(f"{to(BuyingGroup, 'overview_export', chart)}?{query}")
        assert answer["Content-Type"] == "text/csv; charset=utf-8"
        return list(csv.reader(io.StringIO(answer.content.decode())))

    @pytest.mark.parametrize(
        ("chart", "head", "first"),
        [
            ("completeness", ["completeness", "groups"], ["Not computed yet", "1"]),
            ("engagement", ["engagement", "groups"], ["Not computed yet", "1"]),
            ("interests", ["solution_interest", "groups"], ["CRM", "2"]),
            ("stages", ["stage", "groups"], ["No stage", "2"]),
            (
                "coverage", ["solution_interest", "role", "groups", "filled", "not_filled"],
                ["CRM", "Decision Maker", "2", "1", "1"],
            ),
        ],
    )  # fmt: skip
    def test_has_the_numbers_of_each_chart(self, client, to, groups, chart, head, first):
        assert self.rows(client, to, chart)[:2] == [head, first]

    def test_is_of_what_is_filtered(self, client, to, groups):
        assert self.rows(client, to, "interests", "country=spain")[1:] == [["CRM", "1"], ["Web", "0"]]

    def test_of_a_chart_that_there_is_not_is_not_found(self, client, to, groups):
        assert client.get(to(BuyingGroup, "overview_export", "nonsense")).status_code == 404

    def test_is_harmless_in_a_spreadsheet(self, client, to):
        BuyingGroupFactory(solution_interest__name="=1+1")

        assert self.rows(client, to, "interests")[1] == ["'=1+1", "1"]

    def test_is_for_who_may_export(self, client_with, to, url, groups):
        link = to(BuyingGroup, "overview_export", "stages")

        for permissions in (["view_buyinggroup"], ["export_buyinggroup"]):
            assert client_with(*permissions).get(link).status_code == 403
        viewer = client_with("view_buyinggroup").get(url).context["figures"]
        assert [chart["export_url"] for chart in viewer["charts"]] == [""] * 4
        assert client_with("view_buyinggroup", "export_buyinggroup").get(link).status_code == 200


def test_before_the_first_group_says_what_to_do(client, url):
    answer = client.get(url)

    assert len(answer.context["setup_steps"]) == 4
    assert "No buying groups yet" in answer.content.decode()


def test_where_nothing_fits_says_so(client, url, groups):
    assert "No buying group fits these filters." in client.get(f"{url}?industry=nothing").content.decode()


def test_is_a_tab_for_who_may_view_groups(client, client_with, url, groups):
    [current] = [tab for tab in client.get(url).context["section_tabs"] if tab["is_current"]]

    assert str(current["label"]) == "Overview"
    assert client_with("view_role").get(url).status_code == 403
    assert client_with("view_buyinggroup").get(url).status_code == 200
