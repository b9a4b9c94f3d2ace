from __future__ import annotations

from collections.abc import Collection

from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Lower

from journeys.models import DraftTarget, Journey, Reference
from journeys.models.journey import JourneyQuerySet

Status = Journey.Status


def pointing_here(journey: Journey) -> JourneyQuerySet:
    """The Draft, Scheduled and Live journeys with an action that adds to or removes from this one, by name.

    The dialogs of abort, close and delete name them (spec 1.2). A draft means what its publishing would find: the
    journey of the id that it has kept; once that is gone, or if there was none, the one of that name.
    """
    return pointing_at([journey])


def pointing_at(journeys: Collection[Journey]) -> JourneyQuerySet:
    """Those that point to one of these, each once; who points only to itself is none of them."""
    targets = [journey.pk for journey in journeys]
    under_way = {"version__journey__status__in": [Status.SCHEDULED, Status.LIVE]}
    references = Reference.objects.filter(target_journey__in=targets, **under_way)
    published = references.exclude(version__journey=F("target_journey")).values("version__journey")
    in_drafts = DraftTarget.objects.filter(resource="journey", draft__journey__status=Status.DRAFT)
    by_id = in_drafts.filter(target__in=targets).exclude(draft=F("target")).values("draft")
    kept = Journey.objects.present().filter(pk=OuterRef("target"))
    # The database folds both: Python may fold otherwise (docs/engine.md, Text).
    named = Journey.objects.filter(pk__in=targets).values(_name=Lower("name"))
    namesakes = in_drafts.annotate(_name=Lower("name")).filter(_name__in=named)
    others = namesakes.exclude(_name=Lower("draft__journey__name"))
    by_name = others.filter(~Exists(kept)).values("draft")
    # One list of ids: an OR over all would look at every journey.
    found = Journey.objects.present().filter(pk__in=published.union(by_id, by_name))
    return found.order_by("name", "pk")
