"""Any list as CSV, row by row: memory does not grow with the list (spec 3.1)."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from django.db import models
from django.db.models import F, OuterRef, Subquery
from django.db.models.fields.json import KeyTransform

from accounts.attributes import Attribute, all_of
from accounts.models import PersonScore, Score

# A spreadsheet takes a cell that starts with one of these signs for a formula. Apostrophes that stand there
# already count, so that taking one guard off gives the text back.
FORMULA = re.compile(r"'*[=+\-@\t\r]")
CHUNK = 2_000


@dataclass(frozen=True)
class Column:
    """A column of the file: its name in the header and the expression of the queryset that it shows; `shown`: in
    which words."""

    header: str
    expression: Any
    shown: Callable[[Any], Any] | None = None


def stream(rows: models.QuerySet[Any], columns: Iterable[Column]) -> Iterator[str]:
    """The file in pieces of text, the header first. Rows come through a cursor of the server, in the
    queryset's order."""
    columns = list(columns)
    writer = csv.writer(_Echo())
    yield writer.writerow([harmless(column.header) for column in columns])
    named = {f"_column_{number}": column.expression for number, column in enumerate(columns)}
    values = rows.annotate(**named).values_list(*named)
    words = [column.shown for column in columns]
    for row in values.iterator(chunk_size=CHUNK):
        yield writer.writerow(
            [cell(say(value) if say else value) for say, value in zip(words, row, strict=True)]
        )


class _Echo:
    """A file whose `write` hands the text back, so that the writer returns each line."""

    def write(self, text: str) -> str:
        return text


def cell(value: Any) -> Any:
    """A value as it stands in a cell: numbers stay numbers, yes/no and dates are spelled out, text is made
    harmless."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime | date):
        return value.isoformat()
    return harmless(value) if isinstance(value, str) else value


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe goes before a sign that starts one."""
    return "'" + text if FORMULA.match(text) else text


def without_guard(text: str) -> str:
    """The text that `harmless` has guarded, as it was."""
    return text[1:] if text.startswith("'") and FORMULA.match(text) else text


def attribute_columns(subject: Literal["account", "person"]) -> list[Column]:
    """Everything that is known of an account or person, under the names that an import maps back by
    itself."""
    columns = [attribute_column(attribute) for attribute in all_of(subject)]
    return columns + (
        [_score(score) for score in Score.objects.order_by("name")] if subject == "person" else []
    )


def attribute_column(attribute: Attribute) -> Column:
    """The column of one attribute; a custom one is called `custom.<name>`."""
    if attribute.is_custom:
        return Column(f"custom.{attribute.key}", KeyTransform(attribute.key, "custom"))
    return Column(attribute.key, F(attribute.key))


def _score(score: Score) -> Column:
    value = PersonScore.objects.filter(person_id=OuterRef("pk"), score_id=score.pk).values("value")
    return Column(f"score.{score.name}", Subquery(value))
