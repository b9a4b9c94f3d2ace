"""What the list of journeys can be filtered by (spec 1.4): status, creator, publisher, dates."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import CheckboxFilter, RangeDateFilter
from unfold.utils import parse_date_str

from accounts.admin.filters import UserFilter
from accounts.admin.readable import FromTo, OneOf
from journeys.models import Journey


class StatusFilter(OneOf, CheckboxFilter):
    """One or several statuses."""

    title, parameter_name = _("status"), "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(value), str(label)) for value, label in Journey.Status.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Journey]) -> QuerySet[Journey]:
        chosen = [value for value in self.value() or [] if value in Journey.Status.values]
        return queryset.filter(status__in=chosen) if chosen else queryset


class PublisherFilter(UserFilter):
    title, parameter_name, column = _("publisher"), "publisher", "published_by"


class DatesFilter(FromTo, RangeDateFilter):
    """From a day to a day, both whole."""

    def fault(self, typed: str) -> str:
        said = _("“%(value)s” is not a day from 1900 to 2199. Write year-month-day, such as 2030-11-22.")
        return "" if _day(typed) else said % {"value": typed[:100]}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Journey]) -> QuerySet[Journey]:
        since, until = _day(self.typed("from")), _day(self.typed("to"))
        if since:
            queryset = queryset.filter(**{f"{self.parameter_name}__gte": since})
        if until:
            queryset = queryset.filter(**{f"{self.parameter_name}__lt": until + timedelta(days=1)})
        return queryset


def _day(typed: str) -> datetime | None:
    """The beginning of a day; None when this is none."""
    day = parse_date_str(typed)
    if day is None or not 1900 <= day.year < 2200:
        return None
    return make_aware(datetime(day.year, day.month, day.day))  # noqa: DTZ001 - the admin's own zone
