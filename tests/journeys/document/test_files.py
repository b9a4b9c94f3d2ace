from __future__ import annotations

from typing import Any

import pytest

from accounts.models import AccountList
from journeys import services
from journeys.document.canonical import to_json
from journeys.document.parse import parse
from journeys.models import Journey
from journeys.validation import find_problems
from tests.journeys.document.example import EXAMPLE, again, make_world, take_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _world() -> None:
    make_world()


class TestRoundTrip:
    @pytest.mark.parametrize("format", ["yaml", "json"])
    def test_export_import_export_gives_the_same_bytes(self, now: Any, format: str) -> None:
        journey = take_in(EXAMPLE, now)
        exported = services.export(journey, by=None, format=format)

        copy = again(exported, journey, now)

        assert services.export(copy, by=None, format=format) == exported

    def test_the_export_says_what_the_file_said(self, now: Any) -> None:
        said, exported = parse(EXAMPLE), parse(services.export(take_in(EXAMPLE, now), by=None))

        said["nodes"][-1]["next"] = None  # the one thing that the example leaves to the default
        assert exported == said
        assert list(exported) == list(said)

    def test_the_fields_arrive(self, now: Any) -> None:
        journey = take_in(EXAMPLE, now)

        assert journey.status == Journey.Status.DRAFT
        assert (journey.time_zone, journey.starts_at) == ("Europe/Berlin", None)
        assert (journey.re_entry_enabled, journey.re_entry_delay, journey.re_entry_limit) == (True, 30, 3)

    def test_keys_in_any_order_and_other_spellings_come_out_the_same(self, now: Any) -> None:
        one = take_in(EXAMPLE, now)
        exported = services.export(one, by=None)
        document = parse(EXAMPLE)
        document["end"] = "2027-07-01T00:00:00.000+02:00"
        document["nodes"] = [dict(reversed(node.items())) for node in document["nodes"]]
        document["nodes"][4] |= {"label": "", "settings": {}}

        other = again(to_json(dict(reversed(document.items()))), one, now)

        assert services.export(other, by=None) == exported

    def test_a_renamed_list_is_exported_by_its_new_name(self, now: Any) -> None:
        journey = take_in(EXAMPLE, now)
        AccountList.objects.filter(name="Enterprise").update(name="Großkunden")

        exported = services.export(journey, by=None)

        assert parse(exported)["nodes"][0]["settings"]["account_list"] == "Großkunden"

    def test_a_journey_that_removes_from_itself(self, now: Any) -> None:
        document = parse(EXAMPLE)
        itself = {
            "on": "accounts",
            "action": "remove_account_from_journey",
            "settings": {"journey": "welcome LARGE banks"},
        }
        document["nodes"][5] = {"key": "raise", "kind": "take_action", **itself, "next": None}

        journey = take_in(to_json(document), now)
        assert journey.draft.targets.get(resource="journey").target == journey.pk
        exported = services.export(journey, by=None)
        copy = again(exported, journey, now)

        assert services.export(copy, by=None) == exported
        assert copy.draft.targets.get(resource="journey").target == copy.pk

    def test_a_journey_cannot_add_to_itself(self, now: Any) -> None:
        document = parse(EXAMPLE)
        itself = {
            "on": "accounts",
            "action": "add_account_to_journey",
            "settings": {"journey": "Welcome large banks"},
        }
        document["nodes"][5] = {"key": "raise", "kind": "take_action", **itself, "next": None}

        journey = take_in(to_json(document), now)

        assert [problem.code for problem in find_problems(journey, now=now)] == ["reference_unfit"]

    def test_the_least_that_a_file_may_say(self, now: Any, settings: Any) -> None:
        journey = take_in("format: throughline/journey/1\nname: Little", now)

        assert (journey.name, journey.time_zone, journey.re_entry_enabled) == (
            "Little",
            settings.JOURNEY_TIME_ZONE,
            False,
        )
        assert journey.draft.nodes == []
