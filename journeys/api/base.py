"""What all resources of journeys share."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request

from accounts.api import clock, etag
from accounts.api.base import ApiViewSet
from journeys.models import HistoryRecord, Journey

PEOPLE = ("created_by", "updated_by", "published_by", "held_by")


class JourneyResource(ApiViewSet):
    """Something of one journey, whose id is in the URL."""

    area = "journeys"
    queryset: QuerySet[Any] = Journey.objects.present()
    lookup_url_kwarg = "journey_id"

    def journey(self, *related: str) -> Journey:
        """The journey of the URL, with its draft."""
        rows = Journey.objects.present().select_related("draft", *related)
        return rows.get(pk=self.kwargs["journey_id"])


def said(request: Request) -> dict[str, Any]:
    """Who asks, when, and from where: what every service wants to know."""
    return {"by": request.user, "now": clock.now(), "interface": HistoryRecord.Interface.API}


def tag_of(journey: Journey) -> str:
    """The ETag of a journey: people's changes, those of its map too, and its status."""
    return etag.of_moment(journey.updated_at, str(journey.status))


def seen_by(request: Request, journey: Journey) -> dict[str, Any]:
    """What If-Match says that the client has seen, for a service.

    :raises Stale: if the status is another one by now
    """
    etag.check_state(request, str(journey.status))
    return {"unchanged_since": etag.asked_moment(request)}
