"""The lists behind the numbers, the page that says why, and what staff do with entries."""

from __future__ import annotations

import csv
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from journeys.engine import counters
from journeys.engine.worker import Worker
from journeys.models import Entry, EntryFailure, Journey, Node, What
from journeys.rounds import go_round
from tests.factories import AccountFactory, AccountListFactory, JourneyFactory
from tests.factories.journeys import publish

pytestmark = pytest.mark.django_db(transaction=True)
COMPANIES = ("Acme <b>", "Zenith", "Omega", "Beta")


@pytest.fixture
def journey() -> Journey:
    """Four accounts have come in: two wait, two took the other path and are through."""
    accounts = [
        AccountFactory(name=name, employees=size)
        for name, size in zip(COMPANIES, (5, 5, 500, 500), strict=True)
    ]
    everybody = AccountListFactory(name="Everybody", members=accounts)
    assert everybody.pk
    large = {
        "match": "all",
        "filters": [{"field": "account.employees", "operator": "at_least", "value": 100}],
    }
    nodes: list[dict[str, Any]] = [
        {"key": "start", "kind": "account_audience", "settings": {"account_list": "Everybody"}, "next": "size"},
        {"key": "size", "kind": "split_accounts", "paths": [
            {"key": "large", "label": "Large", "condition": large, "next": "tell"},
            {"key": "rest", "other": True, "next": "pause"},
        ]},
        {"key": "tell", "kind": "take_action", "on": "accounts", "action": "account_interesting_moment",
         "settings": {"type": "milestone", "description": "Large"}, "next": None},
        {"key": "pause", "kind": "wait", "settings": {"duration": {"value": 1, "unit": "days"}}, "next": None},
    ]  # fmt: skip
    journey = publish(JourneyFactory(nodes=nodes), now=timezone.now() - timedelta(seconds=5))
    worker = Worker(size=100)
    while go_round(worker):
        pass
    return journey


@pytest.fixture
def failed(journey: Journey) -> list[int]:
    """The two that wait have failed, with an error that must be read as text."""
    entries = list(Entry.objects.filter(journey=journey, status=Entry.Status.ACTIVE).order_by("pk"))
    for entry in entries:
        EntryFailure.objects.create(
            entry=entry, node_id=entry.node_id, error="<i>broken</i>", failed_at=timezone.now()
        )
    Entry.objects.filter(pk__in=[entry.pk for entry in entries]).update(
        status=Entry.Status.FAILED, due_at=None
    )
    counters.add(journey.pk, {(entries[0].node_id, What.FAILED): len(entries)})
    return [entry.pk for entry in entries]


def names(answer: Any) -> list[str]:
    return [row.entry.account.name for row in answer.context["rows"]]


class TestLists:
    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ({}, set(COMPANIES)),
            ({"status": "1"}, {"Acme <b>", "Zenith"}),
            ({"status": "2"}, {"Omega", "Beta"}),
            ({"node": "pause", "behind": "there"}, {"Acme <b>", "Zenith"}),
            ({"node": "tell", "behind": "done"}, {"Omega", "Beta"}),
            ({"node": "tell", "behind": "skipped"}, set()),
            ({"node": "start"}, set(COMPANIES)),
            ({"q": "MEG"}, {"Omega"}),
            ({"q": "%"}, set()),
        ],
    )
    def test_are_exactly_those_accounts(self, client, to, journey, query: dict[str, str], expected: set[str]):
        answer = client.get(to("entries", journey), query)

        assert set(names(answer)) == expected
        assert (answer.context["n"], answer.context["exact"]) == (len(expected), True)

    def test_every_number_on_the_map_equals_the_list_behind_it(self, client, to, journey, failed):
        rows = client.get(to("change", journey)).context["rows"]
        counts = [count for row in rows for count in row.counts]

        assert len(counts) == 14
        for count in counts:
            assert client.get(count["url"]).context["n"] == count["n"], count["name"]

    def test_every_number_above_the_tabs_too(self, client, to, journey, failed):
        parts = client.get(to("change", journey)).context["parts"]

        assert {part["name"]: part["n"] for part in parts} == {
            "completed": 2,
            "active": 0,
            "failed": 2,
            "removed": 0,
            "aborted": 0,
        }
        for part in parts:
            assert client.get(part["url"]).context["n"] == part["n"]

    def test_go_on_after_the_last_of_a_page(self, client, to, journey):
        for number in range(2, 54):
            old = Entry.objects.filter(journey=journey, status=Entry.Status.COMPLETED).first()
            assert old
            old.pk, old.number = None, number
            old.save()

        first = client.get(to("entries", journey), {"status": "2"})
        second = client.get(to("entries", journey) + "?" + first.context["next"])

        assert (len(names(first)), len(names(second)), second.context["next"]) == (50, 4, "")

    def test_make_no_more_queries_for_more_rows(self, client, to, journey, count_queries):
        one = count_queries(lambda: client.get(to("entries", journey), {"q": "Omega"}))
        assert count_queries(lambda: client.get(to("entries", journey))) == one

    def test_are_the_same_as_csv(self, client, to, journey, failed):
        answer = client.get(to("entries_export", journey), {"status": "5"})
        rows = list(csv.DictReader(answer.getvalue().decode().splitlines()))

        assert {row["account"] for row in rows} == {"Acme <b>", "Zenith"}
        assert {row["error"] for row in rows} == {"<i>broken</i>"}

    def test_need_a_permission_to_be_taken_out(self, client_with, to, journey):
        assert client_with().get(to("entries_export", journey)).status_code == 403

    def test_point_to_accounts_that_are_not_inside(self, client, to, journey):
        outside = AccountFactory(name="Outsider")
        page = client.get(to("entries", journey), {"q": "Outsi"}).content.decode()
        assert to("why_not", journey, outside.pk) in page


class TestCounters:
    def test_are_what_the_page_shows(self, client, to, journey):
        found = client.get(to("counters", journey)).json()

        assert (found["status"], found["entered"], found["rate"]) == ("live", 4, "50.0 %")
        none = {"done": 0, "skipped": 0, "failed": 0, "unmatched": 0}
        assert found["nodes"]["pause"] == {"entered": 2, "there": 2, **none}
        assert found["parts"]["active"] == [2, 50.0]

    def test_cost_the_same_however_many_entries(self, client, to, journey, django_assert_max_num_queries):
        with django_assert_max_num_queries(7):
            client.get(to("counters", journey))


class TestWhy:
    def test_says_each_step_with_the_path_and_the_values_seen(self, client, to, journey):
        entry = Entry.objects.get(journey=journey, account__name="Omega")
        answer = client.get(to("entry", journey, entry.pk))
        page = answer.content.decode()

        split = answer.context["told"][1]
        [asked] = split.verdicts
        assert (split.step.path, asked.verdict.text, asked.seen) == (
            "Large",
            "Employees at least 100",
            [("Employees", "500")],
        )
        assert "Why it is not inside now" in page

    def test_says_where_it_waits_and_why_it_failed(self, client, to, journey, failed):
        page = client.get(to("entry", journey, failed[0])).content.decode()

        assert "is here now" in page
        assert "Other accounts" in page
        assert "&lt;i&gt;broken" in page
        assert "<i>broken" not in page

    def test_says_why_an_account_never_came_in(self, client, to, journey):
        page = client.get(to("why_not", journey, AccountFactory().pk)).content.decode()
        assert "is not on the list “Everybody”" in page

    def test_an_entry_of_another_journey_is_not_found(self, client, to, journey):
        entry = Entry.objects.filter(journey=journey).first()
        assert client.get(to("entry", JourneyFactory(), entry.pk)).status_code == 404
        assert client.get(to("why_not", journey, 0)).status_code == 404


class TestActing:
    def test_asks_before_it_does_anything(self, client, to, journey, failed):
        answer = client.post(to("entries_act", journey), {"act": "retry", "entry": failed})

        assert answer.status_code == 200
        assert Entry.objects.filter(status=Entry.Status.FAILED).count() == 2

    def test_tries_the_chosen_ones_again(self, client, to, journey, failed):
        client.post(to("entries_act", journey), {"act": "retry", "entry": failed[:1], "confirmed": "1"})

        assert Entry.objects.get(pk=failed[0]).status == Entry.Status.ACTIVE
        assert Entry.objects.get(pk=failed[1]).status == Entry.Status.FAILED

    def test_tries_all_that_failed_again(self, client, to, journey, failed):
        asked = client.post(to("entries_act", journey), {"act": "retry", "all": "1"})
        assert asked.context["ids"] == failed

        client.post(to("entries_act", journey), {"act": "retry", "all": "1", "confirmed": "1"})

        assert not EntryFailure.objects.exists()

    @pytest.mark.parametrize(
        ("filters", "expected"),
        [
            ("status=5&q=ACM", {"Acme <b>"}),
            ("status=5&q=nobody", set()),
            ("node=pause&behind=failed&q=zen", {"Zenith"}),
            ("node=tell&behind=failed", set()),
            ("status=5&after=999999999", {"Acme <b>", "Zenith"}),
            ("q=ze&node=pause", {"Zenith"}),
        ],
    )
    def test_all_are_all_that_failed_of_the_list(self, client, to, journey, failed, filters, expected):
        posted = {"act": "remove", "all": "1", "filters": filters}

        asked = client.post(to("entries_act", journey), posted)
        if expected:
            page = asked.content.decode()
            found = Entry.objects.filter(pk__in=asked.context["ids"])
            assert {entry.account.name for entry in found} == expected
            assert f"<strong>{len(expected)}</strong>" in page
            assert asked.context["filters"] == filters
        client.post(to("entries_act", journey), {**posted, "confirmed": "1"})

        removed = Entry.objects.filter(status=Entry.Status.REMOVED)
        assert {entry.account.name for entry in removed} == expected

    def test_all_says_how_many_and_of_what(self, client, to, journey, failed):
        page = client.get(to("entries", journey), {"status": "5", "q": "acme"}).content.decode()
        posted = {"act": "retry", "all": "1", "filters": "node=pause&behind=failed&q=acme"}
        asked = client.post(to("entries_act", journey), posted).content.decode()

        assert "The 1 failed entry of this list" in page
        assert "All failed entries whose account is found by “acme”, at the node “" in asked
        nothing_failed = client.get(to("entries", journey), {"behind": "failed"}).content.decode()
        assert 'name="all"' not in nothing_failed

    def test_says_when_there_are_more_than_one_request_takes_on(
        self, client, to, journey, failed, monkeypatch
    ):
        monkeypatch.setattr("journeys.admin.entries.AT_ONCE", 1)
        asked = client.post(to("entries_act", journey), {"act": "retry", "all": "1"})

        assert asked.context["ids"] == failed[:1]
        assert "There are more: they stay as they are until you do this again." in asked.content.decode()

    def test_removes_and_returns_to_the_same_filters(self, client, to, journey, failed):
        posted = {"act": "remove", "entry": failed, "confirmed": "1", "filters": "status=5&q=a"}
        answer = client.post(to("entries_act", journey), posted)

        assert answer["Location"] == to("entries", journey) + "?status=5&q=a"
        assert Entry.objects.filter(status=Entry.Status.REMOVED).count() == 2

    def test_leaves_out_what_does_not_fit(self, client, to, journey):
        through = Entry.objects.filter(journey=journey, status=Entry.Status.COMPLETED).values_list(
            "pk", flat=True
        )
        answer = client.post(
            to("entries_act", journey), {"act": "remove", "entry": list(through), "confirmed": "1"}
        )

        assert answer.status_code == 302
        assert Entry.objects.filter(status=Entry.Status.COMPLETED).count() == 2

    @pytest.mark.parametrize(
        "posted",
        [{}, {"act": "explode"}, {"act": "retry", "entry": "x"}, {"act": "remove", "entry": "9" * 40}],
    )
    def test_nonsense_changes_nothing(self, client, to, journey, posted: dict[str, str]):
        assert client.post(to("entries_act", journey), posted).status_code == 302

    def test_needs_the_permission_to_repair(self, client_with, to, journey, failed):
        posted = {"act": "remove", "entry": failed, "confirmed": "1"}

        assert client_with().post(to("entries_act", journey), posted).status_code == 403
        assert client_with("repair_journey").post(to("entries_act", journey), posted).status_code == 302
        assert "Remove…" not in client_with().get(to("entries", journey)).content.decode()


def test_troubles_and_failures_stand_on_the_first_page(client, journey, failed):
    page = client.get("/admin/").content.decode()

    assert "2 entries have failed" in page
    assert Node.objects.filter(version_id=journey.version_id).exists()
