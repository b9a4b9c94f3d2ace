"""A CSV file as rows of cells, each with the physical line on which it starts (spec 3.1).

UTF-8 with or without a byte order mark, comma or semicolon, line breaks inside quotes, any line ends. Memory does not
grow with the file. A row that cannot be read is reported, and reading goes on behind it.
"""

from __future__ import annotations

import codecs
import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

LONGEST_LINE = 1_000_000
# A row of more lines or characters has a quote that nobody closed.
LONGEST_ROW_LINES = 100
LONGEST_ROW = 100_000
BYTE_ORDER_MARKS = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
# By which it is told how lines end, and what is read at once where they must be turned.
START = 4096
SAVE_AS = "Save it as “CSV UTF-8” and try again."


class Bytes(Protocol):
    """A file opened for bytes, of Python or of Django."""

    def read(self, size: int = ..., /) -> bytes: ...
    def readline(self, size: int = ..., /) -> bytes: ...
    def seek(self, position: int, /) -> int: ...


class Unreadable(Exception):
    """The file as a whole cannot be imported; the message says why and what to do."""


@dataclass(frozen=True)
class Row:
    """The cells of one row, and the line on which it starts (the header is on line 1)."""

    line: int
    cells: list[str]


@dataclass(frozen=True)
class Problem:
    """Why a row is left out. `column` is the header of the file, empty when the whole row is meant."""

    line: int
    column: str
    reason: str


class _RowTooLong(Exception):
    pass


class CsvFile:
    """The header of a CSV file and an iterator over what follows: a `Row`, or a `Problem` for one that is
    broken.

    `bytes_read` says how far it has come. Rows without any text are passed over.

    :raises Unreadable: empty, not UTF-8, or a header that cannot be used; while reading: a line without an
    end
    """

    def __init__(self, file: Bytes) -> None:
        file = _OfOldMacs(file) if _ends_lines_as_old_macs(file) else file
        _check_encoding(file)
        self._lines = _Lines(file)
        self.delimiter, self.header = self._read_header()
        self._rows = csv.reader(self._lines, delimiter=self.delimiter, strict=True)

    @property
    def bytes_read(self) -> int:
        return self._lines.bytes_read

    def __iter__(self) -> Iterator[Row | Problem]:
        while True:
            line = self._lines.start_row()
            try:
                cells = next(self._rows)
            except StopIteration:
                return
            except (csv.Error, _RowTooLong) as error:
                self._lines.go_back(to_line=2)
                yield Problem(line, "", _broken(error))
                continue
            if any(cell.strip() for cell in cells):
                yield self._checked(line, cells)

    def _checked(self, line: int, cells: list[str]) -> Row | Problem:
        if len(cells) != len(self.header):
            has = "1 cell" if len(cells) == 1 else f"{len(cells)} cells"
            reason = f"The row has {has}, the header {len(self.header)}; put a value that holds"
            return Problem(line, "", f"{reason} “{self.delimiter}” into quotes.")
        if self._lines.row_is_spoiled:
            column = next(name for name, cell in zip(self.header, cells, strict=True) if _is_spoiled(cell))
            return Problem(line, column, f"The value is not UTF-8. {SAVE_AS}")
        return Row(line, cells)

    def _read_header(self) -> tuple[str, list[str]]:
        """The header's lines are parsed with both delimiters; the one that finds more columns is the
        file's."""
        rows: dict[str, list[str] | Exception] = {}
        for delimiter in ",;":
            rows[delimiter] = self._first_row(delimiter)
            self._lines.go_back(to_line=1)
        delimiter = max(",;", key=lambda one: _width(rows[one]))
        self._first_row(delimiter)
        return delimiter, _checked_header(rows[delimiter])

    def _first_row(self, delimiter: str) -> list[str] | Exception:
        """The cells of the first row, or what is broken in it."""
        self._lines.start_row()
        try:
            return next(csv.reader(self._lines, delimiter=delimiter, strict=True), [])
        except (csv.Error, _RowTooLong) as error:
            return error


class _Lines:
    """The decoded lines of a file, with a way back to the start of the row that is being read.

    Bytes that are no UTF-8 come out as lone surrogates, and the row is called spoiled.
    """

    def __init__(self, file: Bytes) -> None:
        self._file = file
        self._file.seek(0)
        self._ahead: list[str] = []
        self._row: list[str] = []
        self._row_length = 0
        self._number = 0
        self.bytes_read = 0
        self.row_is_spoiled = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._ahead.pop() if self._ahead else self._read()
        self._number += 1
        self._row.append(line)
        self._row_length += len(line)
        self.row_is_spoiled = self.row_is_spoiled or (not line.isascii() and _is_spoiled(line))
        if len(self._row) > LONGEST_ROW_LINES or self._row_length > LONGEST_ROW:
            raise _RowTooLong
        return line

    def start_row(self) -> int:
        """Begin a row; the number of its first line."""
        self._row = []
        self._row_length = 0
        self.row_is_spoiled = False
        return self._number + 1

    def go_back(self, *, to_line: int) -> None:
        """Read the row's lines again from its first (1) or second (2) one on."""
        again = self._row[to_line - 1 :]
        self._number -= len(again)
        self._ahead.extend(reversed(again))

    def _read(self) -> str:
        raw = self._file.readline(LONGEST_LINE)
        if not raw:
            raise StopIteration
        if len(raw) == LONGEST_LINE:
            raise Unreadable(
                f"Line {self._number + 1} is longer than {LONGEST_LINE:,} bytes. Is this a CSV file?"
            )
        is_first = not self.bytes_read
        self.bytes_read += len(raw)
        return (raw.removeprefix(codecs.BOM_UTF8) if is_first else raw).decode("utf-8", "surrogateescape")


class _OfOldMacs:
    """A file whose lines end with a carriage return alone, read as one with line feeds."""

    def __init__(self, file: Bytes) -> None:
        self._file = file
        self._ahead: deque[bytes] = deque()

    def seek(self, position: int, /) -> int:
        self._ahead.clear()
        return self._file.seek(position)

    def read(self, size: int = -1, /) -> bytes:
        return self._file.read(size).replace(b"\r", b"\n")

    def readline(self, size: int = LONGEST_LINE, /) -> bytes:
        # The last line that is ahead may go on in what comes.
        while len(self._ahead) < 2 and sum(map(len, self._ahead)) < size and (more := self.read(START)):
            begun = self._ahead.pop() if self._ahead else b""
            self._ahead.extend((begun + more).splitlines(keepends=True))
        line = self._ahead.popleft() if self._ahead else b""
        if len(line) > size:
            self._ahead.appendleft(line[size:])
        return line[:size]


def _ends_lines_as_old_macs(file: Bytes) -> bool:
    file.seek(0)
    start = file.read(START)
    return b"\r" in start and b"\n" not in start


def _is_spoiled(text: str) -> bool:
    """Whether it holds a byte that was no UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _check_encoding(file: Bytes) -> None:
    """Refuse a file that is in another encoding as a whole.

    One stray byte in a file that is UTF-8 elsewhere spoils its row only; a file whose first character beyond
    ASCII is not UTF-8 has been saved in the encoding of some country, and half of it must not be imported.
    """
    file.seek(0)
    start = file.read(START)
    for mark, encoding in BYTE_ORDER_MARKS.items():
        if start.startswith(mark):
            raise Unreadable(f"The file is in {encoding}, not in UTF-8. {SAVE_AS}")
    if b"\0" in start.split(b"\n", 1)[0]:
        raise Unreadable(f"The file is not text in UTF-8 (its first line holds NUL bytes). {SAVE_AS}")
    file.seek(len(codecs.BOM_UTF8) if start.startswith(codecs.BOM_UTF8) else 0)
    _check_first_letters(file)


def _check_first_letters(file: Bytes) -> None:
    number = 0
    while raw := file.readline(LONGEST_LINE):
        number += 1
        if raw.isascii():
            continue
        try:
            raw.decode("utf-8")
        except UnicodeDecodeError as error:
            byte = raw[error.start]
            raise Unreadable(
                f"The file is not UTF-8: line {number} holds the byte 0x{byte:02X}. {SAVE_AS}"
            ) from None
        return


def _width(row: list[str] | Exception) -> int:
    return 0 if isinstance(row, Exception) else len(row)


def _checked_header(cells: list[str] | Exception) -> list[str]:
    """The header's names, trimmed; a column without a name is called by its number.

    :raises Unreadable: no header, one that is broken, or one name twice
    """
    if isinstance(cells, Exception):
        raise Unreadable(f"The first line must name the columns and cannot be read. {_broken(cells)}")
    if not any(cell.strip() for cell in cells):
        raise Unreadable("The file is empty: its first line must name the columns.")
    names = [cell.strip() or f"Column {number}" for number, cell in enumerate(cells, 1)]
    seen: dict[str, int] = {}
    for number, name in enumerate(names, 1):
        if "\r" in name or _is_spoiled(name):
            raise Unreadable(f"The header cannot be read (column {number}). {SAVE_AS}")
        if name.lower() in seen:
            raise Unreadable(
                f"The header names the column “{name}” twice (columns {seen[name.lower()]} and {number})."
            )
        seen[name.lower()] = number
    return names


def _broken(error: Exception) -> str:
    if isinstance(error, _RowTooLong) or "unexpected end of data" in str(error):
        return "A quote is opened and never closed."
    if "expected after" in str(error):
        return 'A quote inside a quoted value must be written twice ("").'
    if "new-line character" in str(error):
        return "A carriage return stands in a value without quotes; end all lines in the same way."
    return f"The row cannot be read: {error}."
