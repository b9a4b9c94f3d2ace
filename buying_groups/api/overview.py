from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiViewSet
from accounts.api.fields import HIGHEST_ID
from accounts.api.pages import number
from buying_groups.reports.bands import BANDS
from buying_groups.reports.coverage import Coverage, coverage
from buying_groups.reports.distributions import Bar, distributions
from buying_groups.reports.selection import Selection, values_of_accounts

ID = {"type": "integer", "minimum": 1, "maximum": HIGHEST_ID}
PARAMETERS: dict[str, tuple[Any, str]] = {
    "solution_interest": (ID, "The id of a solution interest."),
    "stage": (ID, "The id of a stage."),
    "industry": (str, "A part of the industry of the accounts, in any letters."),
    "country": (str, "A part of the country of the accounts, in any letters."),
}


class ScoreBandSerializer(serializers.Serializer[Any]):
    """How many groups have a score in a band: from `low` on, below `high`; the last band includes its end."""

    low = serializers.IntegerField(allow_null=True, help_text="null: the score was not computed yet.")
    high = serializers.IntegerField(allow_null=True)
    groups = serializers.IntegerField()


class NamedCountSerializer(serializers.Serializer[Any]):
    """How many groups one solution interest has, or one stage."""

    id = serializers.IntegerField(allow_null=True, help_text="null: no stage.")
    name = serializers.CharField(allow_null=True)
    groups = serializers.IntegerField()


NOT_FILLED = "The other ones. Required or not: what a group counts as missing is of required roles only."


class CoverageSerializer(serializers.Serializer[Any]):
    """A role in the groups of a solution interest."""

    solution_interest = serializers.IntegerField()
    role = serializers.IntegerField()
    groups = serializers.IntegerField()
    filled = serializers.IntegerField(help_text="Groups that have as many members in the role as they need.")
    not_filled = serializers.IntegerField(help_text=NOT_FILLED)


class OverviewSerializer(serializers.Serializer[Any]):
    """How many buying groups there are, and how complete and engaged they are."""

    total = serializers.IntegerField()
    completeness = ScoreBandSerializer(many=True)
    engagement = ScoreBandSerializer(many=True)
    solution_interests = NamedCountSerializer(many=True)
    stages = NamedCountSerializer(many=True)
    coverage = CoverageSerializer(many=True)


class OverviewViewSet(ApiViewSet):
    """The figures of the overview."""

    area = "buying_groups"
    permissions = {"read": "buying_groups.view_buyinggroup"}
    parameters = {"read": tuple(PARAMETERS)}

    @extend_schema(
        responses=OverviewSerializer,
        parameters=[
            OpenApiParameter(name, type, description=said) for name, (type, said) in PARAMETERS.items()
        ],
    )
    def read(self, request: Request) -> Response:
        """Distributions of all buying groups, or of those that are asked for; the coverage of roles."""
        selection = _selection(request)
        found = distributions(selection)
        return Response({
            "total": found.total,
            "completeness": _bands(found.completeness),
            "engagement": _bands(found.engagement),
            "solution_interests": _named(found.interests),
            "stages": _named(found.stages),
            "coverage": _coverage(coverage(selection)),
        })  # fmt: skip


def _selection(request: Request) -> Selection:
    def id_of(name: str) -> int | None:
        return number(request, name, 0, HIGHEST_ID) or None

    def text_of(name: str) -> tuple[str, ...] | None:
        return values_of_accounts(name, request.query_params.get(name, ""))

    return Selection(id_of("solution_interest"), id_of("stage"), text_of("industry"), text_of("country"))


def _bands(bars: Sequence[Bar]) -> list[dict[str, Any]]:
    return [
        {"low": band.low, "high": band.high, "groups": bar.n} for band, bar in zip(BANDS, bars, strict=True)
    ]


def _named(bars: Sequence[Bar]) -> list[dict[str, Any]]:
    return [
        {"id": int(bar.key) or None, "name": bar.label if int(bar.key) else None, "groups": bar.n}
        for bar in bars
    ]


def _coverage(found: Coverage) -> list[dict[str, Any]]:
    return [
        {
            "solution_interest": interest, "role": role,
            "groups": cell.groups, "filled": cell.filled, "not_filled": cell.missing,
        }
        for interest, _ in found.interests
        for role, _ in found.roles
        if (cell := found.cells.get((interest, role)))
    ]  # fmt: skip
