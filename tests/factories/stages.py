from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import factory

from buying_groups.models import Stage, StageModel, StageMove

LONG_AGO = datetime(2027, 1, 1, tzinfo=UTC)
# The example of the reference (9.1): two ways in, one success, one failure.
MOVES = {
    "Awareness": ["Interest", "Consideration"],
    "Interest": ["Consideration", "Rejection"],
    "Consideration": ["Intent", "Rejection"],
    "Intent": ["Purchase", "Rejection"],
    "Purchase": [],
    "Rejection": [],
}
ENTRIES = ("Awareness", "Interest")


class StageModelFactory(factory.django.DjangoModelFactory):
    """The live model of the reference; or `moves`: {stage: where it leads}, `moves__entries`: where it begins.

    “Purchase” is the success, “Rejection” a failure.
    """

    class Meta:
        model = StageModel
        skip_postgeneration_save = True

    name = "Stages"
    status = StageModel.Status.LIVE
    created_at = LONG_AGO
    updated_at = LONG_AGO

    @factory.post_generation
    def moves(
        self,
        create: bool,
        extracted: Mapping[str, list[str]] | None,
        entries: tuple[str, ...] = ENTRIES,
        **_: object,
    ) -> None:
        moves = MOVES if extracted is None else extracted
        outcomes = {"Purchase": Stage.Outcome.SUCCESS, "Rejection": Stage.Outcome.FAILURE}
        stages = {
            name: Stage.objects.create(
                model=self, name=name, position=position, is_entry=name in entries,
                outcome=outcomes.get(name, Stage.Outcome.OPEN),
            )
            for position, name in enumerate(moves, start=1)
        }  # fmt: skip
        StageMove.objects.bulk_create(
            StageMove(from_stage=stages[here], to_stage=stages[there])
            for here, leads in moves.items()
            for there in leads
        )


def stage(name: str) -> Stage:
    """A stage of the one model there is."""
    return Stage.objects.get(name=name)
