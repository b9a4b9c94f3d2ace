"""The table of spec 1.2, copied, against every door: services; admin and API join as further columns."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.errors import Conflict
from accounts.references import name_of
from journeys import services
from journeys.admin.dialogs import WORDS as ADMIN_WORDS
from journeys.document import files
from journeys.models import HistoryRecord, Journey
from tests.factories import UserFactory
from tests.factories.api import client_of, clock_at
from tests.factories.journeys import in_status

TABLE = """
| status    | allowed                                                  |
| draft     | publish, duplicate, delete, edit everything              |
| scheduled | duplicate, abort, change the end date                    |
| live      | duplicate, close to new entries, abort, change the end date |
| closed    | duplicate, abort, change the end date                    |
| aborted   | duplicate, delete                                        |
| finished  | duplicate, delete                                        |
"""
# What a test does, and the words of the table that allow it. The name may be edited in every status. Hold is a
# switch and not in the table: what may be aborted may be held.
WORDS = {
    "publish now": {"publish"},
    "publish later": {"publish"},
    "close": {"close to new entries"},
    "abort": {"abort"},
    "hold": {"abort"},
    "duplicate": {"duplicate"},
    "delete": {"delete"},
    "edit map": {"edit everything"},
    "change end": {"edit everything", "change the end date"},
    "rename": None,
}
API_WORDS = {"close to new entries": "close", "edit everything": "edit", "change the end date": "change_end"}

rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in TABLE.strip().splitlines()[1:]]
ALLOWED: dict[str, set[str]] = {status: {word.strip() for word in words.split(",")} for status, words in rows}

pytestmark = pytest.mark.django_db


def through_services(action: str, journey: Journey, now: datetime) -> Any:
    said: dict[str, Any] = {"by": None, "now": now, "interface": HistoryRecord.Interface.API}
    end = now + timedelta(days=30)
    doors: dict[str, Callable[[], Any]] = {
        "publish now": lambda: services.publish(journey, end=end, **said),
        "publish later": lambda: services.publish(journey, start=now + timedelta(days=1), end=end, **said),
        "close": lambda: services.close(journey, **said),
        "abort": lambda: services.abort(journey, **said),
        "hold": lambda: services.hold(journey, because="Wrong prices", **said),
        "duplicate": lambda: services.duplicate(journey, **said),
        "delete": lambda: services.delete(journey, **said),
        "edit map": lambda: services.save_map(journey, nodes=_longer(journey), **said),
        "change end": lambda: services.change_end(journey, end=end, **said),
        "rename": lambda: services.rename(journey, name="Another name", **said),
    }
    return doors[action]()


def _longer(journey: Journey) -> list[dict[str, Any]]:
    nodes = files.map_of(journey)
    assert name_of(nodes[0]["settings"]["account_list"])
    return [*nodes[:-1], {**nodes[-1], "next": "more"}, {"key": "more", "kind": "wait"}]


def through_api(action: str, journey: Journey, now: datetime) -> None:
    """The same over HTTP; a 409 comes back as what the service had raised."""
    url, end = f"/api/v1/journeys/{journey.pk}/", {"end": f"{now + timedelta(days=30):%Y-%m-%dT%H:%M:%SZ}"}
    later = {**end, "start": f"{now + timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}"}
    with clock_at(now):
        client = client_of()
        answer = {
            "publish now": lambda: client.post(f"{url}publish/", {**end, "start": "immediately"}),
            "publish later": lambda: client.post(f"{url}publish/", later),
            "close": lambda: client.post(f"{url}close/"),
            "abort": lambda: client.post(f"{url}abort/"),
            "hold": lambda: client.post(f"{url}hold/", {"because": "Wrong prices"}),
            "duplicate": lambda: client.post(f"{url}duplicate/"),
            "delete": lambda: client.delete(url),
            "edit map": lambda: client.put(f"{url}map/", {"nodes": _longer(journey)}),
            "change end": lambda: client.patch(url, end),
            "rename": lambda: client.patch(url, {"name": "Another name"}),
        }[action]()
    if answer.status_code == 409:
        assert answer["Content-Type"] == "application/problem+json"
        said = answer.json()
        raise Conflict(said["code"], said["detail"], allowed=said["allowed_actions"])
    assert answer.status_code in (200, 201, 204), answer.content


def through_admin(action: str, journey: Journey, now: datetime) -> None:
    """The same by the forms of the admin; a page that says 409 comes back as what the service had raised."""
    today = max(now, timezone.now())  # the admin asks the clock itself
    end = f"{today + timedelta(days=30):%Y-%m-%dT%H:%M}"
    confirmed = {"confirm": "1", "end": f"{end}:00Z"}
    later = {**confirmed, "start": f"{today + timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}"}
    page, posted = {
        "publish now": ("publish", confirmed),
        "publish later": ("publish", later),
        "close": ("close", {}),
        "abort": ("abort", {}),
        "hold": ("hold", {"because": "Wrong prices"}),
        "duplicate": ("duplicate", {"name": services.default_name(journey.name), "type": "partial_content"}),
        "delete": ("delete", {}),
        "edit map": ("document", {"text": json.dumps({"nodes": _longer(journey)}), "format": "json"}),
        "change end": ("settings", {"start_when": "immediately", "time_zone": "UTC", "end": end}),
        "rename": ("rename", {"name": "Another name"}),
    }[action]
    client = Client()
    client.force_login(UserFactory())
    answer = client.post(reverse(f"admin:journeys_journey_{page}", args=[journey.pk]), posted)
    if answer.status_code == 409:
        said = answer.context["allowed"].split(", ")
        raise Conflict(
            "",
            answer.context["refused"],
            allowed=[act for act, words in ADMIN_WORDS.items() if words in said],
        )
    assert answer.status_code == 302, answer.content


DOORS = {"services": through_services, "API": through_api, "admin": through_admin}


def is_done(action: str, before: Journey) -> bool:
    """Whether the database shows that it happened."""
    after = Journey.objects.get(pk=before.pk)
    return {
        "publish now": after.status == "live",
        "publish later": after.status == "scheduled",
        "close": after.status == "closed",
        "abort": after.status == "aborted",
        "hold": after.held_because == "Wrong prices",
        "duplicate": Journey.objects.filter(name=f"{before.name}_copy", status="draft").exists(),
        "delete": after.deleted_at is not None,
        "edit map": after.draft.revision == 2,
        "change end": after.ends_at != before.ends_at,
        "rename": after.name == "Another name",
    }[action]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("action", WORDS)
@pytest.mark.parametrize("status", ALLOWED)
def test_every_action_in_every_status(door: str, action: str, status: str, now: datetime) -> None:
    journey = in_status(status, now=now)
    words = WORDS[action]
    allowed = words is None or bool(words & ALLOWED[status])

    if allowed:
        DOORS[door](action, journey, now)
        assert is_done(action, journey)
        return
    recorded = journey.history.count()
    with pytest.raises(Conflict) as refused:
        DOORS[door](action, journey, now)

    assert set(refused.value.allowed) == set(services.allowed_actions(journey))
    after = Journey.objects.get(pk=journey.pk)
    assert (after.status, after.name, after.ends_at, after.deleted_at, after.held_at) == (
        status,
        journey.name,
        journey.ends_at,
        None,
        None,
    )
    assert journey.history.count() == recorded


@pytest.mark.parametrize("status", ALLOWED)
def test_allowed_actions_say_the_table(status: str, now: datetime) -> None:
    journey = in_status(status, now=now)

    assert set(services.allowed_actions(journey)) == {API_WORDS.get(word, word) for word in ALLOWED[status]}
