"""On an account's page: the journeys that it is or was in, each with its page that says why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from journeys.admin import door
from journeys.admin.entries import VIEW
from journeys.admin.entries_file import rows_of
from journeys.models import Entry

SHOWN = 20


def of_account(request: HttpRequest, account: Account) -> Mapping[str, Any] | None:
    """The newest entries; nothing for whoever may not see entries."""
    if not (door.may(request, door.VIEW) and door.may(request, VIEW)):
        return None
    entries = Entry.objects.filter(account=account, journey__deleted_at__isnull=True).select_related(
        "journey", "account"
    )
    found = list(entries.order_by("-pk")[: SHOWN + 1])
    context = {"entries": rows_of(found[:SHOWN]), "more_entries": len(found) > SHOWN}
    return {"title": _("Journeys"), "template": "journeys/admin/account_panel.html", "context": context}
