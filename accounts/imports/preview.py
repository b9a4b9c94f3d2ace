"""What staff see before an import: the header, the guessed mapping, the first rows and what is wrong with
them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from accounts.findings import Finding
from accounts.imports.mapping import find_problems, guess, merged, targets
from accounts.imports.reading import Bytes, CsvFile, Problem, Row
from accounts.imports.rows import RowParser


@dataclass(frozen=True)
class Preview:
    """`left_out` names the columns that are mapped to nothing; `findings` must be empty before it can run."""

    delimiter: str
    header: list[str]
    mapping: dict[str, str]
    rows: list[Row]
    problems: list[Problem]
    findings: list[Finding]

    @property
    def left_out(self) -> list[str]:
        return [column for column in self.header if not self.mapping.get(column)]


def preview(file: Bytes, kind: str, given: Mapping[str, str] | None = None, *, size: int = 10) -> Preview:
    """Read the start of a file. `given` overrides the guess for the columns that it names.

    :raises Unreadable: if the file as a whole cannot be imported
    """
    csv = CsvFile(file)
    known = targets(kind)
    mapping = merged(guess(kind, csv.header, known), given or {})
    findings = find_problems(kind, csv.header, mapping, known)
    first = list(islice(csv, size))
    rows = [item for item in first if isinstance(item, Row)]
    problems = [item for item in first if isinstance(item, Problem)]
    if not findings:
        parser = RowParser(csv.header, mapping, known)
        problems += [
            problem for row in rows if isinstance(found := parser.parse(row), list) for problem in found
        ]
    return Preview(csv.delimiter, csv.header, mapping, rows, sorted(problems, key=lambda p: p.line), findings)
