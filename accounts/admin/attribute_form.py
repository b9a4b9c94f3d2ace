"""A form out of the list of attributes, built in and custom. It only reads what was typed; services check it.

Each field carries what the page showed (a hidden initial value), so that two people who edit one account at once
write only what each has changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.attributes import Attribute, Subject, all_of, json_value
from accounts.models import Account, Person
from accounts.services.checking import current

SECTIONS: dict[Subject, Sequence[tuple[Any, str]]] = {
    "account": (
        (_("Company"), "name domain external_id industry sic_code"),
        (_("Size"), "employees annual_revenue"),
        (_("Place"), "city state country time_zone"),
        (_("Responsible"), "owner_email"),
    ),
    "person": (
        (_("Person"), "email first_name last_name job_title external_id date_of_birth language"),
        (_("Contact"), "phone mobile_phone city state country postal_code time_zone"),
        (_("Consent"), "consent_email consent_sms unsubscribed unsubscribed_reason"),
        (_("State"), "email_invalid email_suspended marketing_suspended is_test"),
    ),
}
HELP = {
    "account.external_id": _("What your other systems call it; imports find it again by this."),
    "account.domain": _("Only the domain, for example example.com."),
    "account.time_zone": _("An IANA time zone, for example Europe/Berlin."),
    "account.owner_email": _("Email of the colleague who looks after it."),
    "person.external_id": _("What your other systems call it; imports find it again by this."),
    "person.time_zone": _("An IANA time zone, for example Europe/Berlin."),
    "person.is_test": _("For trying journeys out; left out of statistics."),
}
YES_NO = (("", _("Not given")), ("yes", _("Yes")), ("no", _("No")))


class AttributeForm(forms.Form):
    """The values of an account or person (None: a new one)."""

    def __init__(
        self, subject: Subject, row: Account | Person | None, data: Any = None, *, read_only: bool = False
    ) -> None:
        self.attributes = {field_name(a): a for a in all_of(subject) if a.editable}
        self.subject = subject
        initial = {name: shown(a, current(row, a)) for name, a in self.attributes.items()} if row else {}
        super().__init__(data, initial=initial)
        for name, attribute in self.attributes.items():
            self.fields[name] = made = field(attribute)
            made.disabled = read_only
            made.show_hidden_initial = row is not None and not read_only

    def changes(self) -> dict[str, Any]:
        """What was changed on the page, as services take it: `{"name": …, "custom": {…}}`."""
        values: dict[str, Any] = {}
        for name in self.changed_data:
            attribute = self.attributes[name]
            target = values.setdefault("custom", {}) if attribute.is_custom else values
            target[attribute.key] = typed(attribute, self.cleaned_data[name])
        return values

    def sections(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The fields under their headings; custom ones last."""
        found = [(title, [self[key] for key in keys.split()]) for title, keys in SECTIONS[self.subject]]
        custom = [self[name] for name, attribute in self.attributes.items() if attribute.is_custom]
        return [*found, (_("Custom attributes"), custom)] if custom else found


def field_name(attribute: Attribute) -> str:
    """Its name in the form; findings of services carry the same parts."""
    return f"custom__{attribute.key}" if attribute.is_custom else attribute.key


def shown(attribute: Attribute, value: Any) -> Any:
    """A stored value as the form shows it."""
    if attribute.type == "yes_no" and attribute.is_custom:
        return "" if value is None else "yes" if value else "no"
    if isinstance(value, Decimal):
        return json_value(attribute, value)
    return value


def typed(attribute: Attribute, value: Any) -> Any:
    """What a service takes; nothing typed: null, which clears."""
    if attribute.type == "yes_no" and attribute.is_custom:
        return {"yes": True, "no": False}.get(value)
    return None if value in (None, "") else value


def field(attribute: Attribute) -> forms.Field:
    """The field of a type. Whether a value fits is up to the services."""
    options: dict[str, Any] = {
        "label": attribute.label,
        "required": not attribute.clearable,
        "help_text": HELP.get(attribute.name, ""),
    }
    if attribute.type == "yes_no" and not attribute.is_custom:
        return forms.BooleanField(widget=forms.CheckboxInput, **{**options, "required": False})
    if attribute.type in ("yes_no", "choice"):
        choices = YES_NO if attribute.type == "yes_no" else _choices(attribute)
        return forms.ChoiceField(choices=choices, widget=forms.Select, **options)
    if attribute.type == "number":
        widget = forms.TextInput(attrs={"inputmode": "decimal"})
        return forms.DecimalField(widget=widget, **options)
    if attribute.type == "date":
        return forms.DateField(widget=DateInput, **options)
    return forms.CharField(widget=forms.TextInput, **options)


class DateInput(forms.DateInput):
    """The browser's own date picker."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def _choices(attribute: Attribute) -> Iterable[tuple[str, Any]]:
    return [("", _("Not given")), *attribute.choices]
