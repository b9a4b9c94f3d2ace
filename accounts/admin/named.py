"""Finding one account or person by what staff type: an external id, a domain or email, an exact name."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from accounts.models import Account, Person
from accounts.search import containing

# Those that a message names.
CLOSE = 5
LONGEST = 300


def account_of(typed: str) -> Account:
    """:raises forms.ValidationError: none, or several; with those that come close"""
    typed = typed.strip()
    rows = Account.objects.annotate(_domain=Lower("domain"))
    steps = (Q(external_id=typed), Q(_domain=typed.lower()), Q(name=typed))
    return _one(rows, steps, typed, ("name", "domain"))


def person_of(typed: str) -> Person:
    """:raises forms.ValidationError: none, or several; with those that come close"""
    typed = typed.strip()
    rows = Person.objects.annotate(_email=Lower("email"))
    return _one(
        rows, (Q(external_id=typed), Q(_email=typed.lower())), typed, ("email", "first_name", "last_name")
    )


def _one(rows: QuerySet[Any], steps: tuple[Q, ...], typed: str, columns: tuple[str, ...]) -> Any:
    for step in steps:
        found = list(rows.filter(step).order_by("pk")[:2])
        if len(found) == 1:
            return found[0]
        if found:
            raise forms.ValidationError(_("“%s” means several; give the external id.") % typed)
    close = list(containing(rows, columns, typed).order_by("pk")[:CLOSE])
    if len(close) == 1:
        return close[0]
    names = "; ".join(_said(row) for row in close)
    said = _("Nothing is called “%s”.") % typed
    raise forms.ValidationError(f"{said} {_('Do you mean: %s?') % names}" if names else said)


def _said(row: Any) -> str:
    also = row.domain if isinstance(row, Account) else row.email
    return f"{row} ({also})" if also and also != str(row) else str(row)


class NamedField(forms.CharField):
    """An account or person by what staff type."""

    def __init__(self, find: Any, **options: Any) -> None:
        self.find = find
        super().__init__(max_length=LONGEST, **options)

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        return self.find(typed) if typed else None
