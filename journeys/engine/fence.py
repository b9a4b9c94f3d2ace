"""The journey's fence: movers hold it shared while they move, services take it alone (docs/engine.md, The fence).

Advisory locks of the transaction, never row locks: they are fair, so a stream of movers cannot keep an abort
out. A mover only tries, which also fails while somebody waits for the fence alone. What must be true is read in
a statement *after* the lock: the lock's own statement still sees the world from before it.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _

from accounts.errors import Conflict
from accounts.sql import join, row, run, sql

# The first number of the two-number advisory locks; each names one use, over all the project.
MOVING = 7401
ADMITTING = 7402
PICKING = 7403
WORKER = 7404
FOLDING = 7405

TRIES = 3
PATIENCE = "5s"
LOCK_NOT_AVAILABLE = "55P03"


def try_shared(kind: int, journey_ids: Collection[int]) -> bool:
    """Hold these fences together with other movers until the transaction ends; False: leave them be for now."""
    ordered = sorted(set(journey_ids))
    if not ordered:
        return True
    tries = join(
        ", ", [sql("pg_try_advisory_xact_lock_shared({kind}, {id})", kind=kind, id=i) for i in ordered]
    )
    taken = row(sql("SELECT {tries}", tries=tries))
    return taken is not None and all(taken)


def try_alone(kind: int, key: int) -> bool:
    """Take a lock alone until the transaction ends, or leave it."""
    taken = row(sql("SELECT pg_try_advisory_xact_lock({kind}, {key})", kind=kind, key=key))
    return taken is not None and bool(taken[0])


def alone(journey_id: int, *, kind: int = MOVING) -> None:
    """Take the fence alone until the transaction ends; waits for the batches that are moving.

    :raises Conflict: if a batch (of a stopped worker, say) is still not through after fifteen seconds
    """
    for _attempt in range(TRIES):
        if _wait(journey_id, kind):
            return
    raise Conflict("busy", _("A batch of this journey is still finishing; try again in a moment."))


def _wait(journey_id: int, kind: int) -> bool:
    run(sql("SELECT set_config('lock_timeout', {patience}, true)", patience=PATIENCE))
    try:
        with transaction.atomic():
            row(sql("SELECT pg_advisory_xact_lock({kind}, {id})", kind=kind, id=journey_id))
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != LOCK_NOT_AVAILABLE:
            raise
        return False
    finally:
        if not connection.needs_rollback:
            run(sql("SELECT set_config('lock_timeout', '0', true)"))
    return True
