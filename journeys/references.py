"""Journeys, as something that settings of actions refer to by name."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.references import Found, Resource
from journeys.models import Journey

RESOURCES: dict[str, Resource] = {
    "journey": Resource(
        _("journey"),
        lambda: Journey.objects.present(),
        lambda row: Found(row.pk, row.name, is_live=row.status == Journey.Status.LIVE, kind=row.status),
    ),
}
