"""The builder of conditions: a form over a text of JSON, which is there without JavaScript too.

`ConditionField` reads the text; what is right in it is said by `accounts.conditions.check` in the service. The page
says each finding at its filter, and a condition in words.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
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
    """The builder. `findings` are those of the last check; `preview_url` says count and words while one builds."""

    def __init__(self, preview_url: Any = "") -> None:
        super().__init__({"rows": 12, "spellcheck": "false", "class": "ac-json"})
        self.preview_url = preview_url
        self.findings: list[Finding] = []

    def render(
        self,
        name: str,
        value: Any,
        attrs: Mapping[str, Any] | None = None,
        renderer: BaseRenderer | None = None,
    ) -> SafeString:
        attributes = {**self.attrs, **(attrs or {})}
        fields = conditions.catalogue_for("account")
        catalogue = {"fields": fields, "names": names(fields)}
        context = {
            "name": name,
            "value": value,
            "id": attributes.get("id", f"id_{name}"),
            "attributes": attributes,
            "catalogue": catalogue,
            "catalogue_id": f"{name}-catalogue",
            "preview_url": self.preview_url,
            "findings": [{"at": list(finding.at), "message": finding.message} for finding in self.findings],
            "findings_id": f"{name}-findings",
        }
        return mark_safe(render_to_string("accounts/admin/condition_widget.html", context))  # noqa: S308 - escaped there


class ConditionField(forms.CharField):
    """A condition as JSON. Nothing typed: None. Findings of a service go to `say`."""

    def __init__(self, preview_url: Any = "", **options: Any) -> None:
        super().__init__(widget=ConditionWidget(preview_url), max_length=LONGEST, **options)

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
    return conditions.unpin_condition(condition) if condition else None


def words(condition: Any) -> str:
    """A stored condition in a line; also when something that it names is gone."""
    return conditions.describe(conditions.unpin_condition(condition)) if condition else ""


def count(condition: Any) -> int | None:
    """How many accounts satisfy a checked condition now; None when that takes too long or cannot be asked."""
    try:
        with transaction.atomic():
            run(Sql(PATIENCE))
            return conditions.count_accounts(condition, now=timezone.now())
    except (OperationalError, conditions.CannotCompile):
        return None


@require_POST
def preview(request: HttpRequest) -> JsonResponse:
    """For the builder: what is wrong with a condition; else its words, and how many accounts satisfy it now."""
    if not any(door.may(request, f"accounts.view_{noun}") for noun in ("accountlist", "audience")):
        raise PermissionDenied
    try:
        condition = parsed(request.POST.get("condition", "")[:LONGEST])
    except forms.ValidationError as error:
        return JsonResponse({"findings": [{"at": [], "message": error.messages[0]}]})
    found = conditions.check(condition, about="account")
    said = {"findings": [{"at": list(finding.at), "message": finding.message} for finding in found]}
    if any(finding.refused for finding in found):
        return JsonResponse(said)
    pinned = conditions.pin_condition(condition)
    return JsonResponse({**said, "words": conditions.describe(condition), "accounts": count(pinned)})
