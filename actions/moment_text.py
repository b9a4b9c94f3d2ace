"""What the two interesting moments share: their settings, and the description with its tokens as SQL.

A token names an attribute: `{{ account.name }}`, `{{ person.first_name | default: "there" }}`. It is filled
by the statement that records the moments; a missing value gives its default, else nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts import attributes
from accounts.attributes import Attribute, Subject
from accounts.findings import Finding
from accounts.sql import EMPTY, Sql, join, sql
from actions.settings import Choice, Context, Text

LENGTH = 140
TOKEN = re.compile(r"""\{\{\s*([\w.]+)\s*(?:\|\s*default:\s*(?:"([^"]*)"|'([^']*)')\s*)?\}\}""")
TABLES: dict[Subject, str] = {"account": "accounts_account", "person": "accounts_person"}


@dataclass(frozen=True)
class Token:
    """The place of a value in a text."""

    attribute: str
    default: str


def parse(text: str) -> Iterator[str | Token]:
    """The text in pieces, in order."""
    end = 0
    for match in TOKEN.finditer(text):
        yield text[end : match.start()]
        yield Token(match[1], match[2] or match[3] or "")
        end = match.end()
    yield text[end:]


@dataclass(frozen=True)
class Description(Text):
    """What a moment says: at most 140 characters, as written and as filled; what is longer by then is cut."""

    max_length: int = LENGTH
    # Whose attributes its tokens may name.
    subjects: tuple[Subject, ...] = ("account",)

    def check(self, value: Any, context: Context) -> list[Finding]:
        if wrong := super().check(value, context):
            return wrong
        return [self.wrong("bad_token", message, refused=False) for message in self._complaints(value)]

    def fields(self, value: Any) -> Collection[str]:
        return {piece.attribute for piece in parse(value) if isinstance(piece, Token)}

    def filled(self, text: str) -> Sql:
        """The description as an expression over the rows called as in `TABLES`."""
        pieces = [
            sql("{text}::text", text=piece) if isinstance(piece, str) else self._value(piece)
            for piece in parse(text)
        ]
        return sql("left(concat({pieces}), {length})", pieces=join(", ", pieces), length=LENGTH)

    def joins(self, text: str) -> Sql:
        """The joins that `filled` needs, to a relation `target` with the ids."""
        used = {piece.attribute.partition(".")[0] for piece in parse(text) if isinstance(piece, Token)}
        joins = [
            sql(
                " JOIN {table} AS {row} ON {row}.id = target.{row}_id",
                table=Sql(TABLES[subject]),
                row=Sql(subject),
            )
            for subject in self.subjects
            if subject in used
        ]
        return join("", joins)

    def _complaints(self, text: str) -> Iterator[str]:
        for piece in parse(text):
            if isinstance(piece, Token):
                attribute = self._find(piece.attribute)
                if attribute is None:
                    message = _("there is no token “%(name)s”.") % {"name": piece.attribute}
                    yield message + self._hint(piece.attribute)
                elif not attribute.managed:
                    yield _("“%(name)s” cannot be read by journeys.") % {"name": piece.attribute}
            elif "{{" in piece or "}}" in piece:
                yield _('a token is written {{ %(name)s }} or {{ %(name)s | default: "your city" }}.') % {
                    "name": f"{self.subjects[-1]}.city"
                }

    def _find(self, name: str) -> Attribute | None:
        subject = name.partition(".")[0]
        return next((attributes.find(known, name) for known in self.subjects if known == subject), None)

    def _hint(self, name: str) -> str:
        known = [attribute.name for subject in self.subjects for attribute in attributes.all_of(subject)]
        for guess in (name, *(f"{subject}.{name}" for subject in self.subjects)):
            if close := get_close_matches(guess, known, 1):
                return " " + _("Did you mean “%(name)s”?") % {"name": close[0]}
        return ""

    def _value(self, token: Token) -> Sql:
        """The value as text. An attribute that has gone since publishing is missing for everybody."""
        attribute = self._find(token.attribute)
        if attribute is None or not attribute.managed:
            return sql("{default}::text", default=token.default)
        text = sql("NULLIF({stored} #>> '{{}}', '')", stored=attribute.stored(attribute.subject))
        if attribute.type == "yes_no":
            text = sql("CASE {text} WHEN 'true' THEN 'yes' WHEN 'false' THEN 'no' END", text=text)
        return sql("COALESCE({text}, {default}::text)", text=text, default=token.default)


TYPE = Choice(
    "type", _("Type"), choices=(("email", _("Email")), ("milestone", _("Milestone")), ("web", _("Web")))
)


def payload(description: Description, settings: Any) -> Sql:
    """The payload of a moment's event."""
    return sql(
        "jsonb_build_object('type', {type}::text, 'description', {text})",
        type=settings["type"], text=description.filled(settings.get(description.name) or ""),
    )  # fmt: skip


def joins(description: Description, settings: Any) -> Sql:
    """What the payload needs, after a relation called `target`."""
    text = settings.get(description.name)
    return description.joins(text) if text else EMPTY
