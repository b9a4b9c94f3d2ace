from __future__ import annotations

from buying_groups.admin.stage_layers import Place, places


def stage(name: str, *leads_to: str, is_entry: bool = False, outcome: str = "") -> dict:
    return {"name": name, "leads_to": list(leads_to), "is_entry": is_entry, "outcome": outcome}


def entry(name: str, *leads_to: str) -> dict:
    return stage(name, *leads_to, is_entry=True)


def success(name: str, *leads_to: str) -> dict:
    return stage(name, *leads_to, outcome="success")


def failure(name: str, *leads_to: str) -> dict:
    return stage(name, *leads_to, outcome="failure")


def at(*stages: dict) -> dict[str, tuple[int, int]]:
    return {
        given["name"]: (place.column, place.row) for given, place in zip(stages, places(stages), strict=True)
    }


def test_each_stands_behind_the_last_that_leads_to_it():
    """The example of reference 9.1."""
    assert at(
        entry("Awareness", "Interest", "Consideration"), entry("Interest", "Consideration"),
        stage("Consideration", "Intent"), stage("Intent", "Purchase"), success("Purchase"),
    ) == {
        "Awareness": (0, 0), "Interest": (1, 0), "Consideration": (2, 0), "Intent": (3, 0), "Purchase": (4, 0),
    }  # fmt: skip


def test_success_stands_last_wherever_it_is_reached_from():
    found = at(entry("Open", "Won", "Talk"), success("Won"), stage("Talk", "Trial"), stage("Trial", "Won"))

    assert found["Won"] == (3, 0)


def test_those_of_a_column_stand_in_their_order():
    assert at(entry("A", "End"), entry("B", "End"), success("End")) == {
        "A": (0, 0), "B": (0, 1), "End": (1, 0),
    }  # fmt: skip


def test_moves_that_lead_back_move_nothing():
    assert at(entry("Open", "Talk"), stage("Talk", "Trial"), stage("Trial", "Talk", "Open", "Won"), success("Won")) == {
        "Open": (0, 0), "Talk": (1, 0), "Trial": (2, 0), "Won": (3, 0),
    }  # fmt: skip


def test_failures_stand_in_a_band_of_their_own_below_what_leads_to_them():
    stages = [
        entry("A", "B", "Lost"), stage("B", "C", "Lost"), stage("C", "Won", "Lost", "Gone"), success("Won"),
        failure("Lost"), failure("Gone", "A"), failure("Never"),
    ]  # fmt: skip

    found = places(stages)

    assert found[4:] == [Place(1, 0, True), Place(2, 0, True), Place(0, 0, True)]


def test_a_way_over_a_failure_counts_for_no_column():
    assert at(entry("Open", "Lost"), failure("Lost", "Again"), stage("Again", "Won"), success("Won")) == {
        "Open": (0, 0), "Lost": (0, 0), "Again": (0, 1), "Won": (1, 0),
    }  # fmt: skip


def test_a_draft_of_any_shape_has_its_places():
    assert places([]) == []
    assert at(stage("Alone")) == {"Alone": (0, 0)}
    assert at(failure("Only")) == {"Only": (0, 0)}
    assert at(success("Won", "Open"), entry("Open", "Won")) == {"Won": (1, 0), "Open": (0, 0)}
