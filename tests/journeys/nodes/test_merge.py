from __future__ import annotations

import pytest

from journeys.nodes.merge import Merge
from tests.factories import AccountFactory
from tests.journeys.nodes.tools import ONWARD, accounts_in, cohort_of, findings, frozen, said, travel, upper

KIND = Merge()
NODE = {"key": "join", "kind": "merge", "label": "Together", "next": "tell"}


class TestTheDocument:
    def test_has_no_settings(self):
        assert KIND.schema() == {"type": "object", "properties": {}, "additionalProperties": False}
        assert said(KIND, NODE) == []

    def test_refuses_a_setting(self):
        (finding,) = findings(KIND, {**NODE, "settings": {"wait_for": "all"}})

        assert (finding.code, finding.pointer, finding.refused) == (
            "unknown_setting",
            "/settings/wait_for",
            True,
        )
        assert finding.message == "“wait_for” is not a setting here; known are none."

    def test_refers_to_nothing(self):
        assert KIND.map_references(NODE, upper) == NODE

    def test_a_bare_copy_is_the_same(self):
        assert KIND.without_details(NODE) == NODE

    def test_has_nothing_to_say_in_a_line(self):
        assert KIND.summary(NODE) == ""
        assert KIND.prepare(NODE) == {}


@pytest.mark.django_db
class TestTheWalk:
    def test_lets_paths_of_different_lengths_go_on_together(self):
        early, late = AccountFactory(), AccountFactory()
        arriving = cohort_of(early, visit=3) + cohort_of(late, visit=5)

        arrival = KIND.arrive(frozen("merge"), arriving, travel())
        (way,) = KIND.leave(frozen("merge"), arrival.onward, travel()).ways

        assert not arrival.waiting
        assert (way.path, accounts_in(way.cohort)) == (ONWARD, [early.pk, late.pk])
        assert [part.visit for part in way.cohort.parts] == [3, 5]

    def test_waits_for_nobody_who_is_still_on_another_path(self):
        early, _still_elsewhere = AccountFactory.create_batch(2)

        arrival = KIND.arrive(frozen("merge"), cohort_of(early), travel())

        assert accounts_in(arrival.onward) == [early.pk]
