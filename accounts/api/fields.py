"""Fields of request bodies that take what they say and nothing near it: no 1 for true, no 5 for "5"."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

HIGHEST_ID = 2**63 - 1


class Text(serializers.CharField):
    """A text as it was sent; how long it may be is for the service to say (`longest` is for the schema)."""

    def __init__(self, *, longest: int | None = None, shortest: int = 0, **kwargs: Any) -> None:
        self.longest, self.shortest = longest, shortest
        super().__init__(allow_blank=True, trim_whitespace=False, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class YesNo(serializers.BooleanField):
    """true or false."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Whole(serializers.IntegerField):
    """A whole number, not its text."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return data


class OneOf(serializers.ChoiceField):
    """One of a few words."""


def ids(longest: int, help_text: str) -> serializers.ListField:
    """A list of ids."""
    child = Whole(min_value=1, max_value=HIGHEST_ID)
    return serializers.ListField(child=child, min_length=1, max_length=longest, help_text=help_text)


class Existing(Whole):
    """The id of a row that there is; its value is the row itself."""

    def __init__(self, rows: Callable[[], QuerySet[Any]], **kwargs: Any) -> None:
        self.rows = rows
        super().__init__(min_value=1, max_value=HIGHEST_ID, **kwargs)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        id = super().run_validation(data)
        if id is None:
            return None
        found = self.rows().filter(pk=id).first()
        if found is None:
            self.fail("not_found")
        return found
