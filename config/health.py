"""Is it alive, and is it ready? For load balancers and monitoring: no login, no secrets, JSON."""

from __future__ import annotations

import logging
from threading import Event
from typing import Any

from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from journeys.engine import liveness
from journeys.engine.worker import database_clock
from journeys.models import EngineState

logger = logging.getLogger(__name__)

# Set once the database was seen with all migrations: they are not undone under a running process.
migrated = Event()


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers; nothing else is asked."""
    return JsonResponse({"status": "alive"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Whether this process can do its work (503 if not), and how the engine is doing."""
    try:
        if missing := missing_migrations():
            return _not_ready(database="reachable", missing_migrations=missing)
        return JsonResponse({"status": "ready", "database": "reachable", "engine": engine()})
    except (DatabaseError, InterfaceError) as error:
        # Without its stack: a probe comes every few seconds.
        logger.error("Not ready, the database does not answer: %s", error)
        connection.close()
        return _not_ready(database="unreachable")


def _not_ready(**why: Any) -> JsonResponse:
    return JsonResponse({"status": "not ready", **why}, status=503)


def missing_migrations() -> int:
    """How many migrations the database lacks."""
    if migrated.is_set():
        return 0
    executor = MigrationExecutor(connection)
    missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if not missing:
        migrated.set()
    return missing


def engine() -> dict[str, Any]:
    """The engine's numbers: how late it is, who would never wake, its last round, whether it is held."""
    state = EngineState.objects.filter(pk=1).first()
    return {
        "lag_seconds": round(liveness.lag(database_clock()).total_seconds(), 1),
        "asleep": liveness.asleep(),
        "last_round_at": state.last_round_at if state else None,
        "held": bool(state and state.held_at),
    }
