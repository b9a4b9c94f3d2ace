"""How a request comes in: who asks and when, which journey, and what a service refused, said to staff."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import models
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.findings import Finding
from journeys.models import EngineState, HistoryRecord, Journey

VIEW = "journeys.view_journey"
HOLD_ENGINE = "journeys.hold_engine"
OF_JOURNEY = ("created_by", "updated_by", "published_by", "held_by")


def said(request: HttpRequest) -> dict[str, Any]:
    """What every service wants to know: who, when, and from where."""
    return {"by": request.user, "now": timezone.now(), "interface": HistoryRecord.Interface.ADMIN}


def may(request: HttpRequest, permission: str) -> bool:
    user = request.user
    return isinstance(user, User) and user.has_perm(permission)


def require(request: HttpRequest, permission: str) -> None:
    """:raises PermissionDenied: when whoever asks lacks it; the service asks again"""
    if not may(request, permission):
        said = _("You may not do this: the permission “%(name)s” is missing.") % {"name": permission}
        raise PermissionDenied(said)


def journey_of(request: HttpRequest, journey_id: int) -> Journey:
    """The journey of a page.

    :raises Http404: if there is none, or it was deleted
    """
    require(request, VIEW)
    found = Journey.objects.present().select_related(*OF_JOURNEY).filter(pk=journey_id).first()
    if found is None:
        raise Http404(_("There is no such journey, or it has been deleted."))
    return found


def engine_held(request: HttpRequest) -> dict[str, Any]:
    """For `engine_held.html`: the hold of the whole engine, None while there is none; one query."""
    held = EngineState.objects.filter(held_at__isnull=False).select_related("held_by").first()
    return {"engine_held": held, "may_hold_engine": may(request, HOLD_ENGINE)}


def to(name: str, *args: Any) -> str:
    """The address of one of the journeys' pages."""
    return reverse(f"admin:journeys_journey_{name}", args=args)


def page(
    request: HttpRequest, template: str, *, title: str, status: int = 200, **context: Any
) -> HttpResponse:
    """A page in the frame of the admin."""
    frame = {**admin.site.each_context(request), "opts": Journey._meta, "title": title, **context}
    return TemplateResponse(request, f"journeys/admin/{template}", frame, status=status)


def put(form: Form, findings: Iterable[Finding]) -> None:
    """Show what a service found wrong at the fields of a form; the rest above them."""
    for finding in findings:
        field = "_".join(str(part) for part in finding.at)
        names = [name for name in (field, str(finding.at[0]) if finding.at else "") if name in form.fields]
        form.add_error(names[0] if names else None, finding.message)


def page_of(row: models.Model) -> str:
    """The admin's page of a row; nothing while there is none."""
    try:
        return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    except NoReverseMatch:
        return ""
