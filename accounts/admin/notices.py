"""What somebody has been told: that work which they have asked for is over (spec 6.1). Everybody sees their own."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin

from accounts import notices
from accounts.admin import door
from accounts.models import Notice
from accounts.services import notices as services

# On the page, and of the new ones beside the bell.
SHOWN = 100
NEWEST = 5
# New ones are counted up to here.
MOST = 99


@admin.register(Notice)
class NoticeAdmin(ModelAdmin):
    """No table of all notices: whoever is logged in has a page of their own, and the bell above every page."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("", wrap(page), name="accounts_notice_changelist"),
            path("newest/", wrap(newest), name="accounts_notice_newest"),
            path("read/", wrap(require_POST(read)), name="accounts_notice_read"),
        ]


def page(request: HttpRequest) -> HttpResponse:
    """What one has been told, the newest first."""
    lines = [_line(request, notice) for notice in services.own(request.user).order_by("-pk")[:SHOWN]]
    return door.page(
        request,
        "notices.html",
        Notice,
        title=_("Notices"),
        lines=lines,
        last=lines[0]["id"] if lines else 0,
        has_new=any(line["is_new"] for line in lines),
        read_url=door.to(Notice, "read"),
    )


def newest(request: HttpRequest) -> JsonResponse:
    """How many are new, and the newest of them, for the bell."""
    new = services.own(request.user).filter(read_at=None).order_by("-pk")
    lines = [_line(request, notice) for notice in new[:NEWEST]]
    return JsonResponse({"new": new[: MOST + 1].count(), "newest": lines})


def read(request: HttpRequest) -> HttpResponse:
    """One has read them, up to the one that the page has shown."""
    services.read(request.user, up_to=door.number(request.POST.get("up_to")), now=timezone.now())
    return HttpResponseRedirect(door.to(Notice, "changelist"))


def _line(request: HttpRequest, notice: Notice) -> dict[str, Any]:
    return {
        "id": notice.pk,
        "text": notices.text(notice),
        "level": notice.level,
        "at": notice.created_at,
        "is_new": notice.read_at is None,
        "url": _url(request, notice),
    }


def _url(request: HttpRequest, notice: Notice) -> str:
    """The page of what it is about, for whoever may view it."""
    if not notice.about:
        return ""
    model = apps.get_model(notice.about)
    may = admin.site.is_registered(model) and door.may(request, door.permission(model, "view"))
    return door.to(model, "change", notice.about_id) if may else ""
