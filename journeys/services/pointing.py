from __future__ import annotations

from journeys.models import Draft, Journey, Reference
from journeys.models.journey import JourneyQuerySet

Status = Journey.Status


def pointing_here(journey: Journey) -> JourneyQuerySet:
    """The Draft, Scheduled and Live journeys with an action that adds to or removes from this one, by name.

    The dialogs of abort, close and delete name them (spec 1.2).
    """
    under_way = {"version__journey__status__in": [Status.SCHEDULED, Status.LIVE]}
    published = Reference.objects.filter(target_journey=journey, **under_way).values("version__journey")
    drafts = Draft.objects.filter(targets__contains=[journey.pk], journey__status=Status.DRAFT).values(
        "journey"
    )
    # One list of ids: an OR over both would look at every journey.
    found = Journey.objects.present().filter(pk__in=published.union(drafts))
    return found.exclude(pk=journey.pk).order_by("name", "pk")
