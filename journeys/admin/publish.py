"""Publish: the review (start, end, zone), the forecast, and then the confirmation (spec 1.5).

The review saves what it asks for in the draft; the confirmation publishes exactly what was shown.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from accounts.errors import Stale
from accounts.findings import Invalid
from accounts.references import name_of
from journeys import services
from journeys.admin import door, forms, frame
from journeys.admin.dialogs import Dialog, done
from journeys.document import files
from journeys.document.graph import START
from journeys.forecast import forecast
from journeys.models import Journey
from journeys.nodes.account_audience import mode_of
from journeys.services.schedule import check_end, check_start
from journeys.validation import find_problems, find_warnings


class Publish(Dialog):
    """Two steps on one page: `?step=confirm` shows the forecast of what the first one has saved."""

    name, title, template = "publish", _("Publish"), "dialogs/publish.html"
    form_class: type[Form] = forms.Schedule

    def initial(self, journey: Journey) -> dict[str, Any]:
        return forms.schedule_of(journey)

    def form(self, request: HttpRequest, journey: Journey) -> Form:
        if "confirm" in request.POST:
            return Form(request.POST)
        if request.method == "POST":
            return self.form_class(request.POST, initial=self.initial(journey))
        return super().form(request, journey)

    def context(self, request: HttpRequest, journey: Journey) -> dict[str, Any]:
        if not journey.is_editable:
            return {}
        now, draft = timezone.now(), frame.draft_of(journey)
        problems = find_problems(journey, now=now)
        confirming = not problems and (request.GET.get("step") == "confirm" or "confirm" in request.POST)
        found = {
            "problems": problems, "warnings": find_warnings(journey, now=now), "audience": audience(journey),
            "revision": draft.revision, "confirming": confirming, "n_nodes": len(draft.nodes),
            "document_url": door.to("document", journey.pk),
        }  # fmt: skip
        return {**found, **self._confirmed(journey, now)} if confirming else found

    def _confirmed(self, journey: Journey, now: datetime) -> dict[str, Any]:
        starts, ends = journey.starts_at, journey.ends_at
        return {
            "forecast": forecast(journey, now=now),
            "start": starts.isoformat() if starts else "",
            "end": ends.isoformat() if ends else "",
            "starts": frame.local(starts, journey) if starts else "",
            "ends": frame.local(ends, journey) if ends else "",
        }

    def act(self, request: HttpRequest, journey: Journey, form: Form) -> HttpResponse:
        if isinstance(form, forms.Schedule):
            return self._review(request, journey, form)
        self._refuse_another_map(request, journey)
        start, end = request.POST.get("start") or None, moment(request.POST.get("end", ""))
        published = services.publish(
            journey, start=moment(start) if start else None, end=end, **door.said(request)
        )
        return done(request, _said(published), self.back(journey))

    def _review(self, request: HttpRequest, journey: Journey, form: forms.Schedule) -> HttpResponse:
        """Check start and end as publishing will, and keep them in the draft."""
        given, now = form.instants(), timezone.now()
        wrong = [
            *check_start(given["start"], now=now),
            *check_end(given["end"], start=given["start"] or now, now=now),
        ]
        if wrong and journey.is_editable:
            raise Invalid([finding if finding.at != ("start",) else _at_start(finding) for finding in wrong])
        if given != _schedule(journey):
            services.edit(journey, changes=given, **door.said(request))
        elif not journey.is_editable:
            services.publish(journey, **door.said(request))  # refuses, in its words
        return HttpResponseRedirect(f"{door.to('publish', journey.pk)}?step=confirm")

    def _refuse_another_map(self, request: HttpRequest, journey: Journey) -> None:
        revision = request.POST.get("revision", "")
        if journey.is_editable and revision and revision != str(frame.draft_of(journey).revision):
            raise Stale(
                str(_("The map has been changed since you reviewed it. Look at it again before you publish."))
            )


def _said(published: Journey) -> str:
    if published.status == Journey.Status.SCHEDULED and published.starts_at:
        starts = frame.local(published.starts_at, published)
        return _("“%(name)s” is scheduled for %(time)s.") % {"name": published.name, "time": starts}
    return _("“%(name)s” is live.") % {"name": published.name}


def moment(text: str) -> datetime | None:
    """An instant from a hidden field; None when it is none."""
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None


def _at_start(finding: Any) -> Any:
    return type(finding)(finding.code, finding.message, ("start_at",))


def _schedule(journey: Journey) -> dict[str, Any]:
    # The form knows minutes only: seconds that a file gave would read as a change.
    zone = ZoneInfo(journey.time_zone)
    return {
        "start": journey.starts_at.astimezone(zone).replace(second=0, microsecond=0)
        if journey.starts_at
        else None,
        "end": journey.ends_at.astimezone(zone).replace(second=0, microsecond=0) if journey.ends_at else None,
        "time_zone": journey.time_zone,
    }


def audience(journey: Journey) -> str:
    """ "the account list “Enterprise”, continuous": whom the journey takes in."""
    start = next((node for node in files.map_of(journey) if node["kind"] == START), None)
    settings = (start or {}).get("settings") or {}
    for key, label in (("account_list", _("Account list")), ("audience", _("Audience"))):
        if settings.get(key):
            mode = Journey.Mode(mode_of(settings)).label
            return f"{label} “{name_of(settings[key])}”, {str(mode).lower()}"
    return ""
