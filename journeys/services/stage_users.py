"""Which published journeys need the stages of a solution interest (`settings.STAGE_USERS`)."""

from __future__ import annotations

from journeys.models import Reference


def of_interest(interest_id: int) -> list[str]:
    """What those are called, by name, with a step that names this solution interest and a stage.

    Such a step moves its groups to the stage, or asks whether they are there. Journeys that have ended need nothing
    any more. One query.
    """
    staging = Reference.objects.filter(buying_group_stage__isnull=False).values("node")
    found = Reference.named().filter(solution_interest=interest_id, node__in=staging)
    return sorted({str(reference) for reference in found})
