"""The builder of conditions: a form over a text of JSON, which is there without JavaScript too.

`ConditionField` reads the text; what is right in it is said by `accounts.conditions.check` in the service. The page
says each finding at its filter, and a condition in words.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, transaction
from django.forms.renderers import BaseRenderer
from django.http import HttpRequest, JsonResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import conditions
from accounts.admin import door
from accounts.conditions.check import Subject
from accounts.conditions.lookup import Lookup
from accounts.findings import Finding
from accounts.references import resources
from accounts.sql import Sql, run

EVERYBODY: dict[str, Any] = {"match": "all", "filters": []}
# Names that are offered for lists and audiences.
NAMES = 500
# A condition of the grammar's largest size is far smaller.
LONGEST = 200_000
# What a live count may take before it gives up.
PATIENCE = "SET LOCAL statement_timeout = '4s'"


class ConditionWidget(forms.Textarea):
    """The builder. `findings` are those of the last check; `preview_url` says count and words while one builds.

    Several builders on a page share the element `catalogue_id`, which the page fills with `catalogue_of(about)`.
    `nothing`: what it means that there is no filter, where that is not that it holds for everybody.
    """

    def __init__(
        self,
        preview_url: Any = "",
        *,
        about: Subject = "account",
        catalogue_id: str = "",
        nothing: Any = "",
    ) -> None:
        super().__init__({"rows": 12, "spellcheck": "false", "class": "ac-json"})
        self.preview_url, self.about, self.catalogue_id = preview_url, about, catalogue_id
        self.nothing = nothing
        self.findings: list[Finding] = []

    def render(
        self,
        name: str,
        value: Any,
        attrs: Mapping[str, Any] | None = None,
        renderer: BaseRenderer | None = None,
    ) -> SafeString:
        attributes = {**self.attrs, **(attrs or {})}
        context = {
            "name": name,
            "value": value,
            "id": attributes.get("id", f"id_{name}"),
            "attributes": attributes,
            "catalogue": None if self.catalogue_id else catalogue_of(self.about),
            "catalogue_id": self.catalogue_id or f"{name}-catalogue",
            "about": self.about,
            "nothing": self.nothing,
            "preview_url": self.preview_url,
            "findings": [{"at": list(finding.at), "message": finding.message} for finding in self.findings],
            "findings_id": f"{name}-findings",
        }
        return mark_safe(render_to_string("accounts/admin/condition_widget.html", context))  # noqa: S308 - escaped there


class ConditionField(forms.CharField):
    """A condition as JSON. Nothing typed: None. Findings of a service go to `say`."""

    def __init__(
        self,
        preview_url: Any = "",
        *,
        about: Subject = "account",
        catalogue_id: str = "",
        nothing: Any = "",
        **options: Any,
    ) -> None:
        widget = ConditionWidget(preview_url, about=about, catalogue_id=catalogue_id, nothing=nothing)
        super().__init__(widget=widget, max_length=LONGEST, **options)

    def prepare_value(self, value: Any) -> Any:
        return json.dumps(value, indent=2, ensure_ascii=False) if isinstance(value, dict) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return None if not text else parsed(text)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return True

    def say(self, findings: Iterable[Finding]) -> None:
        """Show these at their filters; their place is seen from the condition's top."""
        assert isinstance(self.widget, ConditionWidget)  # noqa: S101
        self.widget.findings = list(findings)


def parsed(text: str) -> Any:
    """:raises forms.ValidationError: if it is no JSON"""
    try:
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise forms.ValidationError(_("This is no JSON: %s") % str(error)[:200]) from None


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no number")


def say(form: forms.Form, name: str, findings: Iterable[Finding]) -> None:
    """Put findings of a service on a form: those of the condition at its filters, the rest at their fields."""
    found = list(findings)
    own = [finding for finding in found if finding.at[:1] == (name,)]
    field = form.fields.get(name)
    if isinstance(field, ConditionField):
        field.say(Finding(f.code, f.message, f.at[1:], f.refused) for f in own)
    door.put(form, found)


def catalogue_of(about: Subject) -> dict[str, Any]:
    """What the builder offers: the fields, those of the subject itself first, and names for their values."""
    fields = sorted(conditions.catalogue_for(about), key=lambda field: field["subject"] != about)
    return {"fields": fields, "names": names(fields)}


def names(fields: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    """What lists, audiences … are called, for the values of these fields that name them; one query each."""
    return {
        key: list(resources()[key].rows().order_by("name").values_list("name", flat=True)[:NAMES])
        for key in sorted(set(_resources(fields)))
    }


def _resources(fields: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    for field in fields:
        yield from filter(None, [field["resource"], *field["key_resources"].values()])
        yield from _resources(field["fields"])


def shown(condition: Any) -> Any:
    """A stored condition for the form: references by their names now."""
    return shown_all([condition])[0]


def shown_all(stored: Iterable[Any]) -> list[Any]:
    """The same of many, with as few queries as of one."""
    stored = list(stored)
    given = [condition for condition in stored if condition]
    named = iter(conditions.unpin_condition({"match": "all", "filters": given})["filters"])
    return [next(named) if condition else None for condition in stored]


def words(condition: Any) -> str:
    """A stored condition in a line; also when something that it names is gone."""
    return words_all([condition])[0]


def words_all(stored: Iterable[Any]) -> list[str]:
    """The same of many, with as few queries as of one."""
    lookup = Lookup()
    return [conditions.describe(one, lookup) if one else "" for one in shown_all(stored)]


def count(condition: Any, about: Subject = "account") -> int | None:
    """How many accounts (people) satisfy a checked condition now; None when that takes too long or cannot be
    asked."""
    ask = conditions.count_accounts if about == "account" else conditions.count_people
    try:
        with transaction.atomic():
            run(Sql(PATIENCE))
            return ask(condition, now=timezone.now())
    except (OperationalError, conditions.CannotCompile):
        return None


def previewed(about: Subject, *permissions: str) -> Callable[[HttpRequest], JsonResponse]:
    """A view for the builder, for whoever has one of the permissions: what is wrong with a condition; else its
    words, and how many accounts (people) satisfy it now."""

    @require_POST
    def preview(request: HttpRequest) -> JsonResponse:
        if not any(door.may(request, permission) for permission in permissions):
            raise PermissionDenied
        try:
            condition = parsed(request.POST.get("condition", "")[:LONGEST])
        except forms.ValidationError as error:
            return JsonResponse({"findings": [{"at": [], "message": error.messages[0]}]})
        found = conditions.check(condition, about=about)
        said = {"findings": [{"at": list(finding.at), "message": finding.message} for finding in found]}
        if any(finding.refused for finding in found):
            return JsonResponse(said)
        pinned = conditions.pin_condition(condition)
        noun = "accounts" if about == "account" else "people"
        return JsonResponse({**said, "words": conditions.describe(condition), noun: count(pinned, about)})

    return preview


preview = previewed("account", "accounts.view_accountlist", "accounts.view_audience")
