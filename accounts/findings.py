"""What a check says about settings or a condition: one finding a fault, with its place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Finding:
    """One fault.

    `refused`: wrong in itself (unknown key, wrong type or range), never saved (spec 1.5). Otherwise something
    is missing or not live yet: kept in a draft and listed as a problem.
    `at` is the path of keys and indexes from the checked value down to the fault.
    """

    code: str
    message: str
    at: Place = ()
    refused: bool = True

    @property
    def pointer(self) -> str:
        """The place as a JSON pointer (RFC 6901)."""
        return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in self.at)

    def under(self, *place: str | int) -> Finding:
        """The same fault seen from a level above."""
        return replace(self, at=(*place, *self.at))


class Invalid(Exception):
    """What was given cannot be saved; `findings` say what is wrong and where."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = list(findings)
        super().__init__(" ".join(finding.message for finding in self.findings))
