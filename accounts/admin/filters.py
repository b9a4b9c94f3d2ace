"""What lists of a million rows can be filtered by: each answer comes out of an index, or of a walk that ends early."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Exists, Model, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RangeNumericFilter, TextFilter
from unfold.contrib.filters.forms import SearchForm

from accounts.admin.door import HIGHEST_ID, number
from accounts.admin.list_request import known
from accounts.admin.readable import Dropdown, FromTo
from accounts.known_values import containing
from accounts.models import AccountList, ListMember
from accounts.services import deleting

LISTS = 500
# More users than a select can offer: beyond these, search by name.
USERS = 500
PART_IS_ENOUGH = _("A part of it is enough, in capitals or small letters.")


class PartForm(SearchForm):
    """A text of which a part is enough, which is said."""

    def __init__(self, name: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(name, *args, **kwargs)
        self.fields[name].help_text = PART_IS_ENOUGH


class ColumnTextFilter(TextFilter):
    """Rows whose text contains what was typed, in any letters. An index tells the different values of the column.

    `model` has the column, `prefix` leads from the rows to it ("account__"); by default the rows have it.
    """

    column, prefix = "", ""
    model: type[Model] | None = None
    form_class = PartForm

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        table = (self.model or queryset.model)._meta.db_table
        found = containing(table, self.column, self.value() or "")
        if found is None:
            return queryset
        return queryset.filter(**{f"{self.prefix}{self.column}__in": found}) if found else queryset.none()


class IndustryFilter(ColumnTextFilter):
    title, parameter_name, column = _("industry"), "industry", "industry"


class CountryFilter(ColumnTextFilter):
    title, parameter_name, column = _("country"), "country", "country"


class MarkFilter(Dropdown):
    """People with a mark that few have. One at a time: each has an index in the order of the list."""

    title, parameter_name = _("mark"), "mark"
    CHOICES = (
        ("unsubscribed", _("Unsubscribed")),
        ("email_invalid", _("Email invalid")),
        ("email_suspended", _("Email suspended")),
        ("marketing_suspended", _("Marketing suspended")),
        ("is_test", _("Test person")),
    )

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(self.CHOICES)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        known = {value for value, _label in self.CHOICES}
        return queryset.filter(**{str(self.value()): True}) if self.value() in known else queryset


class ListFilter(Dropdown):
    """Accounts that are on a list."""

    title, parameter_name = _("account list"), "list"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        found = AccountList.objects.order_by("name").values_list("pk", "name")[:LISTS]
        return [(str(pk), name) for pk, name in found]

    def is_there(self, value: str) -> bool:
        return AccountList.objects.filter(pk=number(value)).exists()

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.value():
            return queryset
        on_it = ListMember.objects.filter(account_list_id=number(self.value()), account_id=OuterRef("pk"))
        return queryset.filter(Exists(on_it))


class WholeRangeFilter(FromTo, RangeNumericFilter):
    """Whole numbers from, to, both included."""

    def fault(self, typed: str) -> str:
        said = _("“%(value)s” is not a whole number. Write digits alone, such as 1000.")
        return "" if _is_whole(typed) else said % {"value": typed[:100]}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        for end, comparison in (("from", "gte"), ("to", "lte")):
            typed = self.typed(end)
            if _is_whole(typed):
                bound = min(int(typed[:20]), HIGHEST_ID)
                queryset = queryset.filter(**{f"{self.parameter_name}__{comparison}": bound})
        return queryset


def _is_whole(typed: str) -> bool:
    return typed.isascii() and typed.isdecimal()


class ChoiceFilter(Dropdown):
    """One of the choices of a column."""

    column = ""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        choices = model_admin.model._meta.get_field(self.column).choices
        return [(str(value), str(label)) for value, label in choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        known = {value for value, _label in self.lookup_choices}
        return queryset.filter(**{self.column: self.value()}) if self.value() in known else queryset


class StatusFilter(ChoiceFilter):
    title, parameter_name, column = _("status"), "status", "status"


class TypeFilter(ChoiceFilter):
    title, parameter_name, column = _("type"), "type", "type"


class KindFilter(ChoiceFilter):
    title, parameter_name, column = _("kind"), "kind", "kind"


class SubjectFilter(ChoiceFilter):
    title, parameter_name, column = _("about"), "subject", "subject"


class UserFilter(Dropdown):
    """One user, out of a column."""

    column = ""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(pk), name) for pk, name in _users(request)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        return queryset.filter(**{f"{self.column}_id": number(value)}) if value else queryset

    def is_there(self, value: str) -> bool:
        return get_user_model().objects.filter(pk=number(value)).exists()


def _users(request: HttpRequest) -> list[tuple[int, str]]:
    """Read once a request, for all filters."""
    asked = known(request)
    if asked.users is None:
        asked.users = list(
            get_user_model().objects.order_by("username").values_list("pk", "username")[:USERS]
        )
    return asked.users


class CreatorFilter(UserFilter):
    title, parameter_name, column = _("creator"), "creator", "created_by"


class UseFilter(Dropdown):
    """Lists and audiences that somebody uses, and which therefore stay; and those that may go."""

    title, parameter_name = _("use"), "use"
    YES, NO = "yes", "no"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(self.YES, _("In use")), (self.NO, _("Not in use"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in (self.YES, self.NO):
            return queryset
        used = deleting.used(queryset.model)
        return queryset.filter(pk__in=used) if self.value() == self.YES else queryset.exclude(pk__in=used)
