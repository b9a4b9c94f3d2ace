from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from accounts.findings import Invalid
from journeys import services
from journeys.document.files import map_of
from journeys.models import Journey
from tests.factories import AccountListFactory, JourneyFactory, ScoreFactory
from tests.factories.journeys import in_status, publish

Said = dict[str, Any]
LARGE = {"match": "all", "filters": [{"field": "account.employees", "operator": "at_least", "value": 10000}]}
RAISE = {"on": "people", "action": "change_score", "settings": {"score": "fit", "change": "+5"}}
pytestmark = pytest.mark.django_db


@pytest.fixture
def source(now: datetime) -> Journey:
    ScoreFactory(name="fit")
    audience = {"account_list": AccountListFactory().name, "mode": "once"}
    nodes: list[dict[str, Any]] = [
        {"key": "start", "kind": "account_audience", "settings": audience, "next": "size"},
        {
            "key": "size",
            "kind": "split_accounts",
            "label": "How large?",
            "paths": [
                {"key": "large", "label": "Large", "condition": LARGE, "next": "raise"},
                {"key": "rest", "label": "Others", "other": True, "next": "pause"},
            ],
        },
        {"key": "raise", "kind": "take_action", **RAISE, "next": "join"},
        {"key": "pause", "kind": "wait", "settings": {"must_end_on": {"time": "09:00"}}, "next": "join"},
        {"key": "join", "kind": "merge", "next": None},
    ]  # fmt: skip
    settings = {
        "re_entry_enabled": True,
        "re_entry_delay": 9,
        "email_deduplication": True,
        "time_zone": "Europe/Berlin",
    }
    return JourneyFactory(
        name="Source", description="What for", nodes=nodes, ends_at=now + timedelta(days=9), **settings
    )


class TestPartialContent:
    def test_copies_everything(self, source: Journey, said: Said, now: datetime) -> None:
        copy = services.duplicate(source, **said)

        assert (copy.name, copy.description, copy.status) == ("Source_copy", "What for", "draft")
        assert map_of(copy) == map_of(source)
        assert (copy.re_entry_enabled, copy.re_entry_delay, copy.email_deduplication, copy.time_zone) == (
            True,
            9,
            True,
            "Europe/Berlin",
        )
        assert (copy.created_at, copy.created_by, copy.ends_at) == (now, said["by"], source.ends_at)
        assert copy.history.get().detail == {"copy_of": source.pk, "type": "partial_content"}
        assert source.history.get().detail == {"copy": copy.pk, "type": "partial_content"}

    def test_leaves_dates_that_have_passed_and_the_originals_own(
        self, source: Journey, said: Said, now: datetime
    ) -> None:
        published = publish(source, now=now, start=now + timedelta(days=1))

        copy = services.duplicate(published, **{**said, "now": now + timedelta(days=2)})

        assert (copy.starts_at, copy.published_at, copy.version, copy.mode) == (None, None, None, "")
        assert copy.ends_at == published.ends_at

    def test_what_it_does_to_itself_the_copy_does_to_itself(self, source: Journey, said: Said) -> None:
        own = {
            "on": "accounts",
            "action": "remove_account_from_journey",
            "settings": {"journey": "Source"},
            "next": None,
        }
        nodes = [
            *map_of(source)[:4],
            {"key": "join", "kind": "merge", "next": "out"},
            {"key": "out", "kind": "take_action", **own},
        ]
        services.save_map(source, nodes=nodes, **said)

        copy = services.duplicate(source, **said)

        assert map_of(copy)[-1]["settings"] == {"journey": "Source_copy"}
        assert copy.draft.targets.get(resource="journey").target == copy.pk
        assert list(services.pointing_here(source)) == []


class TestWithoutDetails:
    def test_keeps_the_shape_alone(self, source: Journey, said: Said) -> None:
        copy = services.duplicate(source, type="without_details", name="Shape", description="", **said)

        assert map_of(copy) == [
            {"key": "start", "kind": "account_audience", "next": "size"},
            {
                "key": "size",
                "kind": "split_accounts",
                "label": "How large?",
                "paths": [
                    {"key": "large", "label": "Large", "next": "raise"},
                    {"key": "rest", "label": "Others", "other": True, "next": "pause"},
                ],
            },
            {"key": "raise", "kind": "take_action", "on": "people", "next": "join"},
            {
                "key": "pause",
                "kind": "wait",
                "settings": {"duration": {"value": 5, "unit": "days"}},
                "next": "join",
            },
            {"key": "join", "kind": "merge", "next": None},
        ]
        assert (copy.name, copy.description, copy.ends_at) == ("Shape", "", None)
        assert (copy.re_entry_enabled, copy.re_entry_delay, copy.email_deduplication) == (False, 1, False)


class TestNames:
    def test_count_on(self, said: Said) -> None:
        source = JourneyFactory(name="Übung")

        names = [services.duplicate(source, **said).name for _ in range(3)]

        assert names == ["Übung_copy", "Übung_copy2", "Übung_copy3"]

    def test_pass_over_those_that_are_taken_in_other_letters(self, said: Said) -> None:
        JourneyFactory(name="ÜBUNG_COPY")

        assert services.duplicate(JourneyFactory(name="übung"), **said).name == "übung_copy2"

    def test_stay_within_200_characters(self, said: Said) -> None:
        source = JourneyFactory(name="x" * 200)

        names = [services.duplicate(source, **said).name for _ in range(2)]

        assert names == ["x" * 195 + "_copy", "x" * 194 + "_copy2"]

    def test_find_a_free_one_behind_many(self, said: Said) -> None:
        JourneyFactory(name="a_copy")
        for n in range(2, 55):
            JourneyFactory(name=f"a_copy{n}", nodes=[])

        assert services.default_name("a") == "a_copy55"

    def test_a_deleted_journey_frees_its_name(self, said: Said) -> None:
        source = JourneyFactory(name="a")
        services.delete(services.duplicate(source, **said), **said)

        assert services.default_name("a") == "a_copy"

    @pytest.mark.parametrize(
        ("given", "found"),
        [
            ({"name": "SOURCE"}, ("taken", "/name")),
            ({"name": " "}, ("missing", "/name")),
            ({"description": "x" * 2001}, ("too_long", "/description")),
            ({"type": "everything"}, ("unknown_choice", "/type")),
        ],
    )
    def test_wrong_ones_are_refused(
        self, source: Journey, said: Said, given: dict[str, str], found: tuple[str, str]
    ) -> None:
        with pytest.raises(Invalid) as error:
            services.duplicate(source, **given, **said)

        assert [(finding.code, finding.pointer) for finding in error.value.findings] == [found]
        assert Journey.objects.count() == 1


def test_the_permission_to_add_is_enough_in_every_status(by_somebody_with: Any, now: datetime) -> None:
    for status in Journey.Status.values:
        services.duplicate(in_status(status, now=now), **by_somebody_with("add_journey"))
    with pytest.raises(PermissionDenied):
        services.duplicate(JourneyFactory(), **by_somebody_with("change_journey"))
