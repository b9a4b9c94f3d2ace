"""What the API says of a value that a field does not take, in our words and codes instead of the framework's.

Each begins small: the place of the fault comes before it ("Members 2, role: this is needed.").
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core import validators
from django.utils.translation import gettext as _
from rest_framework import serializers

# What the framework calls a fault, and what it is called in all our answers.
CODES = {
    "required": "missing",
    "null": "missing",
    "blank": "empty_value",
    "invalid": "wrong_type",
    "not_a_list": "wrong_type",
    "not_a_dict": "wrong_type",
    "max_string_length": "out_of_range",
    "min_value": "out_of_range",
    "max_value": "out_of_range",
    "invalid_choice": "unknown_choice",
}


def give(field: Any) -> None:
    """Have a field of a request's body say what is wrong in our words, and what its list holds, too."""
    field.error_messages.update(
        required=_("this is needed."),
        null=_("this is needed; null is no value here."),
        blank=_("this is needed; it is empty."),
        not_a_list=_("a list is needed."),
        not_a_dict=_("an object is needed."),
        max_string_length=_("the number is too large."),
        not_found=_("there is none with this id."),
    )
    if needed := _needed(field):
        field.error_messages["invalid"] = needed
    if isinstance(field, serializers.ChoiceField):
        known = _known(field.choices).replace("{", "{{").replace("}", "}}")
        said = _("one of %(known)s is needed, not “%(given)s”.")
        field.error_messages["invalid_choice"] = said % {"known": known, "given": "{input}"}
    _limit(field.validators, is_list=isinstance(field, serializers.ListField))
    if isinstance(child := getattr(field, "child", None), serializers.Field):
        give(child)


def give_form(form: forms.Form) -> None:
    """The same for the filters of a list."""
    for field in form.fields.values():
        if isinstance(field, forms.IntegerField):
            field.error_messages["invalid"] = _("a whole number is needed.")
        if isinstance(field, forms.ChoiceField):
            choices: Any = field.choices
            known = _known(value for value, _label in choices if value).replace("%", "%%")
            said = _("one of %(known)s is needed, not “%(given)s”.")
            field.error_messages["invalid_choice"] = said % {"known": known, "given": "%(value)s"}
        _limit(field.validators)


def placed(at: Sequence[str | int], text: str) -> str:
    """The sentence with its place: keys as they are read, and which one of a list it is, from 1."""
    parts: list[str] = []
    for part in at:
        if isinstance(part, int) and parts:
            parts[-1] += f" {part + 1}"
        else:
            parts.append(str(part)[:60].replace("_", " "))
    place = ", ".join(parts) or _("the body")
    return f"{place[:1].upper()}{place[1:]}: {text}"


def together(sentences: Iterable[str]) -> str:
    """One text of several sentences, each of them once."""
    return " ".join(dict.fromkeys(sentences))


def _needed(field: Any) -> str:
    """What such a field takes."""
    match field:
        case serializers.Serializer():
            return _("an object is needed.")
        case serializers.CharField():
            return _("a text is needed.")
        case serializers.BooleanField():
            return _("true or false is needed.")
        case serializers.IntegerField():
            return _("a whole number is needed.")
        case serializers.FloatField():
            return _("a number is needed.")
        case serializers.FileField():
            return _("a file is needed.")
    return ""


def _known(choices: Iterable[Any]) -> str:
    return ", ".join(map(str, choices))


def _limit(checks: list[Any], *, is_list: bool = False) -> None:
    """What is too long, too many, too small or too great."""
    # Copies of forms share their checks.
    checks[:] = [copy.copy(check) for check in checks]
    for check in checks:
        match check:
            case validators.MaxLengthValidator() if is_list:
                check.message = _("at most %(limit_value)s are possible, these are %(show_value)s.")
                check.code = "too_many"
            case validators.MinLengthValidator() if is_list:
                check.message = _("at least %(limit_value)s is needed.")
                check.code = "missing"
            case validators.MaxLengthValidator():
                check.message = _("at most %(limit_value)s characters, these are %(show_value)s.")
                check.code = "too_long"
            case validators.MinValueValidator():
                check.message = _("must be %(limit_value)s or more.")
            case validators.MaxValueValidator():
                check.message = _("must be %(limit_value)s or less.")
