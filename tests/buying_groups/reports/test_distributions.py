from __future__ import annotations

import pytest

from buying_groups.models import BuyingGroup
from buying_groups.reports import bands
from buying_groups.reports.distributions import distributions
from buying_groups.reports.selection import NO_STAGE, Selection
from tests.conftest import NO_ID
from tests.factories import AccountFactory, BuyingGroupFactory, SolutionInterestFactory
from tests.factories.stages import StageModelFactory, stage

pytestmark = pytest.mark.django_db
EDGES = [None, 0, 24.999, 25, 50, 74.5, 75, 100]


def counts(bars):
    return {str(bar.label): bar.n for bar in bars}


class TestBands:
    def test_of_completeness_begin_with_their_lower_bound(self):
        for score in EDGES:
            BuyingGroupFactory(completeness=score)

        found = distributions(Selection())

        assert counts(found.completeness) == {
            "Not computed yet": 1, "0–25 %": 2, "25–50 %": 1, "50–75 %": 2, "75–100 %": 2,
        }  # fmt: skip
        assert counts(found.engagement)["Not computed yet"] == found.total == len(EDGES)

    def test_of_engagement_are_the_same(self):
        for score in EDGES:
            BuyingGroupFactory(engagement=score)

        assert [bar.n for bar in distributions(Selection()).engagement] == [1, 2, 1, 2, 2]

    @pytest.mark.parametrize("band", bands.BANDS, ids=lambda band: band.key)
    @pytest.mark.parametrize("column", ["completeness", "engagement"])
    def test_have_a_condition_that_finds_the_groups_counted(self, band, column):
        for score in EDGES:
            BuyingGroupFactory(**{column: score})

        [bar] = [bar for bar in getattr(distributions(Selection()), column) if bar.key == band.key]

        assert BuyingGroup.objects.filter(bands.of(bar.key).condition(column)).count() == bar.n

    def test_of_a_key_that_there_is_not_are_none(self):
        assert bands.of("nonsense") is None


class TestInterestsAndStages:
    def test_each_has_its_bar_by_name_and_in_order(self):
        StageModelFactory()
        crm, data = SolutionInterestFactory(name="CRM"), SolutionInterestFactory(name="Data")
        BuyingGroupFactory(solution_interest=data, stage=stage("Intent"))
        BuyingGroupFactory(solution_interest=data)

        found = distributions(Selection())

        assert [(bar.key, bar.label, bar.n) for bar in found.interests] == [
            (str(crm.pk), "CRM", 0), (str(data.pk), "Data", 2),
        ]  # fmt: skip
        assert counts(found.stages) == {
            "No stage": 1, "Awareness": 0, "Interest": 0, "Consideration": 0, "Intent": 1, "Purchase": 0,
            "Rejection": 0,
        }  # fmt: skip

    def test_without_anything_there_is_nothing(self):
        found = distributions(Selection())

        assert (found.total, list(found.interests), counts(found.stages)) == (0, [], {"No stage": 0})


class TestSelection:
    @pytest.fixture
    def groups(self):
        StageModelFactory()
        crm = SolutionInterestFactory(name="CRM")
        banks = AccountFactory(industry="Banking", country="Spain")
        shops = AccountFactory(industry="Retail", country="Spain")
        return {
            "bank": BuyingGroupFactory(solution_interest=crm, account=banks, stage=stage("Intent")),
            "shop": BuyingGroupFactory(solution_interest=crm, account=shops),
            "other": BuyingGroupFactory(account=shops, stage=stage("Awareness")),
        }

    @pytest.mark.parametrize(
        ("selection", "n"),
        [
            ({}, 3), ({"interest": "crm"}, 2), ({"stage": "Intent"}, 1), ({"stage": NO_STAGE}, 1),
            ({"industries": ("Banking",)}, 1), ({"industries": ("Banking", "Retail")}, 3), ({"industries": ()}, 0),
            ({"countries": ("Spain",)}, 3), ({"countries": ("France",)}, 0),
            ({"interest": "crm", "industries": ("Retail",), "countries": ("Spain",), "stage": NO_STAGE}, 1),
            ({"interest": NO_ID}, 0),
        ],
    )  # fmt: skip
    def test_counts_those_that_are_meant(self, groups, selection, n):
        known = {"crm": groups["bank"].solution_interest_id, "Intent": groups["bank"].stage_id}
        given = {key: known.get(value, value) for key, value in selection.items()}

        found = distributions(Selection(**given))

        assert found.total == n
        for bars in (found.completeness, found.engagement, found.interests, found.stages):
            assert sum(bar.n for bar in bars) == n


def test_many_groups_take_as_many_queries_as_few(count_queries):
    BuyingGroupFactory.create_batch(2)
    few = count_queries(lambda: distributions(Selection()))
    BuyingGroupFactory.create_batch(38)

    assert count_queries(lambda: distributions(Selection())) == few == 3
