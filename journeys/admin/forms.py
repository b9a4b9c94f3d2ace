"""The forms of the dialogs. What a field may be is checked by the services; these only read what was typed."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any, cast
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from journeys.document.field_checks import DESCRIPTION_LENGTH, NAME_LENGTH
from journeys.instants import FIRST_YEAR, LAST_YEAR
from journeys.models import Journey
from journeys.nodes.timing import instant_of, is_zone
from journeys.services import PARTIAL_CONTENT, WITHOUT_DETAILS

IMMEDIATELY, LATER = "immediately", "later"


@cache
def zones() -> list[tuple[str, str]]:
    """The IANA zones that name a place, UTC first."""
    named = sorted(
        zone
        for zone in available_timezones()
        if "/" in zone and not zone.startswith(("Etc/", "posix/", "right/"))
    )
    return [("UTC", "UTC"), *((zone, zone.replace("_", " ")) for zone in named)]


class LocalMoment(forms.DateTimeField):
    """A date and time as a clock on the wall shows it; its zone is another field."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local", "step": "60"}, format="%Y-%m-%dT%H:%M")

    def to_python(self, value: Any) -> datetime | None:
        if value in self.empty_values:
            return None
        try:
            moment = datetime.fromisoformat(str(value)).replace(tzinfo=None)
        except ValueError:
            moment = None
        if moment is None or not FIRST_YEAR < moment.year < LAST_YEAR:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return moment

    def prepare_value(self, value: Any) -> Any:
        return value


class Create(forms.Form):
    """A new journey."""

    name = forms.CharField(
        label=_("Name"), max_length=NAME_LENGTH, widget=forms.TextInput(attrs={"autofocus": True})
    )
    description = forms.CharField(
        label=_("Description"), required=False, max_length=DESCRIPTION_LENGTH, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What it is for, for your colleagues."),
    )  # fmt: skip


class Import(forms.Form):
    """A journey out of a file."""

    file = forms.FileField(label=_("File"), help_text=_("YAML or JSON, as a journey is exported."))
    name = forms.CharField(
        label=_("Name"),
        required=False,
        max_length=NAME_LENGTH,
        help_text=_("In the place of the one in the file."),
    )


class Duplicate(Create):
    """A copy."""

    type = forms.ChoiceField(
        label=_("Type"),
        initial=PARTIAL_CONTENT,
        widget=forms.RadioSelect,
        choices=[
            (PARTIAL_CONTENT, _("Partial content duplication")),
            (WITHOUT_DETAILS, _("Duplicate without details")),
        ],
    )


class Schedule(forms.Form):
    """Start, end and their zone, which may be any that the journey has already. `instants` gives the instants."""

    start_when = forms.ChoiceField(
        label=_("Start"), widget=forms.RadioSelect,
        choices=[(IMMEDIATELY, _("Immediately")), (LATER, _("At a date and time"))],
    )  # fmt: skip
    start_at = LocalMoment(label=_("Start at"), required=False)
    end = LocalMoment(label=_("End"), help_text=_("At most three years after the start."))
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=zones, help_text=_("Of these times, and the default of every wait.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = self.initial.get("time_zone")
        # Else the browser would choose the first, and saving would change the zone unseen.
        if is_zone(own) and own not in dict(zones()):
            cast(forms.ChoiceField, self.fields["time_zone"]).choices = [(own, own), *zones()]

    def clean(self) -> dict[str, Any]:
        given = dict(super().clean() or {})
        if (
            given.get("start_when") == LATER
            and given.get("start_at") is None
            and "start_at" not in self.errors
        ):
            self.add_error("start_at", _("Choose when it starts."))
        return given

    def instants(self) -> dict[str, Any]:
        """Start (None: immediately) and end as instants, with the zone, as the document has them."""
        given = self.cleaned_data
        zone = ZoneInfo(given["time_zone"])
        start = given["start_at"] if given["start_when"] == LATER else None
        return {
            "start": instant_of(start, zone) if start else None,
            "end": instant_of(given["end"], zone) if given["end"] else None,
            "time_zone": given["time_zone"],
        }


def schedule_of(journey: Journey) -> dict[str, Any]:
    """What the form shows of a journey."""
    zone = ZoneInfo(journey.time_zone) if is_zone(journey.time_zone) else ZoneInfo("UTC")
    return {
        "start_when": LATER if journey.starts_at else IMMEDIATELY, "time_zone": journey.time_zone,
        "start_at": on_the_wall(journey.starts_at, zone), "end": on_the_wall(journey.ends_at, zone),
    }  # fmt: skip


def on_the_wall(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    return moment.astimezone(zone).replace(tzinfo=None) if moment else None


class Settings(Schedule):
    """All of a draft's fields but its name."""

    description = forms.CharField(
        label=_("Description"),
        required=False,
        max_length=DESCRIPTION_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    end = LocalMoment(label=_("End"), required=False, help_text=_("Needed to publish."))
    field_order = ("description",)


class End(forms.Form):
    """What may still be changed of a published journey."""

    end = LocalMoment(label=_("End"), help_text=_("In the future, and at most three years after the start."))


class ReEntry(forms.Form):
    """Whether and when an account may come in again."""

    enabled = forms.BooleanField(label=_("Accounts may enter again"), required=False)
    timing = forms.ChoiceField(
        label=_("The delay counts"), choices=Journey.ReEntryTiming.choices, widget=forms.RadioSelect
    )
    delay_value = forms.IntegerField(label=_("Delay"), min_value=1, max_value=10_000)
    delay_unit = forms.ChoiceField(label=_("Unit"), choices=Journey.DelayUnit.choices)
    entry_limit = forms.IntegerField(
        label=_("Entry limit"),
        min_value=1,
        max_value=1_000_000,
        help_text=_("How often an account may enter in all."),
    )


class Deduplication(forms.Form):
    """Whether an email goes once to an address."""

    email_deduplication = forms.BooleanField(
        label=_("Send an email of this journey only once to the same address"), required=False,
        help_text=_("Also when several people or accounts have it."),
    )  # fmt: skip


class Hold(forms.Form):
    """Why it is held."""

    because = forms.CharField(
        label=_("Why"), max_length=500, widget=forms.TextInput(attrs={"autofocus": True}),
        help_text=_("Your colleagues read this on the journey's page."),
    )  # fmt: skip


class HoldEngine(Hold):
    """Why all of them are."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        said = _("Your colleagues read this on the home page and on the pages of the journeys.")
        self.fields["because"].help_text = said
