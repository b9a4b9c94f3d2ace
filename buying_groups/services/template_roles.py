"""The roles of a template as they are given: checked, and what is wrong with them said at its place.

A card is one role of a template: `{"role": id, "weight": 60, "assigns_automatically": true, "condition": …,
"is_required": true, "members_needed": 1}`; all but the role may be left out. Their order is their priority.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from accounts import conditions
from accounts.conditions.check import Checker
from accounts.conditions.grammar import filters
from accounts.findings import Finding
from buying_groups.models import Role, TemplateRole

KEYS = ("role", "weight", "assigns_automatically", "condition", "is_required", "members_needed")
MOST_NEEDED = 100
YES_NO = ("assigns_automatically", "is_required")
Card = Mapping[str, Any]


def faults(cards: Any) -> list[Finding]:
    """What is wrong in itself with cards; what is only missing is for `problems`."""
    if not isinstance(cards, list):
        return [Finding("wrong_type", _("The roles of a template are a list."), ("roles",))]
    known = set(Role.objects.values_list("pk", flat=True))
    found = [
        finding.under("roles", i) for i, card in enumerate(cards) for finding in _card_faults(card, known)
    ]
    return [*found, *_doubles(cards)] or [f for f in _condition_findings(cards) if f.refused]


def made(cards: Iterable[Card]) -> list[TemplateRole]:
    """The rows of cards without faults, not saved, without their template; what conditions name with its id."""
    cards = list(cards)
    pinned = iter(_pinned([card["condition"] for card in cards if card.get("condition") is not None]))
    return [
        TemplateRole(
            role_id=card["role"],
            priority=priority,
            condition=next(pinned) if card.get("condition") is not None else None,
            **{key: card[key] for key in KEYS[1:] if key in card and key != "condition"},
        )
        for priority, card in enumerate(cards, start=1)
    ]


def problems(roles: Iterable[TemplateRole]) -> list[Finding]:
    """Why a template with these roles, in their order, cannot be published; each with its place."""
    roles = list(roles)
    if not roles:
        return [_problem("missing", _("A role template needs at least one role."), "roles")]
    found = [finding for i, role in enumerate(roles) for finding in _without_condition(i, role)]
    if not any(role.is_required for role in roles):
        message = _("At least one role must be required for completeness.")
        found.append(_problem("none_required", message, "roles"))
    cards = [{"condition": role.condition if role.assigns_automatically else None} for role in roles]
    return sorted([*found, *_condition_findings(cards)], key=_place)


def _card_faults(card: Any, known: set[int]) -> Iterator[Finding]:
    if not isinstance(card, Mapping):
        yield Finding("wrong_type", _("A role of a template is an object with “role”, “weight” …."))
        return
    for key in card:
        if key not in KEYS:
            said = _("“%(key)s” is not a field to write; known are %(known)s.")
            known_keys = {"key": str(key)[:60], "known": ", ".join(KEYS)}
            yield Finding("unknown_field", said % known_keys, (str(key),))
    if card.get("role") is None:
        yield Finding("missing", _("Role: the id of a role is needed."), ("role",))
    elif not _is_whole(card["role"]):
        yield Finding("wrong_type", _("Role: a whole number is needed, the id of a role."), ("role",))
    elif card["role"] not in known:
        yield Finding("not_found", _("Role: there is none with this id."), ("role",))
    yield from _value_faults(card)


def _value_faults(card: Card) -> Iterator[Finding]:
    weights = TemplateRole.Weight
    if "weight" in card and not (_is_whole(card["weight"]) and card["weight"] in weights.values):
        said = ", ".join(f"{weight.value} ({weight.label})" for weight in weights)
        yield Finding("wrong_value", _("A weight is one of %(weights)s.") % {"weights": said}, ("weight",))
    for key in YES_NO:
        if key in card and not isinstance(card[key], bool):
            yield Finding("wrong_type", _("true or false is needed."), (key,))
    needed = card.get("members_needed", 1)
    if not _is_whole(needed) or not 1 <= needed <= MOST_NEEDED:
        message = _("A role needs 1 to %(most)s members.") % {"most": MOST_NEEDED}
        yield Finding("wrong_value", message, ("members_needed",))


def _doubles(cards: list[Any]) -> Iterator[Finding]:
    given = [card.get("role") if isinstance(card, Mapping) else None for card in cards]
    for i, role in enumerate(given):
        if _is_whole(role) and role in given[:i]:
            yield Finding("twice", _("This role is in the template already."), ("roles", i, "role"))


def _condition_findings(cards: Iterable[Card]) -> list[Finding]:
    """Of all conditions together: two queries a resource, however many there are."""
    checker = Checker("person")
    found = [
        finding
        for i, card in enumerate(cards)
        if card.get("condition") is not None
        for finding in checker.condition(card["condition"], ("roles", i, "condition"))
    ]
    return found or list(checker.missing())


def _without_condition(i: int, role: TemplateRole) -> Iterator[Finding]:
    if role.assigns_automatically and not (role.condition and any(filters(role.condition))):
        message = _("A role that is assigned automatically needs a condition with at least one filter.")
        yield _problem("missing", message, "roles", i, "condition")


def _pinned(given: list[Any]) -> list[Any]:
    together = conditions.pin_condition({"match": "all", "filters": given})
    found: list[Any] = together["filters"]
    return found


def _place(finding: Finding) -> int:
    """Those about the whole come first, then role by role."""
    index = finding.at[1] if len(finding.at) > 1 else -1
    return index if isinstance(index, int) else -1


def _problem(code: str, message: str, *at: str | int) -> Finding:
    return Finding(code, message, at, refused=False)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
