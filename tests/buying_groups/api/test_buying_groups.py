from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.api import cursors
from accounts.models import Event
from buying_groups.models import BuyingGroup
from buying_groups.reports import search
from tests.conftest import NO_ID
from tests.factories import AccountFactory, BuyingGroupFactory, PersonFactory, SolutionInterestFactory
from tests.factories.api import pointers
from tests.factories.buying_groups import GroupMemberFactory, role
from tests.factories.stages import StageModelFactory, stage

URL = "/api/v1/buying-groups/"


@pytest.fixture
def crm(db: None) -> Any:
    roles = {"Decision Maker": {"members_needed": 2}, "Champion": {}, "Other": {"is_required": False}}
    return SolutionInterestFactory(name="CRM", roles=roles, stage_model=StageModelFactory())


@pytest.fixture
def group(crm: Any) -> BuyingGroup:
    return BuyingGroupFactory(
        solution_interest=crm, account__name="Northwind", stage=stage("Interest"), status="Hot", completeness=25.0,
        members={PersonFactory(): "Decision Maker"},
    )  # fmt: skip


class TestOne:
    def test_says_what_it_is_and_what_it_lacks(self, client: APIClient, group: BuyingGroup):
        answer = client.get(f"{URL}{group.pk}/")

        body = answer.json()
        assert (body["name"], body["account"], body["account_name"]) == (
            "CRM for Northwind", group.account_id, "Northwind",
        )  # fmt: skip
        assert (body["solution_interest"], body["solution_interest_name"]) == (
            group.solution_interest_id,
            "CRM",
        )
        assert (body["stage"], body["stage_name"], body["status"]) == (group.stage_id, "Interest", "Hot")
        assert (body["completeness"], body["engagement"]) == (25.0, None)
        assert body["roles"][0] == {
            "role": role("Decision Maker").pk, "role_name": "Decision Maker", "members": 1, "needed": 2,
            "is_required": True, "completeness": 50.0, "missing": 1,
        }  # fmt: skip
        assert [one["role_name"] for one in body["roles"]] == ["Decision Maker", "Champion", "Other"]
        assert body["missing_roles"] == ["Decision Maker", "Champion"]
        assert answer["ETag"]

    def test_has_no_stage_to_begin_with(self, client: APIClient):
        body = client.get(f"{URL}{BuyingGroupFactory().pk}/").json()

        assert (body["stage"], body["stage_name"], body["status"]) == (None, None, "")

    def test_is_not_found_when_there_is_none(self, client: APIClient):
        assert client.get(f"{URL}{NO_ID}/").status_code == 404


class TestList:
    @pytest.fixture(autouse=True)
    def _groups(self, crm: Any) -> None:
        web = SolutionInterestFactory(name="Web", roles={"Champion": {}})
        banks = AccountFactory(name="Alba", industry="Banking", country="Spain")
        shops = AccountFactory(name="Bora", industry="Retail", country="Italy", domain="bora.example")
        anna = PersonFactory(external_id="anna")
        self.known = {"crm": crm.pk, "intent": stage("Intent").pk, "alba": banks.pk, "anna": anna.pk}
        self.known |= {"champion": role("Champion").pk, "maker": role("Decision Maker").pk}
        BuyingGroupFactory(
            solution_interest=crm, account=banks, completeness=50.0, members={anna: "Champion"}
        )
        BuyingGroupFactory(solution_interest=crm, account=shops, stage=stage("Intent"), engagement=75.0)
        BuyingGroupFactory(
            solution_interest=web, account=shops, status="Hot", completeness=100.0, engagement=10.5,
            members={anna: "Champion"}, members__is_removed=True,
        )  # fmt: skip

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", ["CRM for Alba", "CRM for Bora", "Web for Bora"]),
            ("solution_interest={crm}", ["CRM for Alba", "CRM for Bora"]),
            ("stage={intent}", ["CRM for Bora"]), ("has_stage=true", ["CRM for Bora"]),
            ("has_stage=false", ["CRM for Alba", "Web for Bora"]),
            ("status=Hot", ["Web for Bora"]), ("account={alba}", ["CRM for Alba"]),
            ("person={anna}", ["CRM for Alba"]),
            ("completeness_at_least=50", ["CRM for Alba", "Web for Bora"]),
            ("completeness_at_most=99.9", ["CRM for Alba"]), ("has_completeness=false", ["CRM for Bora"]),
            ("engagement_at_least=10.5&engagement_at_most=74", ["Web for Bora"]),
            ("has_engagement=true", ["CRM for Bora", "Web for Bora"]),
            ("industry=banK", ["CRM for Alba"]), ("country=italy", ["CRM for Bora", "Web for Bora"]),
            ("search=web", ["Web for Bora"]), ("search=crm%20bora", ["CRM for Bora"]), ("search=%20", None),
            ("role_filled={champion}", ["CRM for Alba"]),
            ("role_not_filled={champion}", ["CRM for Bora", "Web for Bora"]),
            ("role_not_filled={maker}", ["CRM for Alba", "CRM for Bora"]),
            ("ordering=-id", ["Web for Bora", "CRM for Bora", "CRM for Alba"]),
            ("ordering=updated_at", None),
        ],
    )  # fmt: skip
    @pytest.mark.parametrize("few", [search.FEW, 0], ids=["few", "many"])
    def test_can_be_filtered_searched_and_sorted(
        self,
        client: APIClient,
        query: str,
        found: list[str] | None,
        few: int,
        monkeypatch: pytest.MonkeyPatch,
    ):
        monkeypatch.setattr(search, "FEW", few)

        answer = client.get(f"{URL}?{query.format(**self.known)}").json()

        expected = ["CRM for Alba", "CRM for Bora", "Web for Bora"] if found is None else found
        assert [row["name"] for row in answer["results"]] == expected

    @pytest.mark.parametrize(("few", "count"), [(3, (2, True)), (2, (2, True)), (1, (1, False))])
    def test_what_is_found_is_counted_and_goes_on_by_its_cursor(self, client, few, count, monkeypatch):
        monkeypatch.setattr(search, "FEW", few)
        url = f"{URL}?search=crm&page_size=1&ordering=-updated_at&fields=name"

        first = client.get(url).json()
        rest = client.get(first["next"]).json()

        assert (first["count"], first["count_is_exact"]) == count
        assert [row["name"] for row in first["results"] + rest["results"]] == ["CRM for Bora", "CRM for Alba"]
        assert rest["next"] is None

    @pytest.mark.parametrize(
        "query", ["stage=none", "solution_interest=0", "completeness_at_least=much", "ordering=name", "a=1"]
    )
    def test_refuses_what_means_nothing(self, client: APIClient, query: str):
        answer = client.get(f"{URL}?{query}")

        assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")

    @pytest.fixture
    def scored(self, group):
        """Groups with these scores, by name of their status."""
        BuyingGroup.objects.all().delete()
        scores = {"none": None, "low": 0, "third": 100 / 3, "also third": 100 / 3, "full": 100, "no": None}
        for status, score in scores.items():
            BuyingGroupFactory(status=status, completeness=score, engagement=score)

    DOWN = ["full", "also third", "third", "low", "no", "none"]

    @pytest.mark.parametrize("few", [100, 0])
    @pytest.mark.parametrize("size", [1, 3, 10])
    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("ordering=-completeness", DOWN),
            ("ordering=completeness", DOWN[::-1]),
            ("ordering=-engagement", DOWN),
            ("ordering=engagement", DOWN[::-1]),
            ("ordering=-completeness,id", ["full", "third", "also third", "low", "none", "no"]),
            ("ordering=-engagement&completeness_at_most=50", ["also third", "third", "low"]),
            ("ordering=completeness&has_completeness=false", ["none", "no"]),
        ],
    )
    def test_sorts_by_scores_those_without_one_below(
        self, client, scored, query, found, size, few, monkeypatch
    ):
        monkeypatch.setattr(search, "FEW", few)
        url, names = f"{URL}?{query}&page_size={size}&fields=status", []

        while url:
            page = client.get(url).json()
            names += [row["status"] for row in page["results"]]
            url = page["next"]

        assert names == found

    @pytest.mark.parametrize(
        "values", [["-completeness,-id", None, None], ["-completeness,-id", float("inf"), 1], ["id", None]]
    )
    def test_refuses_a_cursor_that_it_has_not_given(self, client: APIClient, values: list[Any]):
        ordering = "id" if values[0] == "id" else "-completeness"

        answer = client.get(f"{URL}?ordering={ordering}&cursor={cursors.encode(values)}")

        assert answer.status_code == 400

    def test_goes_on_by_its_cursor(self, client: APIClient):
        first = client.get(f"{URL}?page_size=2&ordering=updated_at&fields=name").json()

        rest = client.get(first["next"]).json()

        assert (first["count"], first["results"][0]) == (3, {"name": "CRM for Alba"})
        assert ([row["name"] for row in rest["results"]], rest["next"]) == (["Web for Bora"], None)


def test_many_cost_no_more_than_few(client: APIClient, group: BuyingGroup, count_queries: Any):
    BuyingGroupFactory(solution_interest=group.solution_interest)
    client.get(URL)
    few = count_queries(lambda: client.get(URL))
    for made in BuyingGroupFactory.create_batch(38):
        GroupMemberFactory(group=made)

    assert count_queries(lambda: client.get(URL)) == few
    assert len(client.get(URL).json()["results"]) == 40


class TestStage:
    def test_moves_the_group_where_it_may_go(self, client: APIClient, group: BuyingGroup, now: Any):
        answer = client.post(f"{URL}{group.pk}/stage/", {"stage": stage("Consideration").pk})

        assert (answer.status_code, answer.json()["stage_name"]) == (200, "Consideration")
        assert BuyingGroup.objects.get(pk=group.pk).stage == stage("Consideration")
        event = Event.objects.get()
        assert (event.source, event.payload["new"]) == (Event.Source.API, "Consideration")
        assert answer["ETag"] == client.get(f"{URL}{group.pk}/")["ETag"]

    def test_says_where_it_may_go_instead(self, client: APIClient, group: BuyingGroup):
        answer = client.post(f"{URL}{group.pk}/stage/", {"stage": stage("Purchase").pk})

        assert (answer.status_code, answer.json()["code"]) == (409, "transition_not_allowed")
        assert answer.json()["allowed_actions"] == ["Consideration", "Rejection"]
        allowed = answer.json()["allowed_stages"]
        assert allowed == [{"id": stage(name).pk, "name": name} for name in ("Consideration", "Rejection")]
        moved = client.post(f"{URL}{group.pk}/stage/", {"stage": allowed[0]["id"]})
        assert moved.json()["stage_name"] == "Consideration"

    @pytest.mark.parametrize(
        ("body", "faults"),
        [
            ({}, {"/stage": "missing"}), ({"stage": NO_ID}, {"/stage": "not_found"}),
            ({"stage": None}, {"/stage": "missing"}),
            ({"stage": "1"}, {"/stage": "wrong_type"}), ({"stage": 1, "now": 1}, {"/now": "unknown_field"}),
        ],
    )  # fmt: skip
    def test_refuses_what_is_wrong(self, client: APIClient, group: BuyingGroup, body: Any, faults: Any):
        answer = client.post(f"{URL}{group.pk}/stage/", body)

        assert answer.status_code == 400
        assert faults.items() <= pointers(answer).items()

    def test_needs_a_stage_model(self, client: APIClient, crm: Any):
        answer = client.post(f"{URL}{BuyingGroupFactory().pk}/stage/", {"stage": stage("Interest").pk})

        assert (answer.status_code, answer.json()["code"]) == (409, "no_stage_model")


class TestStatus:
    def test_is_set_and_taken_away(self, client: APIClient, group: BuyingGroup):
        assert client.post(f"{URL}{group.pk}/status/", {"status": "Cold"}).json()["status"] == "Cold"
        assert client.post(f"{URL}{group.pk}/status/", {"status": ""}).json()["status"] == ""

        assert set(Event.objects.values_list("source", flat=True)) == {Event.Source.API}

    @pytest.mark.parametrize("body", [{"status": "x" * 51}, {"status": None}, {"status": 5}, {}])
    def test_refuses_what_is_wrong(self, client: APIClient, group: BuyingGroup, body: Any):
        answer = client.post(f"{URL}{group.pk}/status/", body)

        assert (answer.status_code, list(pointers(answer))) == (400, ["/status"])

    def test_with_a_key_is_set_once(self, client: APIClient, group: BuyingGroup):
        key = {"Idempotency-Key": "a"}
        first = client.post(f"{URL}{group.pk}/status/", {"status": "Cold"}, headers=key)
        BuyingGroup.objects.update(status="Hot", updated_at=group.updated_at + timedelta(days=9))

        assert client.post(f"{URL}{group.pk}/status/", {"status": "Cold"}, headers=key).json() == first.json()
        assert BuyingGroup.objects.get(pk=group.pk).status == "Hot"


@pytest.mark.parametrize(
    ("page", "body"), [("status", {"status": "Cold"}), ("stage", {"stage": "Consideration"})]
)
def test_stage_and_status_are_set_on_the_version_that_was_seen(
    client: APIClient, group: BuyingGroup, page: str, body: Any
):
    url, seen = f"{URL}{group.pk}/", client.get(f"{URL}{group.pk}/")["ETag"]
    given = {key: stage(value).pk if key == "stage" else value for key, value in body.items()}

    first = client.post(f"{url}{page}/", given, headers={"If-Match": seen})
    late = client.post(f"{url}{page}/", given, headers={"If-Match": seen})

    assert (first.status_code, late.status_code) == (200, 412)
    assert client.post(f"{url}{page}/", given, headers={"If-Match": first["ETag"]}).status_code == 200
