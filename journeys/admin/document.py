"""The tab Document: the map as text, with its problems beside it (until it is drawn, this is where it is built)."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import Conflict, Stale
from accounts.findings import Finding, Invalid
from journeys import services
from journeys.admin import door, frame, offers, places
from journeys.admin.dialogs import allowed_words
from journeys.document import files, references
from journeys.document.canonical import canonical_nodes
from journeys.document.parse import parse
from journeys.models import DraftRevision, Journey
from journeys.validation import find_warnings

FORMATS = tuple(files.WRITERS)
# Lines of a comparison that are shown.
COMPARED = 200


@dataclass(frozen=True)
class Mark:
    """Something about a place of the text: what is wrong, at which node, on which line (0: not known)."""

    message: str
    node: str
    pointer: str
    line: int
    level: str = "problem"


def page(request: HttpRequest, journey_id: int) -> HttpResponse:
    """Show the text; save it when it is posted."""
    journey = door.journey_of(request, journey_id)
    if request.method != "POST":
        return show(request, journey, format=_format(request.GET.get("format", "")))
    door.require(request, offers.CHANGE)
    return _save(
        request,
        journey,
        request.POST.get("text", "").replace("\r\n", "\n"),
        _format(request.POST.get("format", "")),
    )


def _save(request: HttpRequest, journey: Journey, text: str, format: str) -> HttpResponse:
    shown: dict[str, Any] = {"format": format, "text": text}
    revision = _revision(request)
    try:
        before = frame.draft_of(journey).revision
        saved = services.save_map(journey, nodes=_nodes(text), revision=revision, **door.said(request))
    except Invalid as wrong:
        return show(
            request, journey, **shown, status=400, marks=_marks(text, wrong.findings), revision=revision
        )
    except Stale as stale:
        changed: dict[str, Any] = {
            "stale": str(stale),
            "changed": _changes(journey, revision, format),
            "revision": revision,
        }
        return show(request, journey, **shown, status=412, **changed)
    except Conflict as conflict:
        return show(
            request, journey, **shown, status=409, refused=conflict.message, allowed=allowed_words(journey)
        )
    same = saved.revision == before
    messages.success(request, _("Nothing has changed.") if same else _("The map is saved."))
    return HttpResponseRedirect(f"{door.to('document', journey.pk)}?format={format}")


def _nodes(text: str) -> Any:
    """The nodes that a text holds.

    :raises Invalid: if it cannot be read, or holds something else
    """
    found = parse(text)
    if not isinstance(found, Mapping) or "nodes" not in found:
        said = _("The text must be an object with “nodes”, a list of nodes.")
        if isinstance(found, list):
            said = _("The text is a list. It must be an object with “nodes”; put the list there.")
        raise Invalid([Finding("missing", said)])
    if further := [str(key) for key in found if key != "nodes"]:
        message = _("Only nodes stand here, not %(keys)s: the journey's fields are in its dialogs.") % {
            "keys": ", ".join(further)[:200],
        }  # fmt: skip
        raise Invalid([Finding("unknown_field", message, (further[0],))])
    return found["nodes"]


def undo(request: HttpRequest, journey_id: int) -> HttpResponse:
    """Take the map back to what it was before the last change."""
    journey = door.journey_of(request, journey_id)
    door.require(request, offers.CHANGE)
    try:
        services.undo(journey, revision=_revision(request), **door.said(request))
    except (Conflict, Stale) as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The last change of the map is taken back."))
    return HttpResponseRedirect(
        f"{door.to('document', journey.pk)}?format={_format(request.POST.get('format', ''))}"
    )


def show(
    request: HttpRequest, journey: Journey, *, format: str, text: str | None = None, marks: list[Mark] | None = None,
    revision: int | None = None, status: int = 200, **context: Any,
) -> HttpResponse:  # fmt: skip
    """The tab, with the text of the draft or the one that was just refused."""
    draft = frame.draft_of(journey)
    now = timezone.now()
    problems = frame.problems_of(journey, now)
    own = _text(files.map_of(journey), format)
    if marks is None:
        shown = own if text is None else text
        marks = [] if text is not None and text != own else _of_draft(journey, shown, problems, now)
    last = (
        DraftRevision.objects.filter(journey=journey, number=draft.revision)
        .select_related("saved_by")
        .first()
    )
    editable = journey.is_editable and door.may(request, offers.CHANGE)
    return frame.show(
        request,
        journey,
        "document.html",
        tab="document",
        status=status,
        problems=problems,
        format=format,
        formats=FORMATS,
        text=own if text is None else text,
        marks=marks,
        revision=draft.revision if revision is None else revision,
        current=draft.revision,
        last=last,
        editable=editable,
        can_undo=bool(last and last.back_to),
        is_other_text=text is not None and text != own,
        undo_url=door.to("undo", journey.pk),
        **context,
    )


def _of_draft(journey: Journey, text: str, problems: Sequence[Any], now: Any) -> list[Mark]:
    if not journey.is_editable:
        return []
    warnings = find_warnings(journey, now=now)
    where = places.lines(text, [found.pointer for found in (*problems, *warnings)])
    return [
        Mark(
            found.message, found.node, found.pointer, where.get(found.pointer, 0) if found.node else 0, level
        )
        for level, several in (("problem", problems), ("warning", warnings))
        for found in several
    ]


def _marks(text: str, findings: Iterable[Finding]) -> list[Mark]:
    """What was refused, each with its line."""
    findings = list(findings)
    # A text that could not be read is not read once more: it may be nested without end.
    where = places.lines(text, [finding.pointer for finding in findings if finding.at])
    return [
        Mark(
            finding.message, "", finding.pointer,
            (where.get(finding.pointer, 0) if finding.at else 0) or places.said_in(finding.message), "error",
        )
        for finding in findings
    ]  # fmt: skip


def _changes(journey: Journey, revision: int | None, format: str) -> list[str]:
    """What others have changed since this revision, as a comparison of the texts."""
    seen = DraftRevision.objects.filter(journey=journey, number=revision or 0).first()
    if seen is None:
        return []
    before = _text(canonical_nodes(references.unpin(seen.nodes)), format)
    after = _text(files.map_of(journey), format)
    compared = difflib.unified_diff(
        before.splitlines(), after.splitlines(), "yours was made from", "saved now", lineterm="", n=2
    )
    return list(compared)[2 : COMPARED + 2]


def _text(nodes: Sequence[Mapping[str, Any]], format: str) -> str:
    return files.WRITERS[format]({"nodes": list(nodes)}).decode()


def _format(given: str) -> str:
    return given if given in FORMATS else FORMATS[0]


def _revision(request: HttpRequest) -> int | None:
    """The revision that the text was made from; -1, which no draft has, when it is none."""
    given = request.POST.get("revision", "")
    if not given:
        return None
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 10 else -1
