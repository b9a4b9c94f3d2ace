"""What the value of a filter may be, by the type of its field and the operator."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.conditions.grammar import Filter, shown
from accounts.conditions.operators import EMPTINESS, RELATIVE, Operator, Type
from accounts.conditions.phrases import kind_words
from accounts.conditions.predicates import SPACES
from accounts.findings import Finding, Place

MAX_VALUES = 500  # in one filter
MAX_TEXT = 500  # characters
MAX_NUMBER = 10**18
MAX_PERIOD = 10_000  # hours or days
YEARS = range(1900, 2200)
PERIOD_UNITS = ("hours", "days")
MAX_ID = 2**63 - 1

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
INSTANT = re.compile(DAY.pattern + r"T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})")


@dataclass(frozen=True)
class Asked:
    """What one filter asks for: the value, and how to speak of it."""

    label: str
    operator: Operator
    value: Any
    # What the value may be; empty: anything.
    known: Sequence[str] = ()
    # No value of the field is smaller, or larger, so that asking for such a one is a slip.
    minimum: int | None = None
    maximum: int | None = None


Faults = Iterator[Finding]


def check(
    type: Type, filter: Filter, at: Place, *, label: str | Promise,
    choices: tuple[tuple[str, str | Promise], ...] = (), minimum: int | None = None, maximum: int | None = None,
) -> Iterable[Finding]:  # fmt: skip
    """What is wrong with the value of a filter with an operator of the type's (`minimum`, `maximum`: of numbers)."""
    operator, label = Operator(filter["operator"]), str(label)
    if operator in EMPTINESS:
        fault = _fault("wrong_value", label, _("takes no value here."), (*at, "value"))
        return [] if filter.get("value") is None else [fault]
    if "value" not in filter:
        return [Finding("missing_key", _("%(label)s: “value” is missing.") % {"label": label}, at)]
    known = [stored for stored, said in choices]
    asked = Asked(label, operator, filter["value"], known, minimum, maximum)
    return [finding.under(*at, "value") for finding in _CHECKS[type](asked)]


def texts(value: Any, label: str, one: Callable[[Any, str], Iterable[Finding]] | None = None) -> Faults:
    """One or several texts; `one` checks each of them."""
    check_one = one or text
    if not isinstance(value, list):
        yield from check_one(value, label)
    elif not value:
        yield _fault("empty_value", label, _("needs at least one value."))
    elif len(value) > MAX_VALUES:
        yield _fault(
            "too_many",
            label,
            _("has %(n)s values; at most %(max_values)s are allowed.")
            % {"n": len(value), "max_values": MAX_VALUES},
        )
    else:
        for index, item in enumerate(value):
            yield from (finding.under(index) for finding in check_one(item, label))


def text(value: Any, label: str) -> Faults:
    """One text that is not empty and that PostgreSQL can hold."""
    if not isinstance(value, str):
        yield _fault("wrong_value", label, _("must be a text, not %(kind)s.") % {"kind": kind_words(value)})
    elif not value.strip(SPACES):
        yield _fault("empty_value", label, _("is an empty text; use “is_empty” or “is_not_empty” for that."))
    elif len(value) > MAX_TEXT:
        yield _fault(
            "too_long",
            label,
            _("has %(n)s characters; at most %(max_text)s are allowed.")
            % {"n": len(value), "max_text": MAX_TEXT},
        )
    elif "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
        yield _fault(
            "wrong_value", label, _("holds a character that cannot be stored (NUL or half of a pair).")
        )


def reference(value: Any, label: str) -> Faults:
    """The name of something, or {"id", "name"}."""
    if not isinstance(value, dict):
        yield from text(value, label)
    elif set(value) != {"id", "name"}:
        yield _fault("wrong_value", label, _("must be a name."))
    else:
        yield from (finding.under("name") for finding in text(value["name"], label))
        if value["id"] is not None and not (_is_whole(value["id"]) and 0 < value["id"] <= MAX_ID):
            yield _fault("wrong_value", label, _("has an id that cannot be one."), ("id",))


def number(value: Any, label: str, *, minimum: int | None = None, maximum: int | None = None) -> Faults:
    """One finite number, `minimum` or more, `maximum` or less."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield _fault("wrong_value", label, _("must be a number, not %(kind)s.") % {"kind": kind_words(value)})
    elif isinstance(value, float) and not math.isfinite(value):
        yield _fault("wrong_value", label, _("must be a finite number."))
    elif abs(value) > MAX_NUMBER:
        yield _fault(
            "out_of_range",
            label,
            _("must lie between -%(max_number)s and %(max_number)s.") % {"max_number": f"{MAX_NUMBER:,}"},
        )
    elif minimum is not None and value < minimum:
        yield _fault("out_of_range", label, _("must be %(minimum)s or more.") % {"minimum": minimum})
    elif maximum is not None and value > maximum:
        yield _fault("out_of_range", label, _("must be %(maximum)s or less.") % {"maximum": maximum})


def whole(value: Any, label: str, low: int, high: int) -> Faults:
    """One whole number between the two."""
    if not _is_whole(value):
        yield _fault(
            "wrong_value", label, _("must be a whole number, not %(kind)s.") % {"kind": kind_words(value)}
        )
    elif not low <= value <= high:
        yield _fault(
            "out_of_range",
            label,
            _("must lie between %(low)s and %(high)s.") % {"low": f"{low:,}", "high": f"{high:,}"},
        )


def day(value: Any, label: str) -> Faults:
    """A day of the calendar as text."""
    if not (isinstance(value, str) and DAY.fullmatch(value)):
        yield _fault(
            "wrong_value",
            label,
            _("must be a date such as 2027-03-01, not %(kind)s.") % {"kind": kind_words(value)},
        )
    elif (parsed := _parsed(date.fromisoformat, value)) is None:
        yield _fault("wrong_value", label, _("“%(value)s” is no day of the calendar.") % {"value": value})
    elif parsed.year not in YEARS:
        yield _fault(
            "out_of_range",
            label,
            _("must lie in the years %(first)s to %(last)s.") % {"first": YEARS[0], "last": YEARS[-1]},
        )


def instant(value: Any, label: str) -> Faults:
    """A day, or an instant with its offset from UTC, as text."""
    if not (isinstance(value, str) and INSTANT.fullmatch(value)):
        yield from day(value, label)
    elif (parsed := _parsed(datetime.fromisoformat, value)) is None:
        yield _fault("wrong_value", label, _("“%(value)s” is no date and time.") % {"value": value})
    elif parsed.year not in YEARS:
        yield _fault(
            "out_of_range",
            label,
            _("must lie in the years %(first)s to %(last)s.") % {"first": YEARS[0], "last": YEARS[-1]},
        )


def period(value: Any, label: str) -> Faults:
    """{"value": 30, "unit": "days"}"""
    if not isinstance(value, dict) or set(value) != {"value", "unit"}:
        message = _('must be a number of hours or days: {"value": 30, "unit": "days"}.')
        yield _fault("wrong_value", label, message)
        return
    yield from (finding.under("value") for finding in whole(value["value"], label, 1, MAX_PERIOD))
    if value["unit"] not in PERIOD_UNITS:
        yield _fault("wrong_value", label, _("counts in hours or days."), ("unit",))


# --- By type -----------------------------------------------------------------------------------------------


def _texts(asked: Asked) -> Faults:
    yield from texts(asked.value, asked.label)


def _choices(asked: Asked) -> Faults:
    faults = list(texts(asked.value, asked.label))
    yield from faults
    if faults or asked.operator not in (Operator.IS, Operator.IS_NOT):
        return
    for value in asked.value if isinstance(asked.value, list) else [asked.value]:
        if value.strip(SPACES).lower() not in asked.known:
            said = {"value": shown(value), "known": ", ".join(asked.known)}
            message = _("“%(value)s” is none of its values (%(known)s).") % said
            yield _fault("wrong_value", asked.label, message)


def _numbers(asked: Asked) -> Faults:
    one = partial(number, minimum=asked.minimum, maximum=asked.maximum)
    if asked.operator in (Operator.IS, Operator.IS_NOT):
        yield from texts(asked.value, asked.label, one)
    elif asked.operator is Operator.BETWEEN:
        yield from _range(asked, one, float)
    else:
        yield from one(asked.value, asked.label)


def _dates(asked: Asked) -> Faults:
    if asked.operator in RELATIVE:
        yield from period(asked.value, asked.label)
    elif asked.operator is Operator.BETWEEN:
        yield from _range(asked, day, date.fromisoformat)
    else:
        yield from day(asked.value, asked.label)


def _times(asked: Asked) -> Faults:
    if asked.operator in RELATIVE:
        yield from period(asked.value, asked.label)
    elif asked.operator is Operator.BETWEEN:
        yield from _range(asked, instant, _moment)
    elif asked.operator is Operator.ON:
        yield from day(asked.value, asked.label)
    else:
        yield from instant(asked.value, asked.label)


def _yes_no(asked: Asked) -> Faults:
    if not isinstance(asked.value, bool):
        yield _fault(
            "wrong_value",
            asked.label,
            _("must be true or false, not %(kind)s.") % {"kind": kind_words(asked.value)},
        )


def _references(asked: Asked) -> Faults:
    yield from texts(asked.value, asked.label, reference)


def _range(asked: Asked, one: Callable[[Any, str], Faults], order: Callable[[Any], Any]) -> Faults:
    """{"from": …, "to": …}, both included."""
    value, label = asked.value, asked.label
    if not isinstance(value, dict) or set(value) != {"from", "to"}:
        yield _fault("wrong_value", label, _('must be two bounds: {"from": …, "to": …}.'))
        return
    faults = [finding.under(end) for end in ("from", "to") for finding in one(value[end], label)]
    yield from faults
    if not faults and order(value["from"]) > order(value["to"]):
        yield _fault(
            "out_of_range",
            label,
            _("from %(from)s to %(to)s is no range.") % {"from": value["from"], "to": value["to"]},
            ("from",),
        )


def _moment(value: str) -> datetime:
    moment = datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


_CHECKS: dict[Type, Callable[[Asked], Faults]] = {
    Type.TEXT: _texts,
    Type.CHOICE: _choices,
    Type.NUMBER: _numbers,
    Type.DATE: _dates,
    Type.TIME: _times,
    Type.YES_NO: _yes_no,
    Type.REFERENCE: _references,
}


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _parsed(parse: Callable[[str], Any], value: str) -> Any:
    try:
        return parse(value)
    except ValueError:
        return None


def _fault(code: str, label: str, message: str, at: Place = ()) -> Finding:
    return Finding(code, f"{label}: {message}" if message[0] in "“" else f"{label} {message}", at)
