"""The operators of each type of field, and what they are called (spec 1.9)."""

from __future__ import annotations

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy


class Type(StrEnum):
    """What sort of value a field has."""

    TEXT = "text"
    CHOICE = "choice"
    NUMBER = "number"
    DATE = "date"
    TIME = "time"
    YES_NO = "yes_no"
    # One or several rows named by their unique name: lists, audiences.
    REFERENCE = "reference"
    # Related rows, of which one and the same must satisfy a nested group.
    SET = "set"


class Operator(StrEnum):
    IS = "is"
    IS_NOT = "is_not"
    CONTAINS = "contains"
    NOT_CONTAINS = "not_contains"
    STARTS_WITH = "starts_with"
    ENDS_WITH = "ends_with"
    LESS_THAN = "less_than"
    AT_MOST = "at_most"
    GREATER_THAN = "greater_than"
    AT_LEAST = "at_least"
    BETWEEN = "between"
    BEFORE = "before"
    AFTER = "after"
    ON = "on"
    IN_LAST = "in_last"
    NOT_IN_LAST = "not_in_last"
    IS_EMPTY = "is_empty"
    IS_NOT_EMPTY = "is_not_empty"
    HAS = "has"
    HAS_NOT = "has_not"


EMPTINESS = (Operator.IS_EMPTY, Operator.IS_NOT_EMPTY)
# Negative operator → the one that it denies. A missing value satisfies these (and is_empty) only.
DENIES = {
    Operator.IS_NOT: Operator.IS,
    Operator.NOT_CONTAINS: Operator.CONTAINS,
    Operator.NOT_IN_LAST: Operator.IN_LAST,
    Operator.HAS_NOT: Operator.HAS,
}
# Their verdict turns by itself, with time.
RELATIVE = (Operator.IN_LAST, Operator.NOT_IN_LAST)

_TEXT = (
    Operator.IS, Operator.IS_NOT, Operator.CONTAINS, Operator.NOT_CONTAINS,
    Operator.STARTS_WITH, Operator.ENDS_WITH, *EMPTINESS,
)  # fmt: skip
_NUMBER = (
    Operator.IS, Operator.IS_NOT, Operator.LESS_THAN, Operator.AT_MOST, Operator.GREATER_THAN,
    Operator.AT_LEAST, Operator.BETWEEN, *EMPTINESS,
)  # fmt: skip
_DATE = (Operator.BEFORE, Operator.AFTER, Operator.ON, Operator.BETWEEN, *RELATIVE, *EMPTINESS)

OPERATORS: dict[Type, tuple[Operator, ...]] = {
    Type.TEXT: _TEXT,
    Type.CHOICE: _TEXT,
    Type.NUMBER: _NUMBER,
    Type.DATE: _DATE,
    Type.TIME: _DATE,
    Type.YES_NO: (Operator.IS,),
    Type.REFERENCE: (Operator.IS, Operator.IS_NOT),
    Type.SET: (Operator.HAS, Operator.HAS_NOT),
}

_WORDS: dict[Operator, Promise] = {
    Operator.IS: pgettext_lazy("operator", "is"),
    Operator.IS_NOT: pgettext_lazy("operator", "is not"),
    Operator.CONTAINS: pgettext_lazy("operator", "contains"),
    Operator.NOT_CONTAINS: pgettext_lazy("operator", "does not contain"),
    Operator.STARTS_WITH: pgettext_lazy("operator", "starts with"),
    Operator.ENDS_WITH: pgettext_lazy("operator", "ends with"),
    Operator.LESS_THAN: pgettext_lazy("operator", "less than"),
    Operator.AT_MOST: pgettext_lazy("operator", "at most"),
    Operator.GREATER_THAN: pgettext_lazy("operator", "greater than"),
    Operator.AT_LEAST: pgettext_lazy("operator", "at least"),
    Operator.BETWEEN: pgettext_lazy("operator", "between"),
    Operator.BEFORE: pgettext_lazy("operator", "before"),
    Operator.AFTER: pgettext_lazy("operator", "after"),
    Operator.ON: pgettext_lazy("operator", "on"),
    Operator.IN_LAST: pgettext_lazy("operator", "in the last"),
    Operator.NOT_IN_LAST: pgettext_lazy("operator", "not in the last"),
    Operator.IS_EMPTY: pgettext_lazy("operator", "is empty"),
    Operator.IS_NOT_EMPTY: pgettext_lazy("operator", "is not empty"),
    Operator.HAS: pgettext_lazy("operator", "has"),
    Operator.HAS_NOT: pgettext_lazy("operator", "has not"),
}


def word(operator: str) -> str:
    """What an operator is called, in the language of now."""
    return str(_WORDS[Operator(operator)])
