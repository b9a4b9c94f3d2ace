from __future__ import annotations

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from config import health

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/", admin.site.urls),
    path("api/", include("config.api_urls")),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]

# Below /api/ an error is a problem in JSON, also one that no view has made.
handler400 = "accounts.api.outside.bad_request"
handler404 = "accounts.api.outside.page_not_found"
handler500 = "accounts.api.outside.server_error"
