"""Chunks of a few thousand rows, in rounds in which no two rows can mean the same account or person.

A set-based statement sees the tables as they were before it. A row that meets an earlier one of its chunk ("the same
row twice in one file") therefore goes into a later round, whose statements see what the earlier one has done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from accounts.imports.reading import Problem
from accounts.imports.rows import Parsed

# The engine waits for the accounts of a chunk: few enough rows to commit soon (design/engine.md 1.1).
CHUNK = 5_000
# A chunk ends early when one account comes back more often.
ROUNDS = 20

Keys = tuple[list[str], list[str]]
"""What a row can be found by (it provides), and what it is looked up by (it asks for)."""


class Chunk:
    """Rows that are committed together, and the problems found on the way."""

    def __init__(self) -> None:
        self.rounds: list[list[Parsed]] = []
        self.problems: list[Problem] = []
        self.bad_lines = 0
        self._last_round: dict[str, int] = {}

    def __len__(self) -> int:
        return sum(map(len, self.rounds)) + self.bad_lines

    def refuse(self, problems: list[Problem]) -> None:
        """Leave a row out."""
        self.problems.extend(problems)
        self.bad_lines += 1

    def add(self, row: Parsed, keys: Keys) -> None:
        """Put a row behind every earlier one that it may meet."""
        provides, asks = keys
        number = 1 + max((self._last_round.get(key, -1) for key in asks), default=-1)
        for key in provides:
            self._last_round[key] = max(number, self._last_round.get(key, -1))
        if number == len(self.rounds):
            self.rounds.append([])
        self.rounds[number].append(row)

    @property
    def is_full(self) -> bool:
        return len(self.rounds) >= ROUNDS


def collect(rows: Iterable[Parsed | list[Problem]], keys_of: Callable[[Parsed], Keys]) -> Iterator[Chunk]:
    """The file in chunks."""
    chunk, size = Chunk(), 0
    for row in rows:
        if isinstance(row, Parsed):
            chunk.add(row, keys_of(row))
        else:
            chunk.refuse(row)
        size += 1
        if size >= CHUNK or chunk.is_full:
            yield chunk
            chunk, size = Chunk(), 0
    if size:
        yield chunk


def account_keys(row: Parsed) -> Keys:
    """An account with an external id takes over one of its domain only while that has none (spec 3.1: then domain)."""
    external_id, domain, name = (
        row.text("account.external_id"), row.text("account.domain"), row.text("account.name")
    )  # fmt: skip
    if external_id:
        return [f"id {external_id}", f"domain {domain}", f"name {name}"], [
            f"id {external_id}",
            f"free {domain}",
        ]
    if domain:
        return [f"domain {domain}", f"free {domain}", f"name {name}"], [f"domain {domain}"]
    return [f"name {name}"], [f"name {name}"]


def person_keys(row: Parsed) -> Keys:
    """A person is found by external id or email."""
    external_id, email = row.text("person.external_id"), row.text("person.email").lower()
    keys = [f"id {external_id}"] * bool(external_id) + [f"email {email}"] * bool(email)
    return keys, keys
