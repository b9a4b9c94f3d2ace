"""One row of cells as values that can be stored, or the reasons why not.

An empty cell leaves the value as it is. A leading apostrophe that our own export has put before a formula
sign is taken off again, so that an exported file changes nothing when it comes back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from accounts.attributes import Attribute, parse_text
from accounts.exports import without_guard
from accounts.imports.reading import Problem, Row


@dataclass(eq=False)
class Parsed:
    """A row that can be stored: a value for each filled cell, by target.

    `again` are the lines of later rows that say more of the same account or person, and whether each said
    anything new; their values are in `values`.
    """

    line: int
    values: dict[str, Any]
    again: list[tuple[int, bool]] = field(default_factory=list)

    def text(self, target: str) -> str:
        """The value as text, "" when the cell was empty."""
        return str(self.values.get(target) or "")

    def absorb(self, later: Parsed) -> None:
        """Take over what a later row says."""
        says_more = any(self.values.get(target) != value for target, value in later.values.items())
        self.values.update(later.values)
        self.again.append((later.line, says_more))


class RowParser:
    """Reads the cells of the mapped columns by their attribute."""

    def __init__(self, header: list[str], mapping: Mapping[str, str], known: Mapping[str, Attribute]) -> None:
        self._cells = [
            (position, column, known[mapping[column]])
            for position, column in enumerate(header)
            if mapping.get(column, "")
        ]
        self._columns = {attribute.name: column for _, column, attribute in self._cells}

    @property
    def attributes(self) -> list[Attribute]:
        """The targets that columns are mapped to."""
        return [attribute for _, _, attribute in self._cells]

    def column(self, target: str) -> str:
        """The file's column that is mapped to this target, "" when there is none."""
        return self._columns.get(target, "")

    def parse(self, row: Row) -> Parsed | list[Problem]:
        """The row's values, or everything that is wrong in it."""
        values: dict[str, Any] = {}
        problems: list[Problem] = []
        for position, column, attribute in self._cells:
            text = row.cells[position]
            if not text or text.isspace():
                continue
            try:
                values[attribute.name] = parse_text(attribute, without_guard(text))
            except ValueError as error:
                problems.append(Problem(row.line, column, _reason(column, attribute, error)))
        return problems or Parsed(row.line, values)


def _reason(column: str, attribute: Attribute, error: ValueError) -> str:
    """What is wrong; it names the attribute where the column, which stands before it, is called otherwise."""
    is_said = column.strip().casefold() == str(attribute.label).casefold()
    return str(error) if is_said else f"{attribute.label}: {error}"
