"""Dialogs that change fields: settings, re-entry, email deduplication. Only a draft's, but for the end date."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from accounts.admin import seen as version
from accounts.errors import Stale
from journeys import services
from journeys.admin import door, forms, frame
from journeys.admin.dialogs import STALE, Dialog, done
from journeys.models import Journey
from journeys.nodes.timing import instant_of


class Change(Dialog):
    """A dialog that edits; refused with what is there now when somebody else has saved meanwhile."""

    template = "dialogs/change.html"
    submit = _("Save")

    def offered(self, journey: Journey) -> bool:
        return journey.is_editable

    def context(self, request: HttpRequest, journey: Journey) -> dict[str, Any]:
        return {"seen": version.shown(request, journey), "facts": frame.facts(journey)}

    def show(
        self, request: HttpRequest, journey: Journey, form: Form, *, status: int = 200, **context: Any
    ) -> HttpResponse:
        newer = version.newer(form, journey, is_stale=status == STALE)
        return super().show(request, journey, form, status=status, newer=newer, **context)

    def form(self, request: HttpRequest, journey: Journey) -> Form:
        form = self.form_for(journey)(
            request.POST if request.method == "POST" else None, initial=self.initial(journey)
        )
        for field in form.fields.values():
            field.disabled = not self.offered(journey)
        return form

    def form_for(self, journey: Journey) -> type[Form]:
        return self.form_class

    def changes(self, form: Form) -> dict[str, Any]:
        """The fields to change, as the document has them."""
        raise NotImplementedError

    def act(self, request: HttpRequest, journey: Journey, form: Form) -> HttpResponse:
        self._save(request, journey, self.changes(form))
        return done(request, str(_("Saved.")), self.back(journey))

    def _save(self, request: HttpRequest, journey: Journey, changes: Mapping[str, Any]) -> Journey:
        return services.edit(journey, changes=changes, unchanged_since=seen(request), **door.said(request))


def seen(request: HttpRequest) -> datetime | None:
    """The `updated_at` that the form was made from.

    :raises Stale: if it is none
    """
    given = version.given(request)
    try:
        moment = parse_datetime(given) if given else None
    except ValueError:
        moment = None
    if given and moment is None:
        raise Stale(str(_("This form is not the page's own; open it again.")))
    return moment


class Settings(Change):
    """Description, start, end and zone of a draft; the end date of one that is under way."""

    name, title = "settings", _("Settings")

    def offered(self, journey: Journey) -> bool:
        return journey.is_editable or "change_end" in services.allowed_actions(journey)

    def form_for(self, journey: Journey) -> type[Form]:
        return forms.Settings if journey.is_editable else forms.End

    def initial(self, journey: Journey) -> dict[str, Any]:
        return {**forms.schedule_of(journey), "description": journey.description}

    def act(self, request: HttpRequest, journey: Journey, form: Form) -> HttpResponse:
        if isinstance(form, forms.Settings):
            self._save(request, journey, {"description": form.cleaned_data["description"], **form.instants()})
        else:
            end = instant_of(form.cleaned_data["end"], ZoneInfo(journey.time_zone))
            services.change_end(journey, end=end, **door.said(request))
        return done(request, str(_("Saved.")), self.back(journey))


class ReEntry(Change):
    """Whether and when an account may come in again."""

    name, title = "re_entry", _("Re-entry")
    form_class = forms.ReEntry

    def initial(self, journey: Journey) -> dict[str, Any]:
        return {
            "enabled": journey.re_entry_enabled,
            "timing": journey.re_entry_timing,
            "delay_value": journey.re_entry_delay,
            "delay_unit": journey.re_entry_delay_unit,
            "entry_limit": journey.re_entry_limit,
        }

    def changes(self, form: Form) -> dict[str, Any]:
        given = form.cleaned_data
        delay = {"value": given["delay_value"], "unit": given["delay_unit"]}
        re_entry = {
            "enabled": given["enabled"],
            "timing": given["timing"],
            "delay": delay,
            "entry_limit": given["entry_limit"],
        }
        return {"re_entry": re_entry}


class Deduplication(Change):
    """Once to an address, or as often as it comes."""

    name, title = "deduplication", _("Email deduplication")
    form_class = forms.Deduplication

    def initial(self, journey: Journey) -> dict[str, Any]:
        return {"email_deduplication": journey.email_deduplication}

    def changes(self, form: Form) -> dict[str, Any]:
        return dict(form.cleaned_data)
