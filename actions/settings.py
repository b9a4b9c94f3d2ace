"""Settings of actions and nodes, declared once: check, JSON Schema, form and references follow.

A message names the setting ("Description: at most 140 characters"). A wrong value is refused; a missing one
is a problem that a draft may keep (spec 1.5).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts import references
from accounts.findings import Finding
from accounts.references import Change, Found


@dataclass(frozen=True)
class Context:
    """What a check may know beside the settings: which journey they are in (None: a new one)."""

    journey_id: int | None = None
    find: Callable[[str, Any], Found | None] = references.find


@dataclass(frozen=True)
class Setting:
    """One setting: a text by default; the classes below narrow it."""

    name: str
    label: str | Promise
    required: bool = True
    help: str | Promise = ""
    # The JSON Schema types that the value may have.
    json_type: str = "string"

    def schema(self) -> dict[str, Any]:
        return {
            "type": self.json_type,
            "title": str(self.label),
            **({"description": str(self.help)} if self.help else {}),
        }

    def check(self, value: Any, context: Context) -> list[Finding]:
        """What is wrong with a value that is there."""
        return []

    def map_references(self, value: Any, change: Change) -> Any:
        return value

    def fields(self, value: Any) -> Collection[str]:
        """The attributes and scores that a checked value names, as conditions call them."""
        return ()

    def writes(self, value: Any) -> Collection[str]:
        """Those attributes of them that the action changes."""
        return ()

    def say(self, value: Any) -> str:
        """The value in words."""
        return str(value)

    def wrong(self, code: str, message: str | Promise, *, refused: bool = True) -> Finding:
        return Finding(code, said_of(self.label, message), (self.name,), refused=refused)


@dataclass(frozen=True)
class Text(Setting):
    """A text of limited length."""

    max_length: int = 255

    def schema(self) -> dict[str, Any]:
        return {**super().schema(), "maxLength": self.max_length}

    def check(self, value: Any, context: Context) -> list[Finding]:
        if not isinstance(value, str):
            return [self.wrong("wrong_type", _("a text is needed."))]
        if len(value) > self.max_length:
            said = {"most": self.max_length, "n": len(value)}
            return [self.wrong("too_long", _("at most %(most)s characters, these are %(n)s.") % said)]
        if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
            message = _("a character in it cannot be stored (NUL, or half of a pair).")
            return [self.wrong("bad_character", message)]
        return []


@dataclass(frozen=True)
class Choice(Setting):
    """One of a few."""

    choices: tuple[tuple[str, str | Promise], ...] = ()

    def schema(self) -> dict[str, Any]:
        return {**super().schema(), "enum": [value for value, _label in self.choices]}

    def check(self, value: Any, context: Context) -> list[Finding]:
        known = [known for known, _label in self.choices]
        if not isinstance(value, str) or value not in known:
            said = {"known": ", ".join(known), "given": repr(value)}
            return [self.wrong("unknown_choice", _("one of %(known)s is needed, not %(given)s.") % said)]
        return []

    def say(self, value: Any) -> str:
        return str(dict(self.choices).get(value, value))


@dataclass(frozen=True)
class Reference(Setting):
    """Something named elsewhere (accounts.references): a list, a journey. `must_be` judges what is found."""

    resource: str = ""
    # What the thing must be: given what was found, the complaint or None.
    must_be: Callable[[Found, Context], str | None] = lambda found, context: None

    def schema(self) -> dict[str, Any]:
        return {**super().schema(), "format": self.resource}

    def check(self, value: Any, context: Context) -> list[Finding]:
        if not isinstance(value, str | dict) or not references.name_of(value).strip():
            return [self.wrong("wrong_type", name_is_needed(self.resource))]
        found = context.find(self.resource, value)
        if found is None:
            message = _("there is no %(what)s named “%(name)s”.") % {
                "what": references.resources()[self.resource].label, "name": references.name_of(value),
            }  # fmt: skip
            return [self.wrong("reference_missing", message, refused=False)]
        complaint = self.must_be(found, context)
        return [self.wrong("reference_unfit", complaint, refused=False)] if complaint else []

    def map_references(self, value: Any, change: Change) -> Any:
        return change(self.resource, value)

    def say(self, value: Any) -> str:
        return f"“{references.name_of(value)}”"


def said_of(label: str | Promise, message: str | Promise) -> str:
    """ "Description: at most 140 characters"."""
    return _("%(label)s: %(message)s") % {"label": label, "message": message}


def name_is_needed(resource: str) -> str:
    return _("the name of the %(what)s is needed.") % {"what": references.resources()[resource].label}


def check_settings(declared: Sequence[Setting], given: Mapping[str, Any], context: Context) -> list[Finding]:
    """Unknown keys are refused, missing ones are problems, and each setting checks its own value."""
    known = {setting.name: setting for setting in declared}
    findings = [
        Finding(
            "unknown_setting",
            _("“%(key)s” is not a setting here; known are %(known)s.")
            % {"key": key, "known": ", ".join(known) or _("none")},
            (key,),
        )
        for key in given
        if key not in known
    ]
    for name, setting in known.items():
        value = given.get(name)
        if value is None or value == "":
            if setting.required:
                findings.append(setting.wrong("missing", _("this is needed."), refused=False))
            continue
        findings.extend(setting.check(value, context))
    return findings


def map_settings(declared: Sequence[Setting], given: Mapping[str, Any], change: Change) -> dict[str, Any]:
    """The settings with each reference replaced."""
    known = {setting.name: setting for setting in declared}
    return {
        key: known[key].map_references(value, change) if key in known and value is not None else value
        for key, value in given.items()
    }


def schema_of(declared: Sequence[Setting]) -> dict[str, Any]:
    """The JSON Schema of the settings together. Nothing is required in a draft."""
    return {
        "type": "object",
        "properties": {setting.name: setting.schema() for setting in declared},
        "additionalProperties": False,
    }
