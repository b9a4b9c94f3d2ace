from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from accounts.errors import Conflict, Stale
from accounts.findings import Invalid
from journeys import services
from journeys.document.files import map_of
from journeys.models import DraftRevision, Journey
from tests.factories import AccountListFactory, JourneyFactory
from tests.factories.journeys import in_status, simple_map

Said = dict[str, Any]
pytestmark = pytest.mark.django_db


def fresh(journey: Journey) -> Journey:
    return Journey.objects.get(pk=journey.pk)


def pointers(error: pytest.ExceptionInfo[Invalid]) -> list[tuple[str, str]]:
    return [(finding.code, finding.pointer) for finding in error.value.findings]


class TestSaveMap:
    def test_what_the_map_gives_is_taken_back_unchanged(self, said: Said) -> None:
        journey = JourneyFactory()

        draft = services.save_map(journey, nodes=map_of(journey), revision=1, **said)

        assert (draft.revision, DraftRevision.objects.count()) == (1, 1)

    def test_each_change_is_a_revision(self, said: Said, now: datetime) -> None:
        journey = JourneyFactory()
        nodes = simple_map(AccountListFactory(name="Other").name)

        draft = services.save_map(journey, nodes=nodes, revision=1, **said)

        assert draft.revision == 2
        assert map_of(fresh(journey))[0]["settings"] == {"account_list": "Other"}
        saved = DraftRevision.objects.get(journey=journey, number=2)
        assert (saved.nodes, saved.saved_by, saved.saved_at, saved.back_to) == (
            draft.nodes,
            said["by"],
            now,
            1,
        )
        assert fresh(journey).updated_by == said["by"]

    def test_the_later_save_of_two_is_refused(self, said: Said) -> None:
        journey = JourneyFactory()
        services.save_map(journey, nodes=[], revision=1, **said)

        with pytest.raises(Stale, match="revision 2"):
            services.save_map(journey, nodes=map_of(journey), revision=1, **said)

    def test_what_is_wrong_has_its_place_and_nothing_is_saved(self, said: Said) -> None:
        journey = JourneyFactory()
        nodes = map_of(journey)
        nodes[1]["settings"]["duration"]["value"] = -1

        with pytest.raises(Invalid) as error:
            services.save_map(journey, nodes=nodes, **said)

        assert pointers(error) == [("out_of_range", "/nodes/1/settings/duration/value")]
        assert fresh(journey).draft.revision == 1

    def test_an_unknown_name_stays_and_is_shown(self, said: Said) -> None:
        journey = JourneyFactory()

        draft = services.save_map(journey, nodes=simple_map("Later"), **said)

        assert draft.nodes[0]["settings"]["account_list"] == {"id": None, "name": "Later"}
        assert map_of(fresh(journey))[0]["settings"] == {"account_list": "Later"}

    def test_notes_whom_it_points_to(self, said: Said, now: datetime) -> None:
        target, journey = in_status("live", now=now), JourneyFactory()
        settings = {"journey": target.name}
        node = {
            "key": "add",
            "kind": "take_action",
            "on": "accounts",
            "action": "add_account_to_journey",
            "settings": settings,
        }

        draft = services.save_map(journey, nodes=[map_of(journey)[0] | {"next": "add"}, node], **said)

        assert list(draft.targets.values_list("target", "name")) == [(target.pk, target.name)]


class TestUndo:
    def test_goes_back_step_by_step(self, said: Said) -> None:
        journey = JourneyFactory()
        states = [map_of(journey)]
        for n in (2, 3):
            nodes = simple_map(AccountListFactory(name=f"List of {n}").name)
            services.save_map(journey, nodes=nodes, **said)
            states.append(map_of(fresh(journey)))

        assert services.undo(journey, revision=3, **said).revision == 4
        assert map_of(fresh(journey)) == states[1]
        services.undo(journey, **said)
        assert map_of(fresh(journey)) == states[0]
        with pytest.raises(Conflict) as error:
            services.undo(journey, **said)
        assert error.value.code == "nothing_to_undo"

    def test_a_change_after_an_undo_counts_from_there(self, said: Said) -> None:
        journey = JourneyFactory()
        first = map_of(journey)
        services.save_map(journey, nodes=[], **said)
        services.undo(journey, **said)
        services.save_map(journey, nodes=first[:1] and [{**first[0], "next": None}], **said)

        services.undo(journey, **said)

        assert map_of(fresh(journey)) == first

    def test_of_what_somebody_else_has_changed(self, said: Said) -> None:
        journey = JourneyFactory()
        services.save_map(journey, nodes=[], **said)

        with pytest.raises(Stale):
            services.undo(journey, revision=1, **said)
