"""What a value of an account or person may be. Each check returns the value as it is stored or says what
would be right.

All raise ValueError with a message for the person who typed the value.
"""

from __future__ import annotations

import re
import sys
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any
from unicodedata import normalize
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
# Digits with an optional point: no thousands separators, no decimal comma, no "1_000" of Python.
NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
THOUSANDS = re.compile(r"[+-]?[0-9]+\.[0-9]{3}")
DOMAIN = re.compile(r"(?=.{1,253}$)([^\W_]([\w-]*[^\W_])?\.)+[^\W\d_]([\w-]*[^\W_])?")
# C0, DEL and C1; what has several lines may hold tabs and line breaks.
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
CONTROL_IN_LINES = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
# Of what turns the direction of writing, all that makes a text read otherwise than it is stored.
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
LINE_BREAK = re.compile("[\u2028\u2029]")
# What draws nothing and changes no letter beside it: soft hyphen, marks of direction, zero-width spaces.
NOTHING = re.compile("[\u00ad\u061c\u180e\u200b\u200e\u200f\u2060\ufeff]")
# And what draws nothing where it stands alone: joiners, fillers, selectors of variants.
UNSEEN = re.compile(
    "[\\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]+"
)
SPACES = re.compile(r"\s+")
YES = frozenset({"yes", "y", "true", "t", "1", "on"})
NO = frozenset({"no", "n", "false", "f", "0", "off"})


def text(value: Any, *, max_length: int) -> str:
    """Trimmed text that PostgreSQL can hold, at most `max_length` characters."""
    if not isinstance(value, str):
        raise ValueError(_("must be text."))
    value = value.strip()
    if "\0" in value:
        raise ValueError(_("holds a NUL character; leave it out."))
    if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
        raise ValueError(_("holds a character that is not valid UTF-8; save the text as UTF-8."))
    if len(value) > max_length:
        raise ValueError(
            _("has %(n)s characters; at most %(max_length)s fit.")
            % {"n": len(value), "max_length": max_length}
        )
    return value


def name(value: Any, *, max_length: int = sys.maxsize) -> str:
    """The name of something, as `tidy` makes it: one line that can be seen, at most `max_length` characters."""
    return text(tidy(one_line(value.strip())) if isinstance(value, str) else value, max_length=max_length)


def tidy(name: str) -> str:
    """A name as it is stored and looked for, so that names that look alike are one: without characters that draw
    nothing, composed (NFC), with one space where there is white space."""
    if not name.isascii():
        name = normalize("NFC", NOTHING.sub("", name))
    return SPACES.sub(" ", name).strip()


def one_line(value: str) -> str:
    """A name or a label: no control character, nothing that breaks the line or turns the direction of writing,
    and not only what cannot be seen. Positions count from 1."""
    if found := CONTROL.search(value):
        said = _("may not contain control characters: position %(found)s.")
    elif found := LINE_BREAK.search(value):
        said = _("may not contain line breaks: position %(found)s.")
    elif found := TURNING.search(value):
        said = _("may not contain characters that turn the direction of writing: position %(found)s.")
    elif value.strip() and UNSEEN.fullmatch(value):
        raise ValueError(_("holds only characters that cannot be seen."))
    if found:
        raise ValueError(said % {"found": found.start() + 1})
    return value


def lines(value: str) -> str:
    """A description: of its control characters, tabs and line breaks only."""
    if found := CONTROL_IN_LINES.search(value):
        raise ValueError(
            _("may not contain control characters other than tabs and line breaks: position %(found)s.")
            % {"found": found.start() + 1}
        )
    return value


def email(value: str) -> str:
    """An email address; the empty text passes."""
    if value:
        try:
            validate_email(value)
        except ValidationError:
            raise ValueError(
                _("“%(value)s” is no email address; write for example name@example.com.") % {"value": value}
            ) from None
    return value


def domain(value: str) -> str:
    """An internet domain in small letters; the empty text passes."""
    value = value.lower()
    if value and not DOMAIN.fullmatch(value):
        raise ValueError(
            _("“%(value)s” is no domain; write only the domain, for example example.com.") % {"value": value}
        )
    return value


def time_zone(value: str) -> str:
    """An IANA time zone; the empty text passes."""
    if value and value not in _time_zones():
        raise ValueError(
            _("“%(value)s” is no IANA time zone; write for example Europe/Berlin.") % {"value": value}
        )
    return value


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(available_timezones() - {"localtime", "Factory", "posixrules"})


def number(value: Any, *, places: int, minimum: Decimal, maximum: Decimal) -> Decimal:
    """A finite number of at most `places` decimals between the two, from JSON (no text, no yes/no)."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise ValueError(_("must be a number."))
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    if not exact.is_finite():
        raise ValueError(_("must be a finite number."))
    if not minimum <= exact <= maximum:
        raise ValueError(
            _("is out of range; it must lie between %(minimum)s and %(maximum)s.")
            % {"minimum": f"{minimum:,f}", "maximum": f"{maximum:,f}"}
        )
    if exact != round(exact, places):
        raise ValueError(
            _("must be a whole number.")
            if not places
            else (_("has too many decimals; at most %(places)s fit.") % {"places": places})
        )
    return exact


def number_from_text(value: str, *, places: int) -> Decimal:
    """The number that a cell says, with a point for decimals; 12.000 is refused where it could mean twelve
    thousand."""
    if not NUMBER.fullmatch(value) or (places < len("000") and THOUSANDS.fullmatch(value)):
        raise ValueError(
            _(
                "“%(value)s” is no number; write digits without separators and a point for decimals, "
                "as in 1234.5."
            )
            % {"value": value}
        )
    try:
        return Decimal(value)
    except InvalidOperation:
        raise ValueError(_("“%(value)s” is no number.") % {"value": value}) from None


def yes_no(value: Any) -> bool:
    """A JSON true or false."""
    if not isinstance(value, bool):
        raise ValueError(_("must be true or false: the word itself, without quotation marks."))
    return value


def yes_no_from_text(value: str) -> bool:
    """yes/no, y/n, true/false, t/f, on/off or 1/0, in any case."""
    word = value.lower()
    if word not in YES | NO:
        raise ValueError(_("“%(value)s” is neither yes nor no; write yes or no.") % {"value": value})
    return word in YES


def day(value: Any) -> date:
    """A date, or its ISO text."""
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not ISO_DATE.fullmatch(value.strip()):
        raise ValueError(
            _("“%(value)s” is no date; write it as year-month-day, for example 2027-03-01.")
            % {"value": value}
        )
    try:
        return date.fromisoformat(value.strip())
    except ValueError:
        raise ValueError(_("“%(value)s” is no day of the calendar.") % {"value": value}) from None
