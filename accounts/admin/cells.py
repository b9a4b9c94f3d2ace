"""How values read in a list or on a page."""

from __future__ import annotations

import math
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.attributes import COMPUTED, Attribute

DASH = "–"


def moment(value: datetime | None) -> SafeString | str:
    """A moment in the admin's zone, short, with the whole of it in the title."""
    if value is None:
        return DASH
    local = localtime(value)
    return format_html(
        '<time datetime="{}" title="{}" class="tl-moment">{}</time>',
        value.isoformat(),
        f"{local:%A, %-d %B %Y, %H:%M:%S %Z}",
        f"{local:%-d %b %Y, %H:%M}",
    )


def amount(value: int | float | Decimal | None) -> str:
    """A number with thousands separators; decimals only where there are some."""
    if value is None:
        return DASH
    if isinstance(value, Decimal):
        value = value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()
        return f"{value:,f}"
    return f"{value:,}"


def text(value: Any) -> str:
    """A value that may be missing."""
    return str(value) if value not in (None, "") else DASH


def badge(kind: str, label: Any) -> SafeString:
    """A status; its colour comes from the class `tl-is-<kind>`."""
    return format_html('<span class="tl-badge tl-is-{}">{}</span>', kind, label)


def link(url: str, label: Any) -> SafeString:
    return format_html('<a href="{}">{}</a>', url, label)


def value(attribute: Attribute, stored: Any) -> str:
    """A stored value of an attribute, for people."""
    if stored is None or stored == "":
        return DASH
    if attribute.type == "yes_no":
        return _("Yes") if stored else _("No")
    if attribute.key in COMPUTED and not attribute.is_custom:
        # Scores are kept exactly, and shown whole, half up (spec 3.6).
        return str(math.floor(stored + 0.5))
    if attribute.type == "number":
        return amount(stored)
    return str(dict(attribute.choices).get(stored, stored))


def short(text: str, length: int = 90) -> SafeString | str:
    """The beginning of a longer text, with all of it in the title."""
    if not text:
        return DASH
    return format_html('<span class="tl-about" title="{}">{}</span>', text, Truncator(text).chars(length))


def only_if(holds: bool, label: Any) -> SafeString | str:
    """A word that stands out when something is the case; what is not the case says nothing."""
    return badge("marked", label) if holds else DASH
