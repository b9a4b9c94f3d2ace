"""What the list of groups can be filtered by. The overview leads here with the same names and values."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin.door import number
from accounts.admin.filters import ColumnTextFilter
from accounts.admin.readable import Dropdown
from accounts.models import Account
from buying_groups.models import Role, RoleTemplate, SolutionInterest, Stage
from buying_groups.reports import bands, coverage
from buying_groups.reports.selection import NO_STAGE

INTEREST, STAGE, STATUS, ROLE = "solution_interest", "stage", "status", "role"
COMPLETENESS, ENGAGEMENT = "completeness", "engagement"
INDUSTRY, COUNTRY, TEMPLATE = "industry", "country", "template"
FILLED, LACKING = "filled", "missing"
# Choices that a select offers.
MOST = 500


class InterestFilter(Dropdown):
    title, parameter_name = _("solution interest"), INTEREST

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        known = SolutionInterest.objects.order_by("name").values_list("pk", "name")[:MOST]
        return [(str(pk), name) for pk, name in known]

    def is_there(self, value: str) -> bool:
        return SolutionInterest.objects.filter(pk=number(value)).exists()

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(solution_interest=number(self.value())) if self.value() else queryset


class TemplateFilter(Dropdown):
    """Groups of the solution interests that have this role template."""

    title, parameter_name = _("role template"), TEMPLATE

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        known = RoleTemplate.objects.filter(solution_interests__isnull=False).distinct()
        return [(str(pk), name) for pk, name in known.order_by("name").values_list("pk", "name")[:MOST]]

    def is_there(self, value: str) -> bool:
        return RoleTemplate.objects.filter(pk=number(value)).exists()

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.value():
            return queryset
        interests = SolutionInterest.objects.filter(template=number(self.value()))
        return queryset.filter(solution_interest__in=list(interests.values_list("pk", flat=True)))


class StageFilter(Dropdown):
    title, parameter_name = _("stage"), STAGE

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        known = Stage.objects.order_by("position", "pk").values_list("pk", "name")[:MOST]
        return [(str(NO_STAGE), _("No stage")), *[(str(pk), name) for pk, name in known]]

    def is_there(self, value: str) -> bool:
        return Stage.objects.filter(pk=number(value)).exists()

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.value():
            return queryset
        return queryset.filter(stage=None if self.value() == str(NO_STAGE) else number(self.value()))


class BandFilter(Dropdown):
    """A band of a score, or that it was not computed yet."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(band.key, band.label) for band in bands.BANDS]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        band = bands.of(self.value() or "")
        return queryset.filter(band.condition(self.parameter_name)) if band else queryset


class CompletenessFilter(BandFilter):
    title, parameter_name = _("completeness"), COMPLETENESS


class EngagementFilter(BandFilter):
    title, parameter_name = _("engagement"), ENGAGEMENT


class RoleFilter(Dropdown):
    """A role that has enough members, or lacks some: "3:missing"."""

    title, parameter_name = _("role"), ROLE

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        known = Role.objects.order_by("position").values_list("pk", "name")
        said = ((FILLED, _("%(role)s: enough members")), (LACKING, _("%(role)s: too few members")))
        return [(f"{pk}:{key}", words % {"role": name}) for pk, name in known for key, words in said]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        id, _colon, asked = (self.value() or "").partition(":")
        known = {FILLED: coverage.filled, LACKING: coverage.lacking}
        return queryset.filter(known[asked](number(id))) if asked in known else queryset


class StatusFilter(ColumnTextFilter):
    title, parameter_name, column = _("status"), STATUS, "status"


class OfAccountFilter(ColumnTextFilter):
    model, prefix = Account, "account__"


class IndustryFilter(OfAccountFilter):
    title, parameter_name, column = _("industry"), INDUSTRY, "industry"


class CountryFilter(OfAccountFilter):
    title, parameter_name, column = _("country"), COUNTRY, "country"
