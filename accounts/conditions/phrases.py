"""Conditions in plain words, for outlines and explanations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.conditions.grammar import Filter
from accounts.conditions.operators import DENIES, RELATIVE, Operator, word
from accounts.references import name_of

_KINDS = {
    str: gettext_lazy("a text"),
    bool: gettext_lazy("true or false"),
    int: gettext_lazy("a number"),
    float: gettext_lazy("a number"),
    list: gettext_lazy("a list"),
    dict: gettext_lazy("an object"),
}
MANY = 5  # values that are named before "and 3 more"


def filter_words(
    label: str | Promise, filter: Filter, choices: Iterable[tuple[str, str | Promise]] = ()
) -> str:
    """ "Industry is Banking or Insurance", "Employees at least 10,000"."""
    operator = Operator(filter["operator"])
    said = value_words(operator, filter.get("value"), {stored: str(said) for stored, said in choices})
    return " ".join(part for part in (str(label), word(operator), said) if part)


def value_words(operator: Operator, value: Any, labels: dict[str, str]) -> str:
    """The value as it stands behind the operator."""
    if value is None:
        return ""
    if operator in RELATIVE:
        said = _("%(n)s hours") if value["unit"] == "hours" else _("%(n)s days")
        return said % {"n": f"{value['value']:,}"}
    if operator is Operator.BETWEEN:
        return _("%(first)s and %(last)s") % {"first": one(value["from"]), "last": one(value["to"])}
    values = value if isinstance(value, list) else [value]
    words = [labels.get(item, one(item)) if isinstance(item, str) else one(item) for item in values]
    return either(words, denied=operator in DENIES)


def either(words: list[str], *, denied: bool = False) -> str:
    """ "a, b or c"; a long list is cut. `denied`: "a, b nor c"."""
    if len(words) > MANY:
        words = [*words[:MANY], _("%(n)s more") % {"n": len(words) - MANY}]
    if len(words) == 1:
        return words[0]
    said = _("%(all_but_one)s nor %(last)s") if denied else _("%(all_but_one)s or %(last)s")
    return said % {"all_but_one": ", ".join(words[:-1]), "last": words[-1]}


def one(value: Any) -> str:
    """One value: a number with thousands separators, a reference by its name."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int | float):
        return f"{value:,}"
    return name_of(value)


def group_words(match: str, parts: list[str], empty: str = "") -> str:
    """The parts of a group in one line: "A, and B"; without parts "everyone", or `empty`."""
    if not parts:
        return empty or _("everyone")
    return (_(", and ") if match == "all" else _(", or ")).join(parts)


def kind_words(value: Any) -> str:
    """What sort of value it is: "must be a text, not a number"."""
    return _("nothing") if value is None else str(_KINDS.get(type(value)) or _("this"))
