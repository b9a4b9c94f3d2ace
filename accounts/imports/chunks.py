"""Chunks of a few thousand rows, in rounds in which no two rows can mean the same account or person.

A set-based statement sees the tables as they were before it. A row that meets an earlier one of its chunk
therefore goes into a later round, whose statements see what the earlier one has done. Where both surely mean
the same (one external id twice in a file), the later values are taken over by the earlier row at once: the
last value counts, as it does when the rows are far apart, and nothing changes when the file is repeated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from accounts.imports.identity import Keys
from accounts.imports.reading import Problem
from accounts.imports.rows import Parsed

# The engine waits for the accounts of a chunk: few enough rows to commit soon (docs/engine.md, The order of locks).
CHUNK = 5_000
# A chunk ends early when one account comes back more often.
ROUNDS = 20


class Chunk:
    """Rows that are committed together, and the problems found on the way; its length is that of rows
    read."""

    def __init__(self) -> None:
        self.rounds: list[list[Parsed]] = []
        self.problems: list[Problem] = []
        self.bad_rows = 0
        self._length = 0
        self._round: dict[Parsed, int] = {}
        self._keys: dict[Parsed, Keys] = {}
        # Who could be found last by a key.
        self._last: dict[str, Parsed] = {}

    def __len__(self) -> int:
        return self._length

    @property
    def is_full(self) -> bool:
        return self._length >= CHUNK or len(self.rounds) >= ROUNDS

    def refuse(self, problems: list[Problem]) -> None:
        """Leave a row out."""
        self.problems.extend(problems)
        self.bad_rows += 1
        self._length += 1

    def add(self, row: Parsed, keys: Keys) -> None:
        """Put a row behind every earlier one that it may meet, or into the one that it surely means."""
        self._length += 1
        earlier = self._last.get(keys.identity)
        if earlier is not None and self._is_the_same(earlier, keys):
            earlier.absorb(row)
            self._remember(earlier, self._keys[earlier].and_of(keys), self._round[earlier])
            return
        met = [self._round[self._last[key]] for key in keys.asks if key in self._last]
        number = 1 + max(met, default=-1)
        if number == len(self.rounds):
            self.rounds.append([])
        self.rounds[number].append(row)
        self._remember(row, keys, number)

    def _is_the_same(self, earlier: Parsed, keys: Keys) -> bool:
        """Whether the two surely mean the same, and no row between them has to do with either."""
        known = self._keys[earlier]
        involved = {*known.provides, *keys.provides, *keys.asks}
        others = {self._last.get(key, earlier) for key in involved}
        return known.identity == keys.identity and known.relation == keys.relation and others == {earlier}

    def _remember(self, row: Parsed, keys: Keys, number: int) -> None:
        self._round[row] = number
        self._keys[row] = keys
        for key in keys.provides:
            last = self._last.get(key)
            if last is None or self._round[last] <= number:
                self._last[key] = row


def collect(rows: Iterable[Parsed | list[Problem]], keys_of: Callable[[Parsed], Keys]) -> Iterator[Chunk]:
    """The file in chunks."""
    chunk = Chunk()
    for row in rows:
        if isinstance(row, Parsed):
            chunk.add(row, keys_of(row))
        else:
            chunk.refuse(row)
        if chunk.is_full:
            yield chunk
            chunk = Chunk()
    if len(chunk):
        yield chunk
