"""Idempotency-Key: a POST that is sent again is answered again, not done again, for 24 hours (spec 6.2).

The key is written first, in the transaction that does the work: who comes with the same key meanwhile waits
for its end, and a worker that dies leaves neither the work nor the key. Every answer below 500 is kept.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.core.files import File
from django.db import OperationalError, transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import clock
from accounts.api.parsers import raw_body
from accounts.api.problem import Refusal
from accounts.models import IdempotencyKey
from accounts.sql import Sql, run, sql

HEADER = "Idempotency-Key"
LONGEST = 200
KEPT_FOR = timedelta(hours=24)
PATIENCE = "5s"
LOCK_NOT_AVAILABLE = "55P03"
# Headers that belong to the answer.
HEADERS = ("Content-Type", "Location", "ETag")
# Old keys that one new key takes away.
TIDIED = 50

Handler = Callable[..., HttpResponseBase]


def once(view: Any, handler: Handler) -> Handler:
    """The handler of a POST, done once for each key of its user."""

    def answer(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        key, asked = _key(request), fingerprint(request)
        with transaction.atomic():
            kept = _claim(int(request.user.pk or 0), key, asked, clock.now())
            if kept.status is not None:
                return _again(kept)
            response = _answered(view, handler, request, *args, **kwargs)
            if response.status_code < 500:
                _keep(kept, response, view)
            else:
                transaction.set_rollback(True)
        return response

    return answer


def fingerprint(request: Request) -> str:
    """What was asked, in short: of a form its values and files, of everything else the bytes."""
    digest = sha256()
    if (request.content_type or "").startswith("multipart/"):
        form: Any = request.data
        for name, value in sorted(form.items()):
            digest.update(sha256(name.encode()).digest() + _digest(value))
    else:
        digest.update(raw_body(request))
    path = sha256(request.get_full_path().encode()).hexdigest()[:32]
    return f"{request.method} {request.path[:150]} {path} {digest.hexdigest()}"


def _digest(value: Any) -> bytes:
    """Of a value of a form, or of a file, which is read piece by piece."""
    if not isinstance(value, File):
        return sha256(str(value).encode()).digest()
    digest = sha256()
    for piece in value.chunks():
        digest.update(piece)
    value.seek(0)
    return digest.digest()


def _key(request: Request) -> str:
    key = request.headers[HEADER]
    if not 1 <= len(key) <= LONGEST or not key.isascii() or not key.isprintable():
        raise Refusal(400, "invalid", f"{HEADER}: 1 to {LONGEST} printable characters are needed.")
    return key


def _claim(user_id: int, key: str, asked: str, now: datetime) -> IdempotencyKey:
    """The row of this key: a new one of ours, or the one with the answer.

    :raises Refusal: 409, if the key was used for something else, or the first request is still under way
    """
    _tidy(now)
    own = IdempotencyKey(user_id=user_id, key=key, request=asked, created_at=now)
    _insert(own)
    kept = IdempotencyKey.objects.get(user_id=user_id, key=key)
    if kept.request != asked:
        raise Refusal(409, "idempotency_key_reused", f"This {HEADER} was used for another request.")
    return kept


def _insert(row: IdempotencyKey) -> None:
    """Write it unless it is there; waits for whoever is writing it right now."""
    run(sql("SELECT set_config('lock_timeout', {patience}, true)", patience=PATIENCE))
    try:
        with transaction.atomic():
            IdempotencyKey.objects.bulk_create([row], ignore_conflicts=True)
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != LOCK_NOT_AVAILABLE:
            raise
        message = f"The first request with this {HEADER} is still under way."
        raise Refusal(409, "idempotency_key_in_progress", message) from error
    run(Sql("SET LOCAL lock_timeout TO DEFAULT"))


def _tidy(now: datetime) -> None:
    """Take away some keys that are older than a day, whoever's they are; those that others hold are left."""
    run(sql(
        "DELETE FROM accounts_idempotencykey WHERE id IN (SELECT id FROM accounts_idempotencykey"
        " WHERE created_at <= {old} ORDER BY created_at LIMIT {tidied} FOR UPDATE SKIP LOCKED)",
        old=now - KEPT_FOR, tidied=TIDIED,
    ))  # fmt: skip


def _answered(view: Any, handler: Handler, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
    """What the handler answers, its refusals too; a refusal undoes what it had begun."""
    try:
        with transaction.atomic():
            response = handler(request, *args, **kwargs)
    except Exception as error:
        response = view.handle_exception(error)
    response = view.finalize_response(request, response, *args, **kwargs)
    if isinstance(response, Response):
        response.render()
    return response


def _keep(row: IdempotencyKey, response: Any, view: Any) -> None:
    """Store the answer, without what is shown only once (`view.shown_once`)."""
    text = response.content.decode()
    if view.shown_once and response.status_code < 300:
        text = json.dumps({**json.loads(text), **dict.fromkeys(view.shown_once)})
    row.status, row.body = response.status_code, text
    row.headers = {name: response[name] for name in HEADERS if name in response}
    row.save(update_fields=["status", "body", "headers"])


def _again(row: IdempotencyKey) -> HttpResponse:
    headers = {**row.headers, "Idempotency-Replayed": "true"}
    return HttpResponse(row.body or "", status=row.status, headers=headers)
