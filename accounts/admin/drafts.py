"""What is said before something is deleted that drafts name: they keep the name, and have a problem."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

# Of the drafts so many are named.
NAMED = 5


def naming(resource: str, rows: Iterable[Any]) -> list[tuple[str, str]]:
    """How many drafts name one of these rows, and which, as a line of the question; none: no line."""
    given: Mapping[int, str] = {row.pk: row.name for row in rows}
    paths = settings.DRAFT_USERS if given else ()
    found = sorted({name for path in paths for name in import_string(path)(resource, given)})
    if not found:
        return []
    said = ngettext(
        "%(n)s draft of a journey names what goes, and will have a problem: %(names)s.",
        "%(n)s drafts of journeys name what goes, and will have a problem: %(names)s.",
        len(found),
    )
    names = ", ".join(f"“{name}”" for name in found[:NAMED])
    if len(found) > NAMED:
        names = _("%(names)s and %(more)s more") % {"names": names, "more": f"{len(found) - NAMED:,}"}
    return [("edit_note", said % {"n": f"{len(found):,}", "names": names})]
