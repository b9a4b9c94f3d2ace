from __future__ import annotations

import random
import re
from itertools import combinations

import pytest

from buying_groups.admin.stage_diagram import HEIGHT, WIDTH, Diagram, draw
from tests.buying_groups.admin.test_stage_layers import entry, failure, stage, success

EXAMPLE = [
    entry("Awareness", "Interest", "Consideration"), entry("Interest", "Consideration", "Rejection"),
    stage("Consideration", "Intent", "Rejection"), stage("Intent", "Purchase", "Rejection", "Interest"),
    success("Purchase"), failure("Rejection", "Awareness"),
]  # fmt: skip


def any_model(seed: int) -> list[dict]:
    """A draft of any shape."""
    chance = random.Random(seed)
    names = [f"Stage {n}" for n in range(chance.randint(1, 14))]
    return [
        {
            "name": name, "is_entry": chance.random() < 0.3,
            "outcome": chance.choice(["", "", "", "failure"]) if n else "success",
            "leads_to": [other for other in names if other != name and chance.random() < 0.25],
        }
        for n, name in enumerate(names)
    ]  # fmt: skip


def points(path: str) -> list[tuple[float, float]]:
    found = [float(number) for number in re.findall(r"-?[\d.]+", path)]
    return list(zip(found[::2], found[1::2], strict=True))


def box(diagram: Diagram, name: str):
    return next(box for box in diagram.boxes if box.name == name)


def test_has_a_box_for_each_stage_and_an_arrow_for_each_move():
    diagram = draw(EXAMPLE)

    assert [box.name for box in diagram.boxes] == [given["name"] for given in EXAMPLE]
    assert {(arrow.from_name, arrow.to_name) for arrow in diagram.arrows} == {
        (given["name"], name) for given in EXAMPLE for name in given["leads_to"]
    }


def test_says_of_each_box_what_it_is():
    notes = {box.name: (box.kind, box.note) for box in draw(EXAMPLE).boxes}

    assert notes["Awareness"] == ("open", "Entry")
    assert notes["Intent"] == ("open", "")
    assert notes["Purchase"] == ("success", "Success")
    assert notes["Rejection"] == ("failure", "Failure")


@pytest.mark.parametrize("seed", range(40))
def test_boxes_never_overlap_and_all_is_inside(seed):
    diagram = draw(any_model(seed))

    for one, other in combinations(diagram.boxes, 2):
        apart = abs(one.x - other.x) >= WIDTH or abs(one.y - other.y) >= HEIGHT
        assert apart, (one.name, other.name)
    corners = [(box.x, box.y) for box in diagram.boxes]
    corners += [(x + WIDTH, y + HEIGHT) for x, y in corners]
    for x, y in [*corners, *(point for arrow in diagram.arrows for point in points(arrow.path))]:
        assert 0 <= x <= diagram.width
        assert 0 <= y <= diagram.height


@pytest.mark.parametrize("seed", range(40))
def test_arrows_begin_and_end_at_the_edges_of_their_boxes(seed):
    diagram = draw(any_model(seed))

    for arrow in diagram.arrows:
        begin, *_, end = points(arrow.path)
        here, there = box(diagram, arrow.from_name), box(diagram, arrow.to_name)
        assert begin == pytest.approx((here.x + WIDTH, here.y + HEIGHT / 2))
        assert end == pytest.approx((there.x, there.y + HEIGHT / 2)) or end == pytest.approx(
            (there.x + WIDTH / 2, there.y)
        ) or end == pytest.approx((there.x + WIDTH, there.y + HEIGHT / 2))  # fmt: skip


def test_a_long_name_is_cut_after_two_lines():
    [one] = draw([entry("Technical proof of concept with the customer's own people")]).boxes

    assert one.lines == ["Technical proof", "of concept with…"]


def test_nothing_is_a_drawing_too():
    assert (draw([]).boxes, draw([]).arrows) == ([], [])
