from __future__ import annotations

from django.contrib import admin
from django.urls import include, path
from django.views.decorators.cache import cache_control
from django.views.generic import RedirectView
from django.views.i18n import JavaScriptCatalog

from config import health

# The texts of the scripts in the language of whoever asks: no secret, so the page of the login has them too.
texts = cache_control(max_age=3600, private=True)(JavaScriptCatalog.as_view())

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/", admin.site.urls),
    path("api/", include("config.api_urls")),
    path("texts.js", texts, name="texts"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]

# Below /api/ an error is a problem in JSON, also one that no view has made.
handler400 = "accounts.api.outside.bad_request"
handler404 = "accounts.api.outside.page_not_found"
handler500 = "accounts.api.outside.server_error"
