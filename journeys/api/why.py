from __future__ import annotations

from dataclasses import asdict

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import clock, pages
from accounts.api.problem import refused_parameter
from accounts.models import Account
from journeys.api.base import JourneyResource
from journeys.api.entry_serializers import WhyAccountSerializer
from journeys.models import Entry
from journeys.reports.standing import as_it_stands
from journeys.reports.why import holds_of, steps, why_not


class WhyViewSet(JourneyResource):
    """Why did this account get that, and why not that one?"""

    permissions = {"why": "journeys.view_visit"}
    parameters = {"why": ("account",)}

    @extend_schema(
        parameters=[OpenApiParameter("account", int, required=True, description="The id of an account.")],
        responses=WhyAccountSerializer,
    )
    def why(self, request: Request, journey_id: int) -> Response:
        """Whether an account is inside, its way so far, and why it is not inside, or stands still while it is held."""
        journey, account = self.journey(), _account(request)
        rows = Entry.objects.select_related("account", "node", "failure", "journey")
        last = rows.filter(journey=journey, account=account).order_by("-number").first()
        inside = last is not None and as_it_stands(last).status in Entry.INSIDE
        without = None if inside else why_not(journey, account, now=clock.now())
        found = {
            "inside": inside,
            "reasons": without.reasons if without else [*holds_of(journey)],
            "audience": asdict(without.explained) if without and without.explained else None,
            "entry": last,
            "visits": steps(last) if last else [],
        }
        return Response(WhyAccountSerializer(found).data)


def _account(request: Request) -> Account:
    if "account" not in request.query_params:
        raise refused_parameter("account", "The id of an account is needed.", "required")
    return Account.objects.get(pk=pages.number(request, "account", 0, 10**18))
