"""How the scores of groups read: whole, half up (spec 3.6)."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.admin.cells import DASH
from buying_groups import record


def whole(score: float | None) -> str:
    """A score without its sign; a dash when it was not computed yet."""
    return DASH if score is None else str(record.as_shown(score))


def percent(score: float | None) -> str:
    return DASH if score is None else f"{record.as_shown(score)} %"


def bar(score: float | None) -> SafeString:
    """A completeness as a bar with its number."""
    if score is None:
        return format_html('<span class="tl-subtle" title="{}">{}</span>', _("Not computed yet"), DASH)
    shown = record.as_shown(score)
    return format_html(
        '<span class="bg-meter"><span class="bg-meter-bar" aria-hidden="true"><span style="width: {}%"></span></span>'
        '<span class="bg-meter-number">{} %</span></span>',
        shown, shown,
    )  # fmt: skip
