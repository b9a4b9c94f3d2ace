"""Every route of the API, as the URL configuration has them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from tests.conftest import NO_ID


@dataclass(frozen=True)
class Route:
    """`place` is the pattern below /api/v1/; `path` is a URL that matches it, with ids that nobody has."""

    method: str
    place: str
    view: Any
    action: str

    @property
    def path(self) -> str:
        given = {"id": str(NO_ID), "slug": "fit", "str": "tl_000000000000"}
        return "/api/v1/" + re.sub(r"<(\w+):\w+>", lambda found: given[found[1]], self.place)

    def __str__(self) -> str:
        return f"{self.method} {self.place}"


def routes() -> list[Route]:
    """All of them, in the order of the URLs."""
    return [route for place, pattern in _patterns(get_resolver(), "") for route in _of(place, pattern)]


def _patterns(resolver: URLResolver, before: str) -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        place = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _patterns(pattern, place)
        elif place.startswith("api/v1/"):
            yield place.removeprefix("api/v1/"), pattern


def _of(place: str, pattern: URLPattern) -> Iterator[Route]:
    view: Any = pattern.callback
    for method, action in view.actions.items():
        if method != "head":
            yield Route(method.upper(), place, view.cls, action)
