"""What staff, clients and the system do with journeys. Each is one transaction: all happens, or nothing.

    drafts      create, edit (name, settings; end date)
    maps        save_map, undo
    lifecycle   publish, start, close, abort, finish
    duplicate   a copy, whole or without details
    files       import_journey, export
    hold        hold, release; the whole engine too
    delete      delete
    allowed     which of these a status allows; pointing a journey that others point to

`by` is who asks (None: the system, or a command on the server), `now` the moment, `interface` from where.
A wrong status is `Conflict`, a missing permission `PermissionDenied`, what cannot be saved `Invalid`, a draft
with problems `CannotPublish`, somebody else's save in between `Stale`. All load the journey anew: the one
that is given may be old, or `Journey(pk=…)`.
"""

from __future__ import annotations

from journeys.services.allowed import ALLOWED, allowed_actions
from journeys.services.delete import delete
from journeys.services.drafts import change_end, create, edit, rename
from journeys.services.duplicate import PARTIAL_CONTENT, WITHOUT_DETAILS, default_name, duplicate
from journeys.services.files import export, import_document, import_journey
from journeys.services.hold import hold, hold_engine, release, release_engine
from journeys.services.lifecycle import CannotPublish, abort, close, close_at_end, finish, publish, start
from journeys.services.maps import save_map, undo
from journeys.services.pointing import pointing_at, pointing_here

__all__ = [
    "ALLOWED",
    "PARTIAL_CONTENT",
    "WITHOUT_DETAILS",
    "CannotPublish",
    "abort",
    "allowed_actions",
    "change_end",
    "close",
    "close_at_end",
    "create",
    "default_name",
    "delete",
    "duplicate",
    "edit",
    "export",
    "finish",
    "hold",
    "hold_engine",
    "import_document",
    "import_journey",
    "pointing_at",
    "pointing_here",
    "publish",
    "release",
    "release_engine",
    "rename",
    "save_map",
    "start",
    "undo",
]
