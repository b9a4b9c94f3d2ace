"""On an account's page: the journeys that it is or was in, each with its page that says why."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.admin.counting import EXACT_TO, many
from accounts.models import Account
from journeys.admin import door
from journeys.admin.entries import VIEW
from journeys.admin.entries_file import rows_of
from journeys.models import Entry

SHOWN = 20
INSIDE = (Entry.Status.ACTIVE, Entry.Status.FAILED)


def of_account(request: HttpRequest, account: Account) -> Mapping[str, Any] | None:
    """The newest entries; nothing for whoever may not see entries."""
    if not (door.may(request, door.VIEW) and door.may(request, VIEW)):
        return None
    entries = Entry.objects.filter(account=account, journey__deleted_at__isnull=True).select_related(
        "journey", "account"
    )
    found = list(entries.order_by("-started_at", "-pk")[: SHOWN + 1])
    context = {"entries": rows_of(found[:SHOWN]), "more_entries": len(found) > SHOWN}
    return {"title": _("Journeys"), "template": "journeys/admin/account_panel.html", "context": context}


def goes_with(account_ids: Collection[int]) -> tuple[str, str]:
    """What of journeys goes with accounts that are deleted (journeys.engine.erase)."""
    theirs = Entry.objects.filter(account_id__in=account_ids, journey__deleted_at__isnull=True)
    counted = [found[: EXACT_TO + 1].count() for found in (theirs, theirs.filter(status__in=INSIDE))]
    entries, inside = (many(n) for n in counted)
    said = _(
        "Places in journeys: %(entries)s, of which %(inside)s now; the journeys’ numbers go down by them."
    )
    return "route", said % {"entries": entries, "inside": inside}
