from __future__ import annotations

from django.urls import path

from actions.api.action_types import ActionTypeViewSet

urlpatterns = [
    path("action-types/", ActionTypeViewSet.as_view({"get": "list"}, basename="action-types")),
]
