from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import path
from rest_framework.routers import SimpleRouter

from journeys.api.account_journeys import AccountJourneysViewSet
from journeys.api.engine import EngineViewSet
from journeys.api.entries import EntriesOfJourneyViewSet, EntryViewSet
from journeys.api.files import FileViewSet
from journeys.api.history import HistoryViewSet
from journeys.api.journeys import JourneyViewSet
from journeys.api.maps import MapViewSet
from journeys.api.node_kinds import NodeKindViewSet
from journeys.api.reports import ReportViewSet
from journeys.api.transitions import TransitionViewSet
from journeys.api.why import WhyViewSet

router = SimpleRouter(use_regex_path=False)
router.register("entries", EntryViewSet, "entries")


def of_journeys(view: Any, **methods: Any) -> Callable[..., Any]:
    """The view of a resource under `journeys`."""
    made: Callable[..., Any] = view.as_view(methods, basename="journeys")
    return made


# What a journey has by itself: the last part of the URL, and its view.
PARTS: dict[str, Callable[..., Any]] = {
    "map": of_journeys(MapViewSet, get="map", put="save_map"),
    "map/undo": of_journeys(MapViewSet, post="undo_map"),
    "publish": of_journeys(TransitionViewSet, post="publish"),
    "close": of_journeys(TransitionViewSet, post="close"),
    "abort": of_journeys(TransitionViewSet, post="abort"),
    "hold": of_journeys(TransitionViewSet, post="hold"),
    "release": of_journeys(TransitionViewSet, post="release"),
    "duplicate": of_journeys(TransitionViewSet, post="duplicate"),
    "export": of_journeys(FileViewSet, get="export"),
    "problems": of_journeys(ReportViewSet, get="problems"),
    "exits": of_journeys(ReportViewSet, get="exits"),
    "forecast": of_journeys(ReportViewSet, get="forecast"),
    "counters": of_journeys(ReportViewSet, get="counters"),
    "pointing": of_journeys(ReportViewSet, get="pointing"),
    "why": of_journeys(WhyViewSet, get="why"),
    "entries": EntriesOfJourneyViewSet.as_view({"get": "list"}, basename="journey-entries"),
    "history": HistoryViewSet.as_view({"get": "list"}, basename="history"),
}
ONE: dict[str, Any] = {"get": "retrieve", "patch": "partial_update", "delete": "destroy"}

urlpatterns = [
    path("journeys/", JourneyViewSet.as_view({"get": "list", "post": "create"}, basename="journeys")),
    path("journeys/import/", of_journeys(FileViewSet, post="import_")),
    path("journeys/<id:journey_id>/", JourneyViewSet.as_view(ONE, basename="journeys")),
    *(path(f"journeys/<id:journey_id>/{part}/", view) for part, view in PARTS.items()),
    path(
        "accounts/<id:account_id>/journeys/",
        AccountJourneysViewSet.as_view({"get": "list"}, basename="account-journeys"),
    ),
    *router.urls,
    path("node-kinds/", NodeKindViewSet.as_view({"get": "list"}, basename="node-kinds")),
    path("document-schema/", NodeKindViewSet.as_view({"get": "document"}, basename="node-kinds")),
    path("engine/", EngineViewSet.as_view({"get": "read"}, basename="engine")),
    path("engine/hold/", EngineViewSet.as_view({"post": "hold"}, basename="engine")),
    path("engine/release/", EngineViewSet.as_view({"post": "release"}, basename="engine")),
]
