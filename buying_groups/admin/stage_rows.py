"""The stages of a draft as the rows of a form, with the moves between them as a matrix of boxes.

Adding, removing and moving a row sends the form and shows it anew, not saved; so it needs no JavaScript.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.findings import Finding
from accounts.services.saving import DESCRIPTION_LENGTH
from buying_groups.models import Stage
from buying_groups.services.model_stages import MOST, NAME_LENGTH


class StageForm(forms.Form):
    """A stage. What is right is for the service to say."""

    name = forms.CharField(
        label=gettext_lazy("Name"), required=False, widget=forms.TextInput(attrs={"maxlength": NAME_LENGTH})
    )
    description = forms.CharField(
        label=gettext_lazy("Description"),
        required=False,
        widget=forms.TextInput(attrs={"maxlength": DESCRIPTION_LENGTH}),
    )
    is_entry = forms.BooleanField(label=gettext_lazy("Entry stage"), required=False)
    outcome = forms.ChoiceField(
        label=gettext_lazy("Outcome"),
        required=False,
        choices=[
            (Stage.Outcome.OPEN, gettext_lazy("None yet")),
            (Stage.Outcome.SUCCESS, gettext_lazy("Success")),
            (Stage.Outcome.FAILURE, gettext_lazy("Failure")),
        ],
    )

    def value(self, name: str) -> str:
        """What stands in a field."""
        return str(self[name].value() or "").strip()


@dataclass
class Row:
    """A stage of the form, under a key of its own; and what is wrong with its moves."""

    key: str
    form: StageForm
    move_errors: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.form.value("name")

    @property
    def called(self) -> str:
        """Its name; a number while it has none."""
        return self.name or _("Stage %s") % (int(self.key) + 1)


@dataclass
class Rows:
    """All of them in their order, and the moves as pairs of keys."""

    rows: list[Row]
    moves: set[tuple[str, str]]
    # The row that has just been added or moved.
    fresh: str = ""

    @property
    def may_grow(self) -> bool:
        return len(self.rows) < MOST

    def given(self) -> list[dict[str, Any]]:
        """For the service."""
        return [
            {
                "name": row.name, "description": row.form.value("description"),
                "is_entry": bool(row.form["is_entry"].value()), "outcome": row.form.value("outcome"),
                "leads_to": [there.name for there in self.rows if (row.key, there.key) in self.moves and there.name],
            }
            for row in self.rows
        ]  # fmt: skip

    def matrix(self) -> list[tuple[Row, list[dict[str, Any]]]]:
        """Each row with a box for each column; none on the diagonal."""
        return [
            (row, [self._box(row, there) for there in self.rows])
            for row in self.rows
        ]  # fmt: skip

    def _box(self, row: Row, there: Row) -> dict[str, Any]:
        return {
            "value": f"{row.key}-{there.key}",
            "checked": (row.key, there.key) in self.moves,
            "is_self": row is there,
            "column": there,
        }

    def put(self, findings: Iterable[Finding]) -> list[str]:
        """Show what the service found wrong at its stages; what is about none of them is given back."""
        rest = []
        for finding in findings:
            at = finding.at
            row = self.rows[at[1]] if len(at) > 1 and isinstance(at[1], int) else None
            name = str(at[2]) if len(at) > 2 else ""
            if row is not None and name in row.form.fields:
                row.form.add_error(name, finding.message)
            elif row is not None and name == "leads_to":
                row.move_errors.append(finding.message)
            else:
                rest.append(finding.message)
        return rest


def of_stages(stages: Sequence[Mapping[str, Any]]) -> Rows:
    """From stages as `model_stages.as_given` has them."""
    keys = {stage["name"]: str(i) for i, stage in enumerate(stages)}
    rows = [Row(key, _form(key, None, stage)) for stage, key in zip(stages, keys.values(), strict=True)]
    moves = {(keys[stage["name"]], keys[name]) for stage in stages for name in stage["leads_to"]}
    return Rows(rows, moves)


def of_post(data: QueryDict) -> Rows:
    """From what was sent."""
    keys = [key for key in dict.fromkeys(data.getlist("stage")) if key.isdecimal() and len(key) < 4][:MOST]
    rows = [Row(key, _form(key, data)) for key in keys]
    for row in rows:
        row.form.is_valid()
    pairs = (value.partition("-")[::2] for value in data.getlist("move"))
    return Rows(rows, {(here, there) for here, there in pairs if here in keys and there in keys})


def arranged(rows: Rows, wish: str) -> Rows:
    """As a button wants it: "add", "remove-3", "up-3", "down-3"."""
    verb, _dash, key = wish.partition("-")
    if verb == "add" and rows.may_grow:
        new = str(1 + max((int(row.key) for row in rows.rows), default=-1))
        return Rows([*rows.rows, Row(new, _form(new, None))], rows.moves, fresh=new)
    place = next((i for i, row in enumerate(rows.rows) if row.key == key), None)
    if place is None:
        return rows
    if verb == "remove":
        return Rows([row for row in rows.rows if row.key != key], rows.moves)
    other = place + {"up": -1, "down": 1}.get(verb, 0)
    if 0 <= other < len(rows.rows):
        swapped = list(rows.rows)
        swapped[place], swapped[other] = swapped[other], swapped[place]
        return Rows(swapped, rows.moves, fresh=key)
    return rows


def _form(key: str, data: QueryDict | None, stage: Mapping[str, Any] | None = None) -> StageForm:
    return StageForm(data, prefix=f"stage-{key}", initial=dict(stage or {}))
