"""The operators of each type of field, and what they are called (spec 1.9)."""

from __future__ import annotations

from enum import StrEnum


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

WORDS: dict[Operator, str] = {
    Operator.IS: "is",
    Operator.IS_NOT: "is not",
    Operator.CONTAINS: "contains",
    Operator.NOT_CONTAINS: "does not contain",
    Operator.STARTS_WITH: "starts with",
    Operator.ENDS_WITH: "ends with",
    Operator.LESS_THAN: "less than",
    Operator.AT_MOST: "at most",
    Operator.GREATER_THAN: "greater than",
    Operator.AT_LEAST: "at least",
    Operator.BETWEEN: "between",
    Operator.BEFORE: "before",
    Operator.AFTER: "after",
    Operator.ON: "on",
    Operator.IN_LAST: "in the last",
    Operator.NOT_IN_LAST: "not in the last",
    Operator.IS_EMPTY: "is empty",
    Operator.IS_NOT_EMPTY: "is not empty",
    Operator.HAS: "has",
    Operator.HAS_NOT: "has not",
}
