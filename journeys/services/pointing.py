from __future__ import annotations

from django.db.models import Q

from journeys.models import Draft, Journey, Reference
from journeys.models.journey import JourneyQuerySet

Status = Journey.Status


def pointing_here(journey: Journey) -> JourneyQuerySet:
    """The Draft, Scheduled and Live journeys with an action that adds to or removes from this one, by name.

    The dialogs of abort, close and delete name them (spec 1.2).
    """
    published = Reference.objects.filter(target_journey=journey).values("version__journey")
    drafts = Draft.objects.filter(targets__contains=[journey.pk]).values("journey")
    found = Journey.objects.present().filter(
        Q(status__in=[Status.SCHEDULED, Status.LIVE], pk__in=published)
        | Q(status=Status.DRAFT, pk__in=drafts)
    )
    return found.exclude(pk=journey.pk).order_by("name", "pk")
