"""The fields that conditions on accounts and people may name (spec 1.9, 1.12)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.utils.translation import gettext_lazy as _

from accounts.conditions.attributes import RoleInAccountField, built_in_fields, custom_fields, score_fields
from accounts.conditions.fields import Field
from accounts.conditions.membership import InAudienceField, MemberOfListField
from accounts.conditions.operators import Type

LISTS = _("Lists and audiences")
# An entry is a field, or a function that reads some from the database.
FIELDS: list[Field | Callable[[], Iterable[Field]]] = [
    *built_in_fields(),
    MemberOfListField("account.member_of_list", _("Account list"), LISTS, "account", "account_list"),
    InAudienceField("account.in_audience", _("Audience"), LISTS, "account", "audience"),
    RoleInAccountField("person.role_in_account", _("Role in the account"), _("Person"), "person", Type.TEXT),
    custom_fields,
    score_fields,
]
