from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import cursors, pages
from accounts.api.base import Retrieved
from accounts.api.body import only
from accounts.api.problem import refused_parameter
from accounts.api.query import LONGEST_SEARCH
from accounts.api.serializers import Nothing
from accounts.errors import Conflict
from journeys.api.base import JourneyResource, said
from journeys.api.entry_serializers import REASONS, STATUSES, EntrySerializer, VisitSerializer, WhySerializer
from journeys.models import Entry, Node
from journeys.reports import entries as report
from journeys.reports.standing import is_aborted
from journeys.reports.why import steps
from journeys.services import entries as services

SEARCH = {"type": "string", "maxLength": LONGEST_SEARCH}
ROWS = Entry.objects.select_related("account", "node", "failure", "journey")


class EntriesOfJourneyViewSet(JourneyResource):
    """The entries of a journey; the list behind each number of `counters`."""

    permissions = {"list": "journeys.view_entry"}
    parameters = {"list": ("node", "behind", "status", "reason", "search")}
    queryset = ROWS
    serializer_class = EntrySerializer
    pagination_class = pages.Cursor
    filter_backends = ()

    @extend_schema(
        parameters=[
            OpenApiParameter("node", str, description="The key of a node: who has been there."),
            OpenApiParameter("behind", str, enum=report.Behind.values, description="Which number of the node."),
            OpenApiParameter("status", str, enum=STATUSES, description="Without `node`."),
            OpenApiParameter("reason", str, enum=REASONS, description="Why it ended. Without `node`."),
            OpenApiParameter("search", SEARCH, description="A part of the account's name."),
        ]
    )  # fmt: skip
    def list(self, request: Request, journey_id: int) -> Response:
        """A page of them, oldest first."""
        wanted, size = _wanted(request, self.journey()), pages.page_size(request)
        after = cursors.after_number(request)
        ids = report.page(wanted, after=after, size=size + 1)
        rows = ROWS.filter(pk__in=ids[:size]).order_by("pk")
        following = (
            pages.link(request, "cursor", cursors.encode([ids[size - 1]])) if len(ids) > size else None
        )
        shown = self.get_serializer(rows, many=True).data
        return pages.answer(shown, count=report.count(wanted), next=following)


class EntryViewSet(Retrieved):
    """One account's way through one journey."""

    area = "journeys"
    permissions = {
        "retrieve": "journeys.view_entry",
        "visits": "journeys.view_visit",
        "why": "journeys.view_visit",
        "remove": "journeys.repair_journey",
        "retry": "journeys.repair_journey",
    }
    parameters = {"visits": ("cursor", "page_size")}
    queryset: QuerySet[Any] = ROWS.filter(journey__deleted_at__isnull=True)
    serializer_class = EntrySerializer

    @extend_schema(responses=VisitSerializer(many=True))
    @action(detail=True, methods=["get"], pagination_class=pages.Cursor, filter_backends=())
    def visits(self, request: Request, pk: int) -> Response:
        """The nodes that it has been at, first one first; the last one may be where it is now."""
        way, size = steps(self.get_object()), pages.page_size(request)
        after = cursors.after_number(request)
        rest = [step for step in way if step.number > after]
        following = (
            pages.link(request, "cursor", cursors.encode([rest[size - 1].number]))
            if len(rest) > size
            else None
        )
        shown = VisitSerializer(rest[:size], many=True).data
        return pages.answer(shown, count=(len(way), True), next=following)

    @extend_schema(responses=WhySerializer)
    @action(detail=True, methods=["get"])
    def why(self, request: Request, pk: int) -> Response:
        """Each visit with the path that was taken and the values that the conditions saw then."""
        entry = self.get_object()
        return Response(WhySerializer({"entry": entry, "visits": steps(entry)}).data)

    @extend_schema(request=Nothing, responses=EntrySerializer)
    @action(detail=True, methods=["post"])
    def remove(self, request: Request, pk: int) -> Response:
        """End it as removed; 409 when it has ended."""
        return self._act(request, services.remove, Conflict("not_inside", "This entry has ended."))

    @extend_schema(request=Nothing, responses=EntrySerializer)
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, pk: int) -> Response:
        """Let a failed entry try again; 409 when it has not failed."""
        return self._act(request, services.retry, Conflict("not_failed", "This entry has not failed."))

    def _act(self, request: Request, act: Callable[..., int], otherwise: Conflict) -> Response:
        only(request)
        entry = self.get_object()
        if not act(entry.journey, entries=[entry.pk], **said(request)):
            raise otherwise
        return self.shown(self.get_object())


def _wanted(request: Request, journey: Any) -> report.Wanted:
    """What the query asks for.

    :raises Refusal: 400, for an unknown node, number, status or reason
    """
    asked = request.query_params
    node, behind, status = asked.get("node"), asked.get("behind"), asked.get("status")
    if behind is not None and (behind not in report.Behind.values or node is None):
        known = ", ".join(report.Behind.values)
        raise refused_parameter(
            "behind", f"One of {known} is needed, together with `node`.", "unknown_choice"
        )
    if status is not None and (status not in STATUSES or node is not None):
        known = ", ".join(STATUSES)
        raise refused_parameter("status", f"One of {known} is needed, without `node`.", "unknown_choice")
    reason = asked.get("reason")
    if reason is not None and (reason not in REASONS or node is not None):
        known = ", ".join(REASONS)
        raise refused_parameter("reason", f"One of {known} is needed, without `node`.", "unknown_choice")
    return report.Wanted(
        journey_id=journey.pk,
        node_id=None if node is None else _node_id(journey, node),
        behind=report.Behind(behind or report.Behind.ENTERED),
        status=None if status is None else int(Entry.Status[status.upper()]),
        reason=None if reason is None else int(Entry.Reason[reason.upper()]),
        search=asked.get("search", "").strip()[:LONGEST_SEARCH],
        is_aborted=is_aborted(journey),
    )


def _node_id(journey: Any, key: str) -> int:
    found = Node.objects.filter(version_id=journey.version_id, key=key).first()
    if found is None:
        raise refused_parameter("node", f"The journey has no node “{key[:60]}” (published).", "not_found")
    return found.pk
