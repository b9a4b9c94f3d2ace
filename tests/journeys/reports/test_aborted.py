"""What is shown of a journey from its abort on: the same before the sweeper has come to the rows as afterwards."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from journeys.engine import counters, verify
from journeys.models import Entry, EntryFailure, Journey, What
from journeys.rounds import sweep
from journeys.services import abort
from tests.factories import AccountFactory, UserFactory
from tests.factories.api import client_of
from tests.factories.maps import condition, publish_map, split, start, wait
from tests.journeys.engine.tools import Clock, Engine

pytestmark = pytest.mark.django_db
LARGE = condition("account.employees", "at_least", 100)


@pytest.fixture
def journey() -> Journey:
    """Five came in, two are through, two wait, and one has failed; then it was aborted."""
    clock = Clock()
    for employees in (500, 500, 5, 5, 5):
        AccountFactory(employees=employees)
    journey = publish_map(start(), split("size", ("large", LARGE, None), other="rest"), wait("rest", days=9))
    Engine(clock).run()
    broken = Entry.objects.filter(journey=journey, status=Entry.Status.ACTIVE).latest("pk")
    EntryFailure.objects.create(entry=broken, node_id=broken.node_id, error="broken", failed_at=clock.now)
    Entry.objects.filter(pk=broken.pk).update(status=Entry.Status.FAILED, due_at=None)
    counters.add(journey.pk, {(broken.node_id, What.FAILED): 1})
    clock.forward(hours=1)
    return abort(journey, by=None, now=clock.now, interface="api")


def shown_by_the_api(journey: Journey) -> dict[str, Any]:
    client, url = client_of(), f"/api/v1/journeys/{journey.pk}/"
    places = {
        f"{name}={value}": client.get(f"{url}entries/?{name}={value}").json()
        for name, value in (
            *(("status", status) for status in ("active", "failed", "aborted", "completed")),
            *(("node=rest&behind", behind) for behind in ("entered", "there", "failed")),
        )
    }
    inside = Entry.objects.filter(journey=journey).latest("pk")
    of_account = f"/api/v1/accounts/{inside.account_id}/journeys/?status"
    return {
        **places,
        "counters": client.get(f"{url}counters/").json(),
        "why": client.get(f"{url}why/?account={inside.account_id}").json(),
        "visits": client.get(f"/api/v1/entries/{inside.pk}/visits/").json(),
        "account": [client.get(f"{of_account}={status}").json() for status in ("aborted", "active,failed")],
    }


def shown_by_the_admin(journey: Journey) -> dict[str, Any]:
    client = Client()
    client.force_login(UserFactory())
    url = f"/admin/journeys/journey/{journey.pk}/"
    found = {}
    for status in Entry.Status:
        page = client.get(f"{url}entries/?status={int(status)}").context
        rows = [
            (row.entry.pk, row.entry.get_status_display(), row.reason, row.entry.ended_at)
            for row in page["rows"]
        ]
        found[status.name] = (page["n"], rows)
    answer = client.get(f"{url}entries/export/")
    found["csv"] = b"".join(answer.streaming_content)
    found["parts"] = client.get(f"{url}counters/").json()
    page = client.get(f"{url}entries/{Entry.objects.latest('pk').pk}/").content.decode()
    found["why"] = page.split("tl-why-head")[1].split("tl-says")[0]
    return found


@pytest.mark.parametrize("shown", [shown_by_the_api, shown_by_the_admin])
def test_what_is_shown_does_not_wait_for_the_sweeper(journey: Journey, shown: Any) -> None:
    at_once = shown(journey)

    sweep(Clock(Clock().now.replace(hour=23)))

    assert Entry.objects.filter(journey=journey, status=Entry.Status.ABORTED).count() == 3
    assert shown(journey) == at_once
    assert verify.verify() == {}


def test_the_numbers_are_their_lists_and_true_at_once(journey: Journey) -> None:
    found = shown_by_the_api(journey)

    assert found["counters"]["entries"] == {
        "entered": 5, "active": 0, "completed": 2, "removed": 0, "aborted": 3, "failed": 0, "completion_rate": 0.4,
    }  # fmt: skip
    assert [found[f"status={status}"]["count"] for status in ("active", "failed", "aborted")] == [0, 0, 3]
    [_start, _size, rest] = found["counters"]["nodes"]
    assert (rest["entered"], rest["there"], rest["failed"]) == (3, 0, 0)
    assert [found[f"node=rest&behind={name}"]["count"] for name in ("entered", "there", "failed")] == [
        3,
        0,
        0,
    ]
    for row in found["status=aborted"]["results"]:
        said = (row["status"], row["reason"], row["ended_at"], row["due_at"], row["failure"])
        assert said == ("aborted", "journey_aborted", "2027-03-01T10:00:00Z", None, None)


def test_nobody_is_removed_or_tried_again_any_more(journey: Journey) -> None:
    client, before = client_of(), list(Entry.objects.order_by("pk").values())
    inside = Entry.objects.filter(journey=journey, status__in=Entry.INSIDE)
    for entry in inside:
        for act, code in (("remove", "not_inside"), ("retry", "not_failed")):
            answer = client.post(f"/api/v1/entries/{entry.pk}/{act}/")
            assert (answer.status_code, answer.json()["code"]) == (409, code)

    assert list(Entry.objects.order_by("pk").values()) == before
