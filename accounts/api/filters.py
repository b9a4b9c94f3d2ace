"""Filters of lists whose values are checked: what is no id, choice or instant is refused, not ignored."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.db.models import Model, QuerySet, Value
from django.db.models.functions import Lower
from django_filters import (
    BaseInFilter,
    CharFilter,
    ChoiceFilter,
    Filter,
    TypedChoiceFilter,
)
from django_filters.widgets import BaseCSVWidget
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from accounts.api.fields import HIGHEST_ID
from accounts.known_values import containing


@extend_schema_field({"type": "integer", "minimum": 1, "maximum": HIGHEST_ID})
class IdFilter(Filter):
    """The id of something."""

    field_class = forms.IntegerField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, min_value=1, max_value=HIGHEST_ID, **kwargs)


class Several(BaseCSVWidget, forms.Select):
    """All values of a parameter, whether by commas or because it is repeated; none when it is not there."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        given = ",".join(data.getlist(name))
        return given.split(",") if given else []


class ChoicesFilter(BaseInFilter, ChoiceFilter):
    """One of several values, by commas or in repeated parameters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        said = "One or several, by commas or in repeated parameters."
        super().__init__(*args, widget=Several, help_text=said, **kwargs)


@extend_schema_field(bool)
class YesNoFilter(TypedChoiceFilter):
    """true or false."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        choices = [("true", "true"), ("false", "false")]
        super().__init__(*args, choices=choices, coerce=lambda word: word == "true", **kwargs)


class FoldedFilter(CharFilter):
    """This text in any letters, found by the index on the column in small ones."""

    def filter(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        if not value:
            return rows
        folded = f"_lower_{self.field_name}"
        return rows.alias(**{folded: Lower(self.field_name)}).filter(**{folded: Lower(Value(value))})


class PartFilter(CharFilter):
    """A text that contains this, in any letters. `model` has the column, whose different values an index tells."""

    def __init__(self, field_name: str, model: type[Model], said: str) -> None:
        self._table, self._column = model._meta.db_table, field_name.rpartition("__")[2]
        super().__init__(field_name=field_name, lookup_expr="in", label=f"A part of {said}, in any letters.")

    def filter(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        found = containing(self._table, self._column, value)
        if found is None:
            return rows
        return rows.filter(**{f"{self.field_name}__in": found}) if found else rows.none()


class MomentField(forms.CharField):
    """An instant in ISO 8601, with its offset; in UTC from here on (PostgreSQL knows fewer offsets than Python)."""

    def clean(self, value: Any) -> datetime | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return in_utc(datetime.fromisoformat(text))
        except (ValueError, OverflowError):
            said = f"“{text[:40]}” is no instant; write for example 2027-03-01T09:00:00Z."
            raise forms.ValidationError(said, "invalid") from None


def in_utc(moment: datetime) -> datetime:
    """:raises ValueError: for a moment without its offset, :raises OverflowError: for one out of range"""
    if moment.tzinfo is None:
        raise ValueError("An offset is needed.")
    return moment.astimezone(UTC)


@extend_schema_field(OpenApiTypes.DATETIME)
class AfterFilter(Filter):
    """From this instant on."""

    field_class = MomentField

    def __init__(self, field_name: str) -> None:
        super().__init__(field_name=field_name, lookup_expr="gte")


@extend_schema_field(OpenApiTypes.DATETIME)
class BeforeFilter(Filter):
    """Up to this instant, it included."""

    field_class = MomentField

    def __init__(self, field_name: str) -> None:
        super().__init__(field_name=field_name, lookup_expr="lte")
