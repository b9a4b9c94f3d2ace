"""The dialogs that end something: close, abort, delete. Each says what will happen, in numbers."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from journeys import services
from journeys.admin import door, progress
from journeys.admin.dialogs import Dialog, done
from journeys.models import Journey

# Journeys that point here and are named; of the rest the number is said.
NAMED = 20


def pointing(journeys: Collection[Journey]) -> dict[str, Any]:
    """The Draft, Scheduled and Live journeys whose actions name one of these: some, and how many there are more."""
    found = services.pointing_at(journeys)
    named = list(found[: NAMED + 1])
    more = found.count() - NAMED if len(named) > NAMED else 0
    return {"pointing": named[:NAMED], "more_pointing": more, "targets": len(journeys)}


def inside(journey: Journey) -> dict[str, Any]:
    found = progress.of_journeys([journey.pk])[journey.pk]
    return {"progress": found, "inside": found.active + found.failed}


class Close(Dialog):
    """Live → Closed."""

    name, title, template = "close", _("Close to new entries"), "dialogs/close.html"

    def context(self, request: HttpRequest, journey: Journey) -> dict[str, Any]:
        return {**pointing([journey]), **inside(journey)}

    def act(self, request: HttpRequest, journey: Journey, form: Form) -> HttpResponse:
        services.close(journey, **door.said(request))
        said = _("“%(name)s” is closed to new entries.") % {"name": journey.name}
        return done(request, said, self.back(journey))


class Abort(Dialog):
    """Scheduled, Live or Closed → Aborted."""

    name, title, template = "abort", _("Abort"), "dialogs/abort.html"
    submit = _("Abort for good")

    def context(self, request: HttpRequest, journey: Journey) -> dict[str, Any]:
        return {**pointing([journey]), **inside(journey)}

    def act(self, request: HttpRequest, journey: Journey, form: Form) -> HttpResponse:
        services.abort(journey, **door.said(request))
        said = _("“%(name)s” is aborted. Nobody moves in it any more.") % {"name": journey.name}
        return done(request, said, self.back(journey))


class Delete(Dialog):
    """For good."""

    name, title, template = "delete", _("Delete"), "dialogs/delete.html"
    submit = _("Delete for good")

    def context(self, request: HttpRequest, journey: Journey) -> dict[str, Any]:
        draft = getattr(journey, "draft", None)
        return {**pointing([journey]), **inside(journey), "n_nodes": len(draft.nodes) if draft else 0}

    def act(self, request: HttpRequest, journey: Journey, form: Form) -> HttpResponse:
        services.delete(journey, **door.said(request))
        return done(request, _("“%(name)s” is deleted.") % {"name": journey.name}, door.to("changelist"))
