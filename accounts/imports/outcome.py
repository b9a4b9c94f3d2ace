"""What a round of rows came to, and the words for the rows that were refused by the database's data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from accounts.imports.reading import Problem
from accounts.imports.rows import Parsed, RowParser
from accounts.sql import Sql, rows

# Code of `import_row.problem` → the target whose column is to blame, and what to say ({value} is the cell's).
REASONS: Mapping[str, tuple[str, str]] = {
    "account_no_identity": ("account.external_id", "The row has no external id, no domain and no name."),
    "several_domain": (
        "account.domain",
        "Several accounts have the domain “{value}”; give the external id of the one that is meant.",
    ),
    "several_name": (
        "account.name",
        "Several accounts are called “{value}”; give the external id or the domain of the one that is meant.",
    ),
    "other_domain": (
        "account.domain",
        "The external id belongs to one account, the domain “{value}” to another one without an external id.",
    ),
    "no_name": ("account.name", "A new account needs a name."),
    "person_no_identity": ("person.email", "The row has neither an external id nor an email."),
    "several_email": (
        "person.email",
        "Several people have the email “{value}”; give the external id of the one that is meant.",
    ),
    "other_email": (
        "person.email",
        "The email “{value}” belongs to another person, with another external id.",
    ),
    "no_account_external_id": ("account.external_id", "There is no account with the external id “{value}”."),
    "no_account_domain": ("account.domain", "There is no account with the domain “{value}”."),
    "no_account_name": ("account.name", "There is no account called “{value}”."),
    "several_accounts_domain": (
        "account.domain",
        "Several accounts have the domain “{value}”; give the account's external id.",
    ),
    "several_accounts_name": (
        "account.name",
        "Several accounts are called “{value}”; give the account's external id or domain.",
    ),
    "relation_without_account": (
        "role",
        "The row has a role or the primary mark, and no account that it is about.",
    ),
}


@dataclass
class Stored:
    """How many rows of a round did what; `again` are to be tried in a further round."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    failed: int = 0
    problems: list[Problem] = field(default_factory=list)
    again: list[Parsed] = field(default_factory=list)


def read(given: Sequence[Parsed], parser: RowParser) -> Stored:
    """What `import_row` says of the round that has been stored."""
    stored = Stored()
    for n, problem, again, is_new, changed in rows(
        Sql("SELECT n, problem, again, is_new, changed FROM import_row ORDER BY n")
    ):
        if problem:
            found = _problems(given[n], problem, parser)
            stored.problems += found
            stored.failed += len(found)
        elif again:
            stored.again.append(given[n])
        else:
            _count(stored, given[n], is_new=is_new, changed=changed)
    return stored


def _count(stored: Stored, row: Parsed, *, is_new: bool, changed: bool) -> None:
    """Count the row, and those it has absorbed: they change what it has made, or repeat it."""
    stored.created += is_new
    stored.updated += changed and not is_new
    stored.unchanged += not changed and not is_new
    for _, said_more in row.again:
        if said_more and (is_new or changed):
            stored.updated += 1
        else:
            stored.unchanged += 1


def _problems(row: Parsed, code: str, parser: RowParser) -> list[Problem]:
    target, words = REASONS[code]
    reason = words.format(value=row.text(target)[:100])
    return [
        Problem(line, parser.column(target), reason) for line in (row.line, *(line for line, _ in row.again))
    ]
