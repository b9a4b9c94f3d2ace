"""Forms of lists and audiences: a name, a description, a condition."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from accounts.admin import conditions, door
from accounts.conditions import check
from accounts.findings import Finding, Invalid
from accounts.models import AccountList
from accounts.services.saving import DESCRIPTION_LENGTH, NAME_LENGTH

T = TypeVar("T")
PREVIEW = reverse_lazy("admin:accounts_audience_preview")


class NamedForm(forms.Form):
    """What every saved set has. Lengths and the unique name are checked by the service."""

    name = forms.CharField(label=_("Name"), max_length=NAME_LENGTH, widget=forms.TextInput)
    description = forms.CharField(
        label=_("Description"),
        required=False,
        max_length=DESCRIPTION_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What it is for, for your colleagues."),
    )


class NewListForm(NamedForm):
    """A list, of one type for ever."""

    type = forms.ChoiceField(
        label=_("Type"),
        choices=AccountList.Type.choices,
        initial=AccountList.Type.STATIC,
        widget=forms.RadioSelect,
        help_text=_(
            "A static list is filled by hand, by imports and by journeys. A dynamic one fills itself by a condition."
        ),
    )
    condition = conditions.ConditionField(PREVIEW, label=_("Condition"), required=False)


class DynamicListForm(NamedForm):
    """A dynamic list while it is a draft."""

    condition = conditions.ConditionField(PREVIEW, label=_("Condition"), required=False)


class AudienceForm(NamedForm):
    """An audience."""

    condition = conditions.ConditionField(PREVIEW, label=_("Condition"), required=True)


class FilterForm(forms.Form):
    """A condition that is asked once."""

    condition = conditions.ConditionField(PREVIEW, label=_("Which accounts"), required=True)


def submit(request: HttpRequest, form: forms.Form, act: Callable[[dict[str, Any]], T]) -> T | None:
    """As `door.submit`, with each finding of the condition at its filter."""

    def guarded(given: dict[str, Any]) -> T | None:
        try:
            return act(given)
        except Invalid as wrong:
            conditions.say(form, "condition", wrong.findings)
            return None

    return door.submit(request, form, guarded)


def missing(condition: Any) -> list[Finding]:
    """What a kept condition names that is missing or not live."""
    return check(condition, about="account") if condition else []
