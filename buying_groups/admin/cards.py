"""The cards of a role template as forms: read from a post in the order in which they stand, and from the rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from accounts.admin import conditions, door
from accounts.findings import Finding
from buying_groups.models import Role, TemplateRole
from buying_groups.services.template_roles import MOST_NEEDED

PREVIEW = reverse_lazy("admin:buying_groups_roletemplate_preview")
CATALOGUE = "bg-catalogue"
# The key of the card that a page copies when one is added.
BLANK = "__card__"
NEW = {
    "weight": TemplateRole.Weight.NORMAL.value,
    "assigns_automatically": True,
    "is_required": True,
    "members_needed": 1,
}
Cards = list["CardForm"]


class CardForm(forms.Form):
    """One role of a template. What is missing may stay missing in a draft; the service checks the rest."""

    role = forms.TypedChoiceField(label=_("Role"), coerce=int)
    weight = forms.TypedChoiceField(
        label=_("Weight"),
        coerce=int,
        choices=[(weight.value, f"{weight.label} ({weight.value})") for weight in TemplateRole.Weight],
    )
    assigns_automatically = forms.BooleanField(label=_("Assign automatically"), required=False)
    condition = conditions.ConditionField(
        PREVIEW,
        about="person",
        catalogue_id=CATALOGUE,
        nothing=_("Add a filter: without one nobody gets this role."),
        label=_("Who gets it"),
        required=False,
    )
    is_required = forms.BooleanField(label=_("Required for completeness"), required=False)
    members_needed = forms.IntegerField(
        label=_("Members needed"),
        min_value=1,
        max_value=MOST_NEEDED,
        widget=forms.NumberInput(attrs={"min": 1, "max": MOST_NEEDED, "class": "bg-needed"}),
    )

    def __init__(
        self,
        key: str,
        roles: Iterable[tuple[int, str]],
        data: QueryDict | None = None,
        *,
        initial: Any = None,
    ) -> None:
        super().__init__(data, prefix=f"card-{key}", initial=initial)
        self.key = key
        self._roles = list(roles)
        cast(forms.ChoiceField, self.fields["role"]).choices = self._roles

    @property
    def value(self) -> dict[str, Any]:
        """The card as `buying_groups.services.template_roles` takes it."""
        return dict(self.cleaned_data)

    @property
    def is_automatic(self) -> bool:
        return bool(self["assigns_automatically"].value())

    @property
    def weighs(self) -> int:
        """Its weight, as far as it can be read."""
        typed = str(self["weight"].value())
        return int(typed) if typed in {str(value) for value in TemplateRole.Weight.values} else 0

    @property
    def name(self) -> str:
        """The role that is chosen."""
        chosen = str(self["role"].value())
        return next((name for id, name in self._roles if str(id) == chosen), "")


def known_roles() -> list[tuple[int, str]]:
    """The choices of a card; one query."""
    return list(Role.objects.order_by("position").values_list("pk", "name"))


def of_rows(rows: Iterable[TemplateRole], roles: Sequence[tuple[int, str]]) -> Cards:
    """The stored cards; conditions by the names of now."""
    rows = list(rows)
    shown = conditions.shown_all(row.condition for row in rows)
    return [
        CardForm(str(number), roles, initial=_initial(row, condition))
        for number, (row, condition) in enumerate(zip(rows, shown, strict=True))
    ]


def of_post(post: QueryDict, roles: Sequence[tuple[int, str]]) -> Cards:
    """The cards that were sent, in the order in which they stood on the page."""
    keys = [key for key in dict.fromkeys(post.getlist("card")) if key.isascii() and key.isdecimal()]
    return [CardForm(key, roles, post) for key in keys[: 2 * Role.MOST]]


def blank(roles: Sequence[tuple[int, str]]) -> CardForm:
    """A card as a new one begins: normal, assigned automatically, required (reference 6.2)."""
    return CardForm(BLANK, roles, initial={**NEW, "condition": conditions.EVERYBODY})


def arranged(cards: Cards, wish: str) -> Cards:
    """The cards after "up-3", "down-3" or "remove-3" (the key of a card); any other wish changes nothing."""
    verb, _, key = wish.partition("-")
    index = next((i for i, card in enumerate(cards) if card.key == key), None)
    if index is None:
        return cards
    rest = [card for card in cards if card.key != key]
    places: dict[str, Callable[[], int]] = {"up": lambda: max(0, index - 1), "down": lambda: index + 1}
    if verb in places:
        rest.insert(places[verb](), cards[index])
    return rest if verb in (*places, "remove") else cards


def put(cards: Cards, findings: Iterable[Finding]) -> list[Finding]:
    """Show each finding at its card; those that are about none are given back."""
    rest = []
    for finding in findings:
        if finding.at[:1] == ("roles",) and len(finding.at) > 1 and int(finding.at[1]) < len(cards):
            below = Finding(finding.code, finding.message, finding.at[2:], finding.refused)
            _put(cards[int(finding.at[1])], below)
        else:
            rest.append(finding)
    return rest


def _put(card: CardForm, finding: Finding) -> None:
    if card.is_bound:
        door.put(card, [finding])
    if finding.at[:1] == ("condition",) and finding.code != "missing":
        widget: Any = card.fields["condition"].widget
        widget.findings = [*widget.findings, Finding(finding.code, finding.message, finding.at[1:])]


def _initial(row: TemplateRole, condition: Any) -> dict[str, Any]:
    found = {key: getattr(row, key) for key in NEW}
    return {**found, "role": row.role_id, "condition": condition or conditions.EVERYBODY}
