"""What never comes to a view of the API: URLs that are nothing, and requests that fail before. Never a page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.views import defaults
from django.views.decorators.csrf import csrf_exempt

from accounts.api.problem import document, respond

PLACE = "/api/"


@csrf_exempt
def not_found(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    """404; a forgotten slash at the end is pointed out."""
    hint = f" Did you mean {request.path}/ ?" if _is_there(f"{request.path}/") else ""
    detail = f"There is nothing at this URL.{hint}"
    return respond(document(404, "not_found", detail, instance=request.path))


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404 of Django itself: a problem below /api/, its page elsewhere."""
    return (
        not_found(request) if request.path.startswith(PLACE) else defaults.page_not_found(request, exception)
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400 of Django itself (an unknown host, say): a problem below /api/, its page elsewhere."""
    if not request.path.startswith(PLACE):
        return defaults.bad_request(request, exception)
    return respond(document(400, "bad_request", "The request cannot be answered.", instance=request.path))


def server_error(request: HttpRequest) -> HttpResponse:
    """500 outside of a view (the session's database, say): a problem below /api/, Django's page elsewhere."""
    if not request.path.startswith(PLACE):
        return defaults.server_error(request)
    return respond(document(500, "error", "Server Error (500)", instance=request.path))


def _is_there(path: str) -> bool:
    try:
        return resolve(path).func is not not_found
    except Resolver404:
        return False
