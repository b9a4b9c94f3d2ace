"""Which account a person belongs to, and as what; used from both sides."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin import door, named
from accounts.services import relations
from accounts.services.relations import LONGEST_ROLE

TEXT = forms.TextInput


class RoleForm(forms.Form):
    """Role and primary mark of a relation."""

    role = forms.CharField(
        label=_("Role in the account"), required=False, max_length=LONGEST_ROLE, widget=TEXT
    )
    is_primary = forms.BooleanField(
        label=_("Their primary account"),
        required=False,
        widget=forms.CheckboxInput,
        help_text=_("A person has one at most; another one that is primary now gives way."),
    )


class PersonForm(RoleForm):
    """A person that comes to an account."""

    person = named.NamedField(
        named.person_of,
        label=_("Person"),
        widget=TEXT,
        help_text=_("Email, external id, or a part of the name."),
    )
    field_order = ("person",)


class AccountForm(RoleForm):
    """An account that a person comes to."""

    account = named.NamedField(
        named.account_of,
        label=_("Account"),
        widget=TEXT,
        help_text=_("Domain, external id, or a part of the name."),
    )
    field_order = ("account",)


def add(request: HttpRequest, account_id: int, person_id: int, given: dict[str, Any]) -> Any:
    """Make the person belong to the account."""
    return relations.add(
        account_id, person_id, role=given["role"], is_primary=given["is_primary"], **door.said(request)
    )


def edit(request: HttpRequest, account_id: int, person_id: int) -> bool:
    """Change role and primary mark as posted; what is refused is said on the next page."""
    role, is_primary = request.POST.get("role", ""), "is_primary" in request.POST
    return door.attempt(
        request,
        lambda: relations.edit(account_id, person_id, role=role, is_primary=is_primary, **door.said(request)),
        lambda relation: str(_("Saved: %s.") % relation),
    )


def remove(request: HttpRequest, account_id: int, person_id: int) -> bool:
    """Let the person leave the account."""
    return door.attempt(
        request,
        lambda: relations.remove(account_id, person_id, **door.said(request)),
        lambda _none: str(_("The person no longer belongs to the account.")),
    )
