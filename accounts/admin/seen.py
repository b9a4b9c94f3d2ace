"""Which version of something a form was made of: its `updated_at`, sent along in a hidden field; and a way on for who
finds that somebody saved a newer one meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.forms import Form
from django.http import HttpRequest
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from accounts.admin import cells, conditions

# The code of the error that `door.submit` puts on a form.
STALE = "stale"


@dataclass(frozen=True)
class Newer:
    """What somebody saved meanwhile: its `mark`, which “Save anyway” sends, when and by whom ("": not known), and the
    `values` that differ from those in the form, by their labels.
    """

    mark: str
    at: str
    by: str
    values: list[tuple[str, str]]


def given(request: HttpRequest) -> str:
    """What the form names, as it stands there; of “Save anyway” the newer version."""
    return request.POST.get("anyway") or request.POST.get("seen", "")


def moment(request: HttpRequest) -> datetime | None:
    """The moment that the form names; None when it names none, so that any version will do."""
    try:
        return parse_datetime(given(request))
    except ValueError:
        return None


def shown(request: HttpRequest, row: Any) -> str:
    """What the field holds: while the form comes back with faults, still the version that it was made of."""
    return given(request) or row.updated_at.isoformat()


def newer(form: Form, row: Any, *, is_stale: bool | None = None) -> Newer | None:
    """What is saved now, for a form that was refused because of it; None when it was not.

    The form's initial values must be those of the row; `is_stale`: None asks the form.
    """
    if not (form.has_error(NON_FIELD_ERRORS, STALE) if is_stale is None else is_stale):
        return None
    saved = {name: form.get_initial_for_field(form.fields[name], name) for name in form.changed_data}
    # A condition counts as changed whenever it is sent.
    differ = [(form[name], value) for name, value in saved.items() if form.cleaned_data.get(name) != value]
    return Newer(
        row.updated_at.isoformat(),
        str(cells.moment(row.updated_at)),
        str(getattr(row, "updated_by", None) or ""),
        [(str(field.label), _words(field.field, value)) for field, value in differ],
    )


def _words(field: Any, value: Any) -> str:
    if isinstance(field, conditions.ConditionField):
        return conditions.words(value) or cells.DASH
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return f"{value:%-d %b %Y, %H:%M}"
    labels = {str(key): str(label) for key, label in getattr(field, "choices", ())}
    return labels.get(str(getattr(value, "pk", value)), cells.text(value))
