"""Admins whose pages are functions beside them: of a request and an id, in the place of Django's forms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from accounts.admin import cells

Page = Callable[[HttpRequest, Any], HttpResponse]


@dataclass(frozen=True)
class Pages:
    """What answers for one row, `change`, for a new one, `add`, and for taking one away; Django's where there is none.

    `history`: the page that tells what happened; without it `change` does.
    """

    change: Page
    add: Callable[[HttpRequest], HttpResponse] | None = None
    delete: Page | None = None
    history: Page | None = None


class OwnPages(ModelAdmin):
    """An admin with `pages`; the id in an address is given to them as it stands there."""

    pages: ClassVar[Pages]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        own = self.pages.add
        return own(request) if own else super().add_view(request, form_url, extra_context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return self.pages.change(request, object_id)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        own = self.pages.delete
        return own(request, object_id) if own else super().delete_view(request, object_id, extra_context)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        return (self.pages.history or self.pages.change)(request, object_id)


class Authored(OwnPages):
    """What somebody has made, with the columns for who and when."""

    @admin.display(description=_("Created by"))
    def creator(self, row: Any) -> str:
        return cells.text(row.created_by)

    @admin.display(description=_("Created at"), ordering="created_at")
    def created(self, row: Any) -> str:
        return cells.moment(row.created_at)

    @admin.display(description=_("Last updated at"), ordering="updated_at")
    def updated(self, row: Any) -> str:
        return cells.moment(row.updated_at)
