"""The attributes that an administrator adds to accounts and people (spec 3.1)."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.attributes import MODELS, custom
from accounts.conditions import users
from accounts.errors import Conflict, User, require
from accounts.findings import Finding, Invalid
from accounts.models import CustomAttribute
from accounts.services import saving


@transaction.atomic
def create(
    *, subject: str, name: str, label: str, type: str, managed: bool = True, updatable: bool = False, by: User
) -> CustomAttribute:
    """A new attribute; its subject, name and type are fixed from now on.

    :raises PermissionDenied: without accounts.add_customattribute
    :raises Invalid: with a finding for each fault
    """
    require(by, "accounts.add_customattribute")
    attribute = CustomAttribute(
        subject=subject, name=name, label=label.strip(), type=type, managed=managed, updatable=updatable
    )
    _save(attribute)
    return attribute


@transaction.atomic
def edit(
    attribute_id: int,
    *,
    label: str | None = None,
    managed: bool | None = None,
    updatable: bool | None = None,
    by: User,
) -> CustomAttribute:
    """Change what may change; what is None stays.

    :raises PermissionDenied: without accounts.change_customattribute
    :raises CustomAttribute.DoesNotExist: :raises Invalid:
    :raises Conflict: "in_use" when a saved condition asks for it, and it would not be managed any more; or when an
        action of a journey changes it, and it would not be updatable any more: the action would skip everybody
    """
    require(by, "accounts.change_customattribute")
    saving.one_at_a_time()
    attribute = CustomAttribute.objects.select_for_update(no_key=True).get(pk=attribute_id)
    if attribute.managed and managed is False:
        _refuse_asked(attribute)
    if attribute.updatable and updatable is False and (found := users.writing(custom(attribute).name)):
        raise saving.in_use(attribute.label, found)
    attribute.label = attribute.label if label is None else label.strip()
    attribute.managed = attribute.managed if managed is None else managed
    attribute.updatable = attribute.updatable if updatable is None else updatable
    _save(attribute)
    return attribute


@transaction.atomic
def delete(attribute_id: int, *, by: User) -> None:
    """Delete an attribute that nobody has a value of, and no saved condition asks for, in a draft neither.

    :raises PermissionDenied: without accounts.delete_customattribute
    :raises CustomAttribute.DoesNotExist:
    :raises Conflict: "in_use"
    """
    require(by, "accounts.delete_customattribute")
    saving.one_at_a_time()
    attribute = CustomAttribute.objects.select_for_update().get(pk=attribute_id)
    if MODELS[attribute.subject].objects.filter(custom__has_key=attribute.name).exists():
        raise Conflict(
            "in_use",
            _("“%(label)s” has values; an attribute can be deleted while it has none.")
            % {"label": attribute.label},
        )
    _refuse_asked(attribute)
    attribute.delete()


def _refuse_asked(attribute: CustomAttribute) -> None:
    """:raises Conflict: if a saved condition asks for it"""
    if found := users.asking(custom(attribute).name):
        raise saving.in_use(attribute.label, found)


def _save(attribute: CustomAttribute) -> None:
    """:raises Invalid:"""
    findings = []
    if attribute.updatable and not attribute.managed:
        findings.append(
            Finding("not_managed", _("Only a managed attribute can be updatable."), ("updatable",))
        )
    try:
        attribute.full_clean(validate_constraints=False)
    except ValidationError as error:
        findings += [
            Finding("invalid_value", message, (field,))
            for field, said in error.message_dict.items()
            for message in said
        ]
    same = CustomAttribute.objects.filter(subject=attribute.subject, name=attribute.name).exclude(
        pk=attribute.pk
    )
    if same.exists():
        findings.append(
            Finding(
                "taken", _("There is an attribute “%(name)s” already.") % {"name": attribute.name}, ("name",)
            )
        )
    if findings:
        raise Invalid(findings)
    attribute.save()
