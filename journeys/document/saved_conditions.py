"""What the conditions of journeys ask for, for whoever takes a field away (`settings.FIELD_USERS`)."""

from __future__ import annotations

from collections.abc import Iterator

from accounts.conditions.users import Owned
from journeys.models import Draft, Journey, Path
from journeys.nodes.registry import KINDS


def of_journeys() -> Iterator[Owned]:
    """The conditions of drafts, and of the maps of journeys that have been published and have not ended."""
    drafts = Draft.objects.filter(journey__in=Journey.objects.present().filter(status=Journey.Status.DRAFT))
    for name, nodes in drafts.values_list("journey__name", "nodes"):
        for node in nodes:
            kind = KINDS.get(node["kind"])
            for asked in kind.conditions(node) if kind else ():
                yield f"journey {name}", asked.condition
    frozen = Path.objects.filter(
        condition__isnull=False, node__version__journey__in=Journey.objects.published()
    )
    for name, condition in frozen.values_list("node__version__journey__name", "condition"):
        if condition:
            yield f"journey {name}", condition
