"""How a journey's columns read in the list (spec 1.4)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import Case, IntegerField, Value, When
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from journeys.models import Journey

# The statuses in the order of spec 1.2.
RANK = Case(
    *[When(status=status, then=Value(rank)) for rank, status in enumerate(Journey.Status.values)],
    output_field=IntegerField(),
)
DASH = "–"


def moment(value: datetime | None) -> SafeString | str:
    """A moment in the admin's zone, short, with the whole of it in the title."""
    if value is None:
        return DASH
    local = localtime(value)
    whole = date_format(local, "l, j F Y, H:i:s T")
    return format_html(
        '<time datetime="{}" title="{}" class="tl-moment">{} <small>{}</small></time>',
        value.isoformat(), whole, date_format(local, "j M Y"), date_format(local, "H:i"),
    )  # fmt: skip


def user(value: Any) -> str:
    return str(value) if value is not None else DASH


class Columns:
    """The columns that are more than a field. Mixed into the list."""

    @admin.display(description=_("Status"), ordering=RANK)
    def state(self, journey: Journey) -> SafeString:
        held = format_html(' <span class="tl-badge tl-held">{}</span>', _("Held")) if journey.held_at else ""
        return format_html(
            '<span class="tl-badge tl-is-{}">{}</span>{}', journey.status, journey.get_status_display(), held
        )

    @admin.display(description=_("Description"))
    def about(self, journey: Journey) -> SafeString | str:
        if not journey.description:
            return DASH
        return format_html(
            '<span class="tl-about" title="{}">{}</span>',
            journey.description,
            Truncator(journey.description).chars(90),
        )

    @admin.display(description=_("Created by"))
    def creator(self, journey: Journey) -> str:
        return user(journey.created_by)

    @admin.display(description=_("Last updated at"), ordering="updated_at")
    def updated(self, journey: Journey) -> SafeString | str:
        return moment(journey.updated_at)

    @admin.display(description=_("Last updated by"))
    def updater(self, journey: Journey) -> str:
        return user(journey.updated_by)

    @admin.display(description=_("Published on"), ordering="published_at")
    def published(self, journey: Journey) -> SafeString | str:
        return moment(journey.published_at)

    @admin.display(description=_("Published by"))
    def publisher(self, journey: Journey) -> str:
        return user(journey.published_by)

    @admin.display(description=_("Created at"), ordering="created_at")
    def created(self, journey: Journey) -> SafeString | str:
        return moment(journey.created_at)

    @admin.display(description=_("Start date"))
    def start(self, journey: Journey) -> SafeString | str:
        begun = journey.starts_at or journey.started_at
        return moment(begun) if begun else str(_("Immediately"))

    @admin.display(description=_("End date"))
    def end(self, journey: Journey) -> SafeString | str:
        return moment(journey.ends_at)
