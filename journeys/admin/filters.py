"""What the list of journeys can be filtered by (spec 1.4): status, creator, publisher, dates."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import CheckboxFilter, DropdownFilter, RangeDateFilter
from unfold.utils import parse_date_str

from journeys.models import Journey

# More users than a select can offer: beyond these, search by name.
USERS = 500


class StatusFilter(CheckboxFilter):
    """One or several statuses."""

    title, parameter_name = _("status"), "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(value), str(label)) for value, label in Journey.Status.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Journey]) -> QuerySet[Journey]:
        chosen = [value for value in self.value() or [] if value in Journey.Status.values]
        return queryset.filter(status__in=chosen) if chosen else queryset


class UserFilter(DropdownFilter):
    """One user, out of a column."""

    column = ""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(pk), name) for pk, name in _users(request)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Journey]) -> QuerySet[Journey]:
        value = self.value() or ""
        return (
            queryset.filter(**{f"{self.column}_id": int(value)})
            if value.isdecimal() and len(value) < 10
            else queryset
        )


def _users(request: HttpRequest) -> list[tuple[int, str]]:
    """Read once a request, for all filters."""
    found: list[tuple[int, str]] | None = getattr(request, "_users_of_filters", None)
    if found is None:
        found = list(get_user_model().objects.order_by("username").values_list("pk", "username")[:USERS])
        request._users_of_filters = found  # type: ignore[attr-defined]
    return found


class CreatorFilter(UserFilter):
    title, parameter_name, column = _("creator"), "creator", "created_by"


class PublisherFilter(UserFilter):
    title, parameter_name, column = _("publisher"), "publisher", "published_by"


class DatesFilter(RangeDateFilter):
    """From a day to a day, both whole."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Journey]) -> QuerySet[Journey]:
        since, until = self._day("from"), self._day("to")
        if since:
            queryset = queryset.filter(**{f"{self.parameter_name}__gte": since})
        if until:
            queryset = queryset.filter(**{f"{self.parameter_name}__lt": until + timedelta(days=1)})
        return queryset

    def _day(self, end: str) -> datetime | None:
        given = self.used_parameters.get(f"{self.parameter_name}_{end}")
        day = parse_date_str(given) if isinstance(given, str) else None
        if day is None or not 1900 < day.year < 2200:
            return None
        return make_aware(datetime(day.year, day.month, day.day))  # noqa: DTZ001 - the admin's own zone
