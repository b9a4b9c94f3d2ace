"""What lies under /api/ and is nothing: a problem, never a page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.views.decorators.csrf import csrf_exempt

from accounts.api.problem import document, respond


@csrf_exempt
def not_found(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    """404; a forgotten slash at the end is pointed out."""
    hint = f" Did you mean {request.path}/ ?" if _is_there(f"{request.path}/") else ""
    detail = f"There is nothing at this URL.{hint}"
    return respond(document(404, "not_found", detail, instance=request.path))


def _is_there(path: str) -> bool:
    try:
        return resolve(path).func is not not_found
    except Resolver404:
        return False
