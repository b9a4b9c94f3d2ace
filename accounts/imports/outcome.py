"""What a round of rows came to, and the words for the rows that were refused by the database's data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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
        "The external id belongs to one account and the domain “{value}” to another one without an external id.",
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


@dataclass(frozen=True)
class Stored:
    """How many rows of a round did what; `again` are to be tried in a further round."""

    created: int
    updated: int
    unchanged: int
    problems: list[Problem]
    again: list[Parsed]


def read(given: Sequence[Parsed], parser: RowParser) -> Stored:
    """What `import_row` says of the round that has been stored."""
    verdicts = rows(Sql("SELECT n, problem, again, is_new, changed FROM import_row ORDER BY n"))
    problems = [_problem(given[n], problem, parser) for n, problem, *_ in verdicts if problem]
    again = [given[n] for n, problem, later, *_ in verdicts if later and not problem]
    done = [(is_new, changed) for _, problem, later, is_new, changed in verdicts if not problem and not later]
    created = sum(is_new for is_new, _ in done)
    updated = sum(changed and not is_new for is_new, changed in done)
    return Stored(created, updated, len(done) - created - updated, problems, again)


def _problem(row: Parsed, code: str, parser: RowParser) -> Problem:
    target, words = REASONS[code]
    return Problem(row.line, parser.column(target), words.format(value=row.text(target)[:100]))
