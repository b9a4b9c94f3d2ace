"""Any number of accounts and people for benchmarks and load tests, made by the database alone.

Everything follows from the row's number, so that two runs make the same rows. Nothing is marked or recorded:
this is for a database that nobody works with yet.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import transaction

from accounts.demo.words import COUNTRIES, FIRST, INDUSTRIES, KINDS, LAST, NAMES, TITLES
from accounts.sql import Sql, join, row, rows, run, sql

TABLES = ("accounts_account", "accounts_person", "accounts_accountperson")


@transaction.atomic
def fill(accounts: int, people_each: int) -> None:
    """Add so many accounts with so many people each, and tell the planner. A million with three takes two or
    three minutes, most of it for the indexes of the search.

    About 90 % of the accounts have ten employees or more, spread evenly over the orders of magnitude up to
    300,000. Indexes are built anew at the end, so readers wait until it is done.
    """
    run(Sql("SET LOCAL synchronous_commit = off"))
    run(Sql("SET LOCAL maintenance_work_mem = '256MB'"))
    _without_foreign_key_checks()
    first_account, first_person = _next_id("accounts_account"), _next_id("accounts_person")
    with _indexes_later():
        run(_accounts(first_account, accounts))
        run(_people(first_account, first_person, accounts, people_each))
        run(_relations(first_account, first_person, accounts, people_each))
    _set_sequence("accounts_account", first_account + accounts)
    _set_sequence("accounts_person", first_person + accounts * people_each)
    for table in TABLES:
        run(Sql(f"ANALYZE {table}"))


def _without_foreign_key_checks() -> None:
    """The rows are right by construction; a superuser need not have six million of them looked up."""
    is_superuser = row(Sql("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"))
    if is_superuser and is_superuser[0]:
        run(Sql("SET LOCAL session_replication_role = replica"))


def _next_id(table: str) -> int:
    found = row(sql("SELECT nextval(pg_get_serial_sequence({table}, 'id'))", table=table))
    return int(found[0]) if found else 1


def _set_sequence(table: str, following: int) -> None:
    row(sql("SELECT setval(pg_get_serial_sequence({table}, 'id'), {id}, false)", table=table, id=following))


@contextmanager
def _indexes_later() -> Iterator[None]:
    """Drop the indexes that no constraint stands on, and build them again when the rows are there."""
    found = rows(
        sql(
            "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i"
            " WHERE i.indrelid = ANY({tables}::regclass[]) AND NOT i.indisprimary"
            " AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)",
            tables=list(TABLES),
        )
    )
    for index, _ in found:
        run(sql("DROP INDEX {index}", index=Sql(index)))
    yield
    for _, definition in found:
        run(Sql(definition.replace("%", "%%")))


def _accounts(first: int, count: int) -> Sql:
    return sql(
        "INSERT INTO accounts_account (id, external_id, name, domain, industry, sic_code, annual_revenue,"
        " employees, city, state, country, time_zone, owner_email, custom)"
        " SELECT {first} + n, 'V' || ({first} + n), {name} || ' ' || {kind} || ' ' || ({first} + n),"
        " lower({name}) || ({first} + n) || '.example', {industry}, '',"
        " e.employees * 1000 * (50 + {draw}), e.employees,"
        " '', '', c.name, c.zone, 'owner' || {owner} || '@example.com', '{{}}'"
        " FROM generate_series(0, {last}) AS n"
        " CROSS JOIN LATERAL (SELECT {size} AS u) AS d"
        " CROSS JOIN LATERAL (SELECT CASE WHEN d.u < 0.1 THEN 1 + floor(d.u * 90)"
        "   ELSE floor(10 * exp((d.u - 0.1) / 0.9 * ln(30000.0::float8))) END::bigint AS employees) AS e"
        " JOIN {countries} ON c.number = LEAST({country1}, {country2})",
        first=Sql(str(first)), last=Sql(str(count - 1)), name=_pick(NAMES, 1), kind=_pick(KINDS, 2),
        industry=_pick(INDUSTRIES, 3), draw=_draw(4, 200), owner=_draw(5, 200),
        size=sql("{draw} / 100000.0::float8", draw=_draw(6, 100_000)),
        countries=_countries(), country1=_draw(7, len(COUNTRIES)), country2=_draw(8, len(COUNTRIES)),
    )  # fmt: skip


def _people(first_account: int, first: int, accounts: int, each: int) -> Sql:
    """The people of account k are numbered k × each and on; they live where it is."""
    return sql(
        "INSERT INTO accounts_person (id, external_id, email, first_name, last_name, job_title, phone,"
        " mobile_phone, city, state, country, postal_code, language, time_zone, unsubscribed,"
        " unsubscribed_reason, consent_email, consent_sms, email_invalid, email_suspended,"
        " marketing_suspended, is_test, custom)"
        " SELECT {first} + n, 'P' || ({first} + n),"
        " lower({given} || '.' || {family}) || ({first} + n) || '@' || a.domain, {given}, {family}, {title},"
        " '', '', '', '', a.country, '', {language}, a.time_zone, {unsubscribed} = 0, '',"
        " CASE WHEN {consent} < 8 THEN 'yes' WHEN {consent} = 8 THEN 'no' ELSE '' END, '',"
        " false, false, false, false, '{{}}'"
        " FROM generate_series(0, {last}) AS n"
        " JOIN accounts_account a ON a.id = {first_account} + n / {each}",
        first=Sql(str(first)), last=Sql(str(accounts * each - 1)), each=Sql(str(max(each, 1))),
        first_account=Sql(str(first_account)), given=_pick(FIRST, 11), family=_pick(LAST, 12),
        title=_pick(TITLES, 13), language=_language(),
        unsubscribed=_draw(14, 50), consent=_draw(15, 10),
    )  # fmt: skip


def _relations(first_account: int, first_person: int, accounts: int, each: int) -> Sql:
    return sql(
        "INSERT INTO accounts_accountperson (account_id, person_id, role, is_primary)"
        " SELECT {first_account} + n / {each}, {first_person} + n,"
        " CASE WHEN {role} = 0 THEN 'contractor' ELSE 'employee' END, true"
        " FROM generate_series(0, {last}) AS n",
        first_account=Sql(str(first_account)), first_person=Sql(str(first_person)),
        each=Sql(str(max(each, 1))), last=Sql(str(accounts * each - 1)), role=_draw(16, 10),
    )  # fmt: skip


def _draw(salt: int, sides: int) -> Sql:
    """A number from 0 to sides - 1 that follows from the row's number."""
    return Sql(f"((hashint8extended(n, {salt}) & 1073741823) %% {sides})::int")


def _pick(words: Sequence[str], salt: int) -> Sql:
    return sql("({words}::text[])[1 + {draw}]", words=list(words), draw=_draw(salt, len(words)))


def _countries() -> Sql:
    values = [sql("({i}::int, {name}, {zone})", i=i, name=c[0], zone=c[1]) for i, c in enumerate(COUNTRIES)]
    return sql("(VALUES {values}) AS c (number, name, zone)", values=join(", ", values))


def _language() -> Sql:
    cases = [sql("WHEN {country} THEN {language}", country=c[0], language=c[2]) for c in COUNTRIES]
    return sql("CASE a.country {cases} ELSE '' END", cases=join(" ", cases))
