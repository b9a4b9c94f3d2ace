"""Names as `values.tidy` stores them, for those that were saved before it was: for the migrations of each app.

As it was on the day of these migrations, so that they stay what they are when `values.tidy` changes.
"""

from __future__ import annotations

NOTHING = r"[\u00ad\u061c\u180e\u200b\u200e\u200f\u2060\ufeff]"
SPACES = r"[\u0009-\u000d\u001c-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+"
TIDIED = (
    f"btrim(regexp_replace(normalize(regexp_replace(name, '{NOTHING}', '', 'g'), NFC), '{SPACES}', ' ', 'g'))"
)
# Most names are ASCII with single spaces, and need no look.
MAYBE = r"name ~ '[^\u0020-\u007e]|  |^ | $'"
NAMES = """
    WITH wanted AS MATERIALIZED (
        SELECT *, {tidied} AS tidied FROM {table} WHERE {maybe} AND {where})
    UPDATE {table} AS held SET name = wanted.tidied FROM wanted
    WHERE wanted.id = held.id AND wanted.tidied NOT IN (held.name, '') AND length(wanted.tidied) <= {longest}
"""
# One that would then be called as another one stays as it is; of several that would be called alike, all but the first.
FREE = """
    AND NOT EXISTS (SELECT FROM {table} AS other
        WHERE lower(other.name) = lower(wanted.tidied) AND other.id <> held.id AND {same} AND {where_other})
    AND NOT EXISTS (SELECT FROM wanted AS other
        WHERE lower(other.tidied) = lower(wanted.tidied) AND other.id < held.id AND {same})
"""


def names(table: str, *, longest: int, unique: bool = True, within: str = "", alive: str = "") -> tuple[str]:
    """A statement that puts the names of a table into the new form, for `RunSQL`; it never fails on a clash.

    `unique`: no two are called alike, among those with the same column `within` and of those whose column `alive` is
    NULL.
    """
    parts = {
        "table": table, "tidied": TIDIED, "maybe": MAYBE, "longest": longest,
        "where": f"{alive} IS NULL" if alive else "TRUE",
        "where_other": f"other.{alive} IS NULL" if alive else "TRUE",
        "same": f"other.{within} = held.{within}" if within else "TRUE",
    }  # fmt: skip
    return ((NAMES + (FREE if unique else "")).format(**parts),)


def names_of_accounts() -> tuple[str]:
    """The same of accounts, of which several may have a name. Whoever watches them looks at those that change."""
    [change] = names("accounts_account", longest=255, unique=False)
    return (
        f"WITH changed AS ({change} RETURNING held.id)"
        " INSERT INTO accounts_accountchange (account_id) SELECT id FROM changed",
    )
