"""How the admin looks and what it loads (django-unfold)."""

from __future__ import annotations

from typing import Any

from django.templatetags.static import static
from django.urls import reverse

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Throughline",
    "SITE_HEADER": "Throughline",
    "SITE_SUBHEADER": "Account journeys",
    "SITE_SYMBOL": "route",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("journeys/favicon.svg")}
    ],
    "SHOW_VIEW_ON_SITE": False,
    "BORDER_RADIUS": "8px",
    "STYLES": [
        lambda request: static("accounts/throughline.css"),
        lambda request: static("buying_groups/buying_groups.css"),
        lambda request: static("buying_groups/groups.css"),
        lambda request: static("journeys/journeys.css"),
    ],
    "SCRIPTS": [
        lambda request: reverse("texts"),
        lambda request: static("journeys/journeys.js"),
        lambda request: static("accounts/notices.js"),
    ],
    "DASHBOARD_CALLBACK": "journeys.admin.home.context",
    "COMMAND": {"search_models": False, "search_callback": "journeys.admin.search.results"},
    "SIDEBAR": {
        "show_search": True,
        "command_search": True,
        "show_all_applications": False,
        "navigation": "journeys.admin.navigation.areas",
    },
    "COLORS": {
        "primary": {
            "50": "oklch(96.2% .018 272.314)",
            "100": "oklch(93% .034 272.788)",
            "200": "oklch(87% .065 274.039)",
            "300": "oklch(78.5% .115 274.713)",
            "400": "oklch(67.3% .182 276.935)",
            "500": "oklch(58.5% .233 277.117)",
            "600": "oklch(51.1% .262 276.966)",
            "700": "oklch(45.7% .24 277.023)",
            "800": "oklch(39.8% .195 277.366)",
            "900": "oklch(35.9% .144 278.697)",
            "950": "oklch(25.7% .09 281.288)",
        },
    },
}
