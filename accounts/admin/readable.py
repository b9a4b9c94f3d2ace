"""Filters of lists that say what they cannot read. Until it is put right nothing is listed, and nothing exported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import admin
from django.utils.translation import gettext as _
from unfold.contrib.filters.admin import DropdownFilter


class Readable(admin.ListFilter):
    """A filter that says beside itself what it cannot read."""

    def faults(self) -> dict[str, str]:
        """What is wrong with the values in the address, and what would be right, by their parameters."""
        raise NotImplementedError

    def choices(self, changelist: Any) -> Iterator[Any]:
        for choice in super().choices(changelist):
            form: Any = choice["form"]
            # The form's own errors do not say what would be right, and refuse what is beyond the choices it offers.
            form.full_clean()
            form.errors.clear()
            for parameter, fault in self.faults().items():
                form.add_error(parameter, fault)
            yield choice


class OneOf(Readable):
    """A filter with choices."""

    lookup_choices: list[tuple[Any, Any]]
    parameter_name: str

    def has_output(self) -> bool:
        """Also without choices: else a value would be dropped in silence."""
        return True

    def is_there(self, value: str) -> bool:
        """Whether a value stands for something although it is not among the choices, of which not all are offered."""
        return False

    def faults(self) -> dict[str, str]:
        # The filter that this is mixed into has it.
        given = self.value()  # type: ignore[attr-defined]
        known = {str(value) for value, _label in self.lookup_choices}
        for value in [given] if isinstance(given, str) else given or []:
            if value and value not in known and not self.is_there(value):
                said = _("“%(value)s” is none of the choices. Choose one of them, or none.")
                return {self.parameter_name: said % {"value": value[:100]}}
        return {}


class Dropdown(OneOf, DropdownFilter):
    """One of some choices, or none of them."""


class FromTo(Readable):
    """A filter with two ends, either of which may be empty."""

    parameter_name: str
    used_parameters: dict[str, Any]

    def fault(self, typed: str) -> str:
        """What is wrong with one end, "" when it can be read."""
        raise NotImplementedError

    def typed(self, end: str) -> str:
        """What stands at one end, "from" or "to"."""
        return str(self.used_parameters.get(f"{self.parameter_name}_{end}") or "").strip()

    def faults(self) -> dict[str, str]:
        found = {f"{self.parameter_name}_{end}": self.typed(end) for end in ("from", "to")}
        said = {parameter: self.fault(typed) for parameter, typed in found.items() if typed}
        return {parameter: fault for parameter, fault in said.items() if fault}


def faults(filters: Iterable[object]) -> list[tuple[str, str]]:
    """What the filters of a list cannot read: the title of each, and what is wrong."""
    return [
        (str(one.title), fault)
        for one in filters
        if isinstance(one, Readable)
        for fault in one.faults().values()
    ]
