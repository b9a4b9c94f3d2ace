"""The API: each app's part of it, its schema and its documentation. All else is a problem, never a page."""

from __future__ import annotations

from django.urls import include, path, re_path

from accounts.api.documentation import DocsView, SchemaView
from accounts.api.outside import not_found

urlpatterns = [
    path("v1/", include("accounts.api.urls")),
    path("v1/", include("buying_groups.api.urls")),
    path("v1/", include("actions.api.urls")),
    path("v1/", include("journeys.api.urls")),
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", DocsView.as_view(), name="docs"),
    re_path(r"^[\s\S]*\Z", not_found),
]
