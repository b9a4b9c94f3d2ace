from __future__ import annotations

from django.db.models import Exists, OuterRef, Value
from django.db.models.functions import Lower

from journeys.models import DraftTarget, Journey, Reference
from journeys.models.journey import JourneyQuerySet

Status = Journey.Status


def pointing_here(journey: Journey) -> JourneyQuerySet:
    """The Draft, Scheduled and Live journeys with an action that adds to or removes from this one, by name.

    The dialogs of abort, close and delete name them (spec 1.2). A draft means what its publishing would find: the
    journey of the id that it has kept; once that is gone, or if there was none, the one of that name.
    """
    under_way = {"version__journey__status__in": [Status.SCHEDULED, Status.LIVE]}
    published = Reference.objects.filter(target_journey=journey, **under_way).values("version__journey")
    in_drafts = DraftTarget.objects.filter(draft__journey__status=Status.DRAFT)
    by_id = in_drafts.filter(target=journey.pk).values("draft")
    kept = Journey.objects.present().filter(pk=OuterRef("target"))
    # The database folds both: Python may fold otherwise (docs/engine.md, Text).
    namesakes = in_drafts.annotate(_name=Lower("name")).filter(_name=Lower(Value(journey.name)))
    by_name = namesakes.filter(~Exists(kept)).values("draft")
    # One list of ids: an OR over all would look at every journey.
    found = Journey.objects.present().filter(pk__in=published.union(by_id, by_name))
    return found.exclude(pk=journey.pk).order_by("name", "pk")
