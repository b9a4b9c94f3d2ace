from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.errors import Conflict, Stale
from accounts.findings import Invalid
from accounts.models import AccountList
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

    def test_the_refusal_says_what_has_changed_by_whom_and_when(self, said: Said, now: datetime) -> None:
        journey = JourneyFactory()
        seen = map_of(journey)
        first, pause = seen
        new = {"key": "new", "kind": "wait", "next": None}
        services.save_map(journey, nodes=[first, pause | {"next": "new"}, new], **said)
        later = {**said, "now": now + timedelta(minutes=1)}
        services.save_map(journey, nodes=[first | {"next": "new"}, new], **later)

        with pytest.raises(Stale) as error:
            services.save_map(journey, nodes=seen, revision=1, **said)

        by = said["by"]
        assert error.value.changes == {
            "revision": 3,
            "saved_at": "2027-03-01T09:01:00Z",
            "saved_by": {"id": by.pk, "username": by.username},
            "added": ["new"],
            "changed": [first["key"]],
            "removed": [pause["key"]],
        }

    def test_a_list_that_was_renamed_is_no_change_of_the_map(self, said: Said) -> None:
        journey = JourneyFactory()
        AccountList.objects.update(name="Renamed")
        services.save_map(journey, nodes=map_of(fresh(journey)), **said)

        with pytest.raises(Stale) as error:
            services.save_map(journey, nodes=[], revision=1, **said)

        changes = error.value.changes
        assert changes is not None
        assert (changes["added"], changes["changed"], changes["removed"]) == ([], [], [])

    def test_what_a_revision_was_that_never_was_nobody_can_say(self, said: Said) -> None:
        with pytest.raises(Stale) as error:
            services.save_map(JourneyFactory(), nodes=[], revision=7, **said)

        assert error.value.changes is None

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

        assert list(draft.targets.filter(resource="journey").values_list("target", "name")) == [
            (target.pk, target.name)
        ]


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
