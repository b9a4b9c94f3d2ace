"""Conditions in plain words, for outlines and explanations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from accounts.conditions.grammar import Filter
from accounts.conditions.operators import DENIES, RELATIVE, WORDS, Operator
from accounts.references import name_of

MANY = 5  # values that are named before "and 3 more"


def filter_words(label: str, filter: Filter, choices: Iterable[tuple[str, str]] = ()) -> str:
    """ "Industry is Banking or Insurance", "Employees at least 10,000"."""
    operator = Operator(filter["operator"])
    said = value_words(operator, filter.get("value"), dict(choices))
    return " ".join(word for word in (label, WORDS[operator], said) if word)


def value_words(operator: Operator, value: Any, labels: dict[str, str]) -> str:
    """The value as it stands behind the operator."""
    if value is None:
        return ""
    if operator in RELATIVE:
        return f"{value['value']:,} {value['unit']}"
    if operator is Operator.BETWEEN:
        return f"{one(value['from'])} and {one(value['to'])}"
    values = value if isinstance(value, list) else [value]
    words = [labels.get(item, one(item)) if isinstance(item, str) else one(item) for item in values]
    return either(words, "nor" if operator in DENIES else "or")


def either(words: list[str], last: str = "or") -> str:
    """ "a, b or c"; a long list is cut."""
    if len(words) > MANY:
        words = [*words[:MANY], f"{len(words) - MANY} more"]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"


def one(value: Any) -> str:
    """One value: a number with thousands separators, a reference by its name."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{value:,}"
    return name_of(value)


def group_words(match: str, parts: list[str], empty: str = "everyone") -> str:
    """The parts of a group in one line: "A, and B"."""
    return {"all": ", and ", "any": ", or "}[match].join(parts) or empty
