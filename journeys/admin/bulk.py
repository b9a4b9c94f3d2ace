"""Duplicate, close, abort or delete several journeys: first a page that says which, and why others are left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.admin import bulk as several
from journeys import services
from journeys.admin import door, lifecycle, progress
from journeys.admin.offers import RULES
from journeys.models import Journey

# Journeys that one request takes on.
AT_ONCE = 500
# What others that point to a journey have to know of (spec 1.2).
POINTED_AT = ("close", "abort", "delete")


@dataclass(frozen=True)
class Bulk:
    """What is done to several journeys, with the words for it."""

    name: str
    label: str | Promise
    done: str | Promise
    says: str | Promise
    call: Callable[..., Any]

    @property
    def action(self) -> str:
        return f"{self.name}_selected"


BULKS: dict[str, Bulk] = {
    bulk.action: bulk
    for bulk in (
        Bulk(
            "duplicate",
            _("Duplicate"),
            _("duplicated"),
            _("Each copy is a draft with the default name; content made inside the journey is left out."),
            services.duplicate,
        ),
        Bulk(
            "close",
            _("Close to new entries"),
            _("closed to new entries"),
            _("Nobody enters any more; those inside go on. A closed journey cannot be opened again."),
            services.close,
        ),
        Bulk(
            "abort",
            _("Abort"),
            _("aborted"),
            _("Every account stops where it stands. This is for good."),
            services.abort,
        ),
        Bulk(
            "delete",
            _("Delete"),
            _("deleted"),
            _("The journeys, their maps and their statistics go for good. What was done to people stays."),
            services.delete,
        ),
    )
}


def offered(request: HttpRequest) -> list[Bulk]:
    """Those that the user may do at all."""
    return [bulk for bulk in BULKS.values() if door.may(request, RULES[bulk.name].permission)]


def run(request: HttpRequest, queryset: QuerySet[Journey], bulk: Bulk) -> HttpResponse | None:
    """The confirmation; once it is confirmed, the deed. None: back to the list."""
    door.require(request, RULES[bulk.name].permission)
    chosen = list(queryset[: AT_ONCE + 1])
    if len(chosen) > AT_ONCE:
        said = _("At most %(n)s journeys at once; nothing was changed.") % {"n": AT_ONCE}
        messages.error(request, said)
        return None
    if "confirmed" in request.POST:
        _do(request, chosen, bulk)
        return None
    return _confirm(request, chosen, bulk)


def _confirm(request: HttpRequest, chosen: Sequence[Journey], bulk: Bulk) -> HttpResponse:
    rule = RULES[bulk.name]
    fit = [journey for journey in chosen if rule.when(journey)]
    skipped = [(journey, why_not(journey, bulk)) for journey in chosen if not rule.when(journey)]
    found = progress.of_journeys([journey.pk for journey in fit])
    named = lifecycle.pointing(fit) if bulk.name in POINTED_AT else {}
    rows = [(journey, found[journey.pk].active + found[journey.pk].failed) for journey in fit]
    return door.page(
        request,
        "dialogs/bulk.html",
        title=str(bulk.label),
        bulk=bulk,
        danger=rule.danger,
        icon=rule.icon,
        rows=rows,
        skipped=skipped,
        inside=sum(n for _journey, n in rows),
        field=ACTION_CHECKBOX_NAME,
        back=request.get_full_path(),
        **named,
    )


def why_not(journey: Journey, bulk: Bulk) -> str:
    """Why a journey is left out, in a sentence."""
    fits = [
        Journey.Status(status).label for status, allowed in services.ALLOWED.items() if bulk.name in allowed
    ]
    return _("%(status)s: only for %(statuses)s.") % {
        "status": journey.get_status_display(), "statuses": ", ".join(str(label) for label in fits),
    }  # fmt: skip


def _do(request: HttpRequest, chosen: Sequence[Journey], bulk: Bulk) -> None:
    """Each in its own transaction."""
    done, left = several.each(chosen, lambda journey: bulk.call(journey, **door.said(request)))
    words = ngettext("%(n)s journey %(done)s.", "%(n)s journeys %(done)s.", done)
    several.tell(request, words % {"n": done, "done": bulk.done} if done else "", left)
