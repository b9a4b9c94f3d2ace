"""The Stages tab: there is one model, so that it stands in the place of a list."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from accounts.admin.own_pages import OwnPages, Pages
from buying_groups.admin import stage_pages
from buying_groups.models import StageModel


@admin.register(StageModel)
class StageModelAdmin(OwnPages):
    """The pages of the stage model."""

    pages = Pages(change=stage_pages.page, add=stage_pages.create, delete=stage_pages.delete)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return stage_pages.home(request)

    def get_urls(self) -> list[URLPattern]:
        publish = self.admin_site.admin_view(stage_pages.publish)
        return [
            path("<int:model_id>/publish/", publish, name="buying_groups_stagemodel_publish"),
            *super().get_urls(),
        ]
