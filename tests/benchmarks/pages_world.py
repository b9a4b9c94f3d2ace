"""The data that the pages are measured on (spec 6.1): accounts, people, journeys, one journey of a million entries.

All of it by set-based SQL on a database that nobody works with yet; what a row holds follows from its number, so two runs make
the same world. The big journey is in pages_journey.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import admin
from django.contrib.auth.models import User
from django.db import connection, transaction

from accounts.demo import volume
from accounts.demo.words import COUNTRIES, INDUSTRIES, NAMES
from accounts.models import Audience, CustomAttribute, Score, TableLayout
from accounts.sql import Sql, row, run, sql
from journeys.models import Journey, Node
from tests.benchmarks import pages_events, pages_groups, pages_journey, world
from tests.benchmarks.pages_draws import STAFF, ago, draw, pick, somebody
from tests.benchmarks.pages_journey import NOW

Say = Callable[[str], None]
LISTS, AUDIENCES, IMPORTS = 400, 400, 2_000
CAMPAIGNS = (
    "Welcome", "Renewal", "Upsell", "Win back", "Onboarding", "Webinar follow-up", "Trade show", "Pilot", "Executive briefing",
    "Product launch", "Customer stories", "Trial", "Security review", "Cross-sell", "Annual survey", "Migration",
)  # fmt: skip
# Out of a hundred journeys; two in a hundred are deleted ones that have not been purged.
STATUSES = (
    ("draft", 24), ("scheduled", 6), ("live", 25), ("closed", 10), ("aborted", 10), ("finished", 25),
)  # fmt: skip


@dataclass(frozen=True)
class Size:
    """How much of everything."""

    accounts: int
    people_each: int
    journeys: int
    entries: int


FULL = Size(1_000_000, 3, 100_000, 1_000_000)
SMALL = Size(5_000, 3, 2_000, 5_000)


def make(size: Size, say: Say) -> None:
    """All of it; a quarter of an hour at full size on two cores, most of it for indexes."""
    say(f"{size.accounts:,} accounts with {size.people_each} people each")
    volume.fill(size.accounts, size.people_each)
    furnish(size, say)


def furnish(size: Size, say: Say) -> None:
    """Everything but the accounts and people."""
    _staff()
    say(f"{LISTS} lists, {AUDIENCES} audiences, {IMPORTS:,} imports")
    _defined()
    _lists(size)
    _audiences()
    _imports()
    say(f"{size.journeys:,} journeys")
    _journeys(size.journeys)
    say(f"a journey of {size.entries:,} entries")
    pages_journey.make(size.entries)
    say("events")
    pages_events.fill(size.accounts)
    add_groups(say)
    say("vacuum")
    settle()


def add_groups(say: Say) -> None:
    """As many buying groups as accounts."""
    say("buying groups")
    pages_groups.make()


def _staff() -> None:
    """Who has made and published things, and the one who looks at the pages."""
    User.objects.bulk_create(
        User(username=f"staff{i:02}", first_name="Staff", last_name=f"{i:02}", password="!", is_staff=True)
        for i in range(STAFF)
    )
    User.objects.create_superuser("pages", password=None)


def viewer() -> User:
    """Who looks at the pages."""
    return User.objects.get(username="pages")


def show_all_columns() -> None:
    """The viewer wants to see every column of every list."""
    for model, shown in admin.site._registry.items():
        if columns := list(getattr(shown, "columns", ())):
            found = {"user": viewer(), "table": model._meta.label_lower}
            TableLayout.objects.update_or_create(**found, defaults={"columns": columns})


def _defined() -> None:
    """What an administrator has defined."""
    Score.objects.create(name="fit", label="Fit")
    for name in ("segment", "tier", "region"):
        CustomAttribute.objects.create(
            subject="account", name=name, label=name.title(), type="text", updatable=True
        )
    Audience.objects.create(
        name="Everybody", condition={"match": "all", "filters": []}, created_at=NOW, updated_at=NOW
    )


def _lists(size: Size) -> None:
    """Static ones and dynamic ones; the first holds half of all accounts, the second 5,000, the others 100 each."""
    run(sql(
        "INSERT INTO accounts_accountlist (name, description, type, status, condition, created_at, created_by_id, updated_at)"
        " SELECT {word} || ' list ' || n, 'Accounts for ' || {word}, CASE n %% 4 WHEN 3 THEN 'dynamic' ELSE 'static' END,"
        " CASE n %% 5 WHEN 0 THEN 'draft' ELSE 'live' END, CASE n %% 4 WHEN 3 THEN"
        " '{{\"match\": \"all\", \"filters\": []}}'::jsonb END, {ago}, {who}, {ago} FROM generate_series(1, {count}) AS n",
        word=pick(CAMPAIGNS, 21), ago=ago(LISTS), who=somebody(22), count=LISTS,
    ))  # fmt: skip
    every = max(size.accounts // 100, 1)
    for which, condition in (
        ("= 1", "account.id %% 2 = 0"),
        ("= 2", f"account.id <= {min(5_000, every * 5)}"),
    ):
        run(sql(MEMBERS, which=Sql(which), condition=Sql(condition), now=NOW))
    run(
        sql(
            MEMBERS,
            which=Sql("> 2"),
            condition=Sql(f"account.id %% {every} = list.number %% {every}"),
            now=NOW,
        )
    )


MEMBERS = """
    INSERT INTO accounts_listmember (account_list_id, account_id, added_at)
    SELECT list.id, account.id, {now} FROM
        (SELECT id, row_number() OVER (ORDER BY id) AS number FROM accounts_accountlist) AS list
    JOIN accounts_account AS account ON {condition} WHERE list.number {which}
"""


def _audiences() -> None:
    condition = '{{"match": "all", "filters": [{{"field": "account.employees", "operator": "at_least", "value": 500}}]}}'
    run(sql(
        "INSERT INTO accounts_audience (name, description, condition, revision, created_at, created_by_id, updated_at)"
        f" SELECT {{word}} || ' audience ' || n, '', '{condition}'::jsonb, 1, {{ago}}, {{who}}, {{ago}}"
        " FROM generate_series(1, {count}) AS n",
        word=pick(CAMPAIGNS, 23), ago=ago(AUDIENCES), who=somebody(24), count=AUDIENCES,
    ))  # fmt: skip


def _imports() -> None:
    """Files read in; the last one has left out a thousand rows."""
    run(sql(
        "INSERT INTO accounts_import (kind, status, file_name, file, mapping, bytes_total, bytes_read, rows, created, updated,"
        " unchanged, failed, error, cancel_requested, created_at, created_by_id, started_at, finished_at)"
        " SELECT CASE n %% 2 WHEN 0 THEN 'accounts' ELSE 'people' END, CASE n %% 9 WHEN 0 THEN 'failed' ELSE 'done' END,"
        " lower({word}) || '-' || n || '.csv', '', '{{}}', 9000, 9000, 1000, 600, 300, 99, 1, '', false, {ago}, {who}, {ago}, {ago}"
        " FROM generate_series(1, {count}) AS n",
        word=pick(CAMPAIGNS, 25), ago=ago(IMPORTS), who=somebody(26), count=IMPORTS,
    ))  # fmt: skip
    run(Sql(
        'INSERT INTO accounts_importproblem (job_id, line, "column", reason) SELECT (SELECT max(id) FROM accounts_import), n,'
        " 'email', 'This is no email address.' FROM generate_series(2, 1001) AS n"
    ))  # fmt: skip


# --- Journeys -------------------------------------------------------------------------------------------------------


@transaction.atomic
def _journeys(count: int) -> None:
    """Copies of one small journey in every status, each with a name of its own."""
    one = world.make("Template of the others", world.nodes("template"))
    first = _top("journeys_journey") + 1
    known = {
        "one": one.pk, "version": one.version_id, "first": Sql(str(first)), "count": Sql(str(count)),
        "number": Sql(f"(journey.id - {first})"),
    }  # fmt: skip
    run(Sql("SET CONSTRAINTS ALL DEFERRED"))
    run(sql(
        JOURNEYS, **known, now=NOW, campaign=pick(CAMPAIGNS, 31), industry=pick(INDUSTRIES, 32), name=pick(NAMES, 33),
        country=pick([country[0] for country in COUNTRIES], 34), status=_status(), ago=ago(count), who=somebody(35),
        other=somebody(36), held=draw(37, 1_000), edited=draw(38, 1_000),
    ))  # fmt: skip
    for statement in (VERSIONS, DRAFTS, NODES, PATHS, REFERENCES, TARGETS, HISTORY, COUNTERS):
        run(sql(statement, **known))
    run(Sql("ANALYZE journeys_journey, journeys_node, journeys_path"))
    for table in ("journeys_journey", "journeys_mapversion", "journeys_node"):
        row(sql("SELECT setval(pg_get_serial_sequence({table}, 'id'), {top})", table=table, top=_top(table)))
    Journey.objects.filter(pk=one.pk).update(deleted_at=NOW)


def _top(table: str) -> int:
    found = row(Sql(f"SELECT coalesce(max(id), 0) FROM {table}"))
    return int(found[0]) if found else 0


def _status() -> Sql:
    """The status of row `n`, as often as STATUSES says."""
    words = [status for status, share in STATUSES for _ in range(share)]
    return pick(words, 39)


# Versions have the ids of their journeys, behind those that there are; they are filled in once both exist.
JOURNEYS = """
    INSERT INTO journeys_journey (id, name, description, status, time_zone, starts_at, ends_at, re_entry_enabled, re_entry_timing,
        re_entry_delay, re_entry_delay_unit, re_entry_limit, email_deduplication, created_at, created_by_id, updated_at, updated_by_id,
        published_at, published_by_id, started_at, ended_at, version_id, mode, swept_at, held_at, held_because, deleted_at)
    SELECT {first} + n, s.campaign || ' · ' || {industry} || ' · ' || {country} || ' ' || n, 'For the accounts of ' || {name}
        || ': ' || lower(s.campaign) || ' in three steps.', s.status, 'UTC',
        CASE WHEN s.status = 'scheduled' THEN {now}::timestamptz + interval '1 year' END,
        CASE WHEN s.status <> 'draft' THEN {now}::timestamptz + interval '2 years' + n * interval '1 minute' END,
        false, 'from_end', 1, 'days', 2, false, s.made, {who}, s.made + {edited} * interval '1 hour', {other},
        CASE WHEN s.status <> 'draft' THEN s.made + interval '1 day' END, CASE WHEN s.status <> 'draft' THEN {other} END,
        CASE WHEN s.status NOT IN ('draft', 'scheduled') THEN s.made + interval '1 day' END,
        CASE WHEN s.status IN ('aborted', 'finished') THEN s.made + interval '30 days' END,
        CASE WHEN s.status <> 'draft' THEN {first} + n END, CASE WHEN s.status <> 'draft' THEN 'continuous' ELSE '' END,
        CASE WHEN s.status = 'aborted' THEN s.made + interval '30 days' END,
        CASE WHEN s.status = 'live' AND {held} = 0 THEN {now}::timestamptz END, '',
        CASE WHEN s.status IN ('draft', 'finished') AND n %% 50 = 0 THEN {now}::timestamptz END
    FROM generate_series(0, {count} - 1) AS n
    CROSS JOIN LATERAL (SELECT {campaign} AS campaign, {status} AS status, {ago} AS made) AS s
"""
VERSIONS = """
    INSERT INTO journeys_mapversion (id, journey_id, number, document, engine, published_at)
    SELECT journey.id, journey.id, 1, template.document, template.engine, journey.published_at
    FROM journeys_journey AS journey, journeys_mapversion AS template
    WHERE journey.id >= {first} AND journey.status <> 'draft' AND template.id = {version}
"""
DRAFTS = """
    INSERT INTO journeys_draft (journey_id, nodes, revision)
    SELECT journey.id, template.nodes, 1 FROM journeys_journey AS journey, journeys_draft AS template
    WHERE journey.id >= {first} AND template.journey_id = {one}
"""
NODES = """
    INSERT INTO journeys_node (id, version_id, key, kind, "on", action, label, settings, position)
    SELECT top.id + {number} * 10 + template.position + 1, journey.id, template.key, template.kind, template.on, template.action,
        template.label, template.settings, template.position
    FROM journeys_journey AS journey, journeys_node AS template, (SELECT max(id) AS id FROM journeys_node) AS top
    WHERE journey.id >= {first} AND journey.version_id IS NOT NULL AND template.version_id = {version}
"""
PATHS = """
    INSERT INTO journeys_path (node_id, key, label, position, condition, percentage, is_other, next_id)
    SELECT node.id, template.key, template.label, template.position, template.condition, template.percentage, template.is_other,
        node.id + next.position - source.position
    FROM journeys_path AS template JOIN journeys_node AS source ON source.id = template.node_id
    LEFT JOIN journeys_node AS next ON next.id = template.next_id
    JOIN journeys_node AS node ON node.version_id >= {first} AND node.position = source.position
    WHERE source.version_id = {version}
"""
REFERENCES = """
    INSERT INTO journeys_reference (version_id, node_id, audience_id, adds)
    SELECT node.version_id, node.id, (SELECT min(id) FROM accounts_audience), false
    FROM journeys_node AS node WHERE node.version_id >= {first} AND node.position = 0
"""
# One in ten adds to the live journey before it; one in a thousand to the journey before it, whatever that is.
TARGETS = """
    INSERT INTO journeys_reference (version_id, node_id, target_journey_id, adds)
    SELECT node.version_id, node.id, CASE WHEN journey.id %% 1000 = 7 THEN journey.former ELSE journey.live END, true
    FROM (SELECT id, lag(id) OVER former AS former, max(id) FILTER (WHERE status = 'live') OVER (former ROWS BETWEEN UNBOUNDED PRECEDING
        AND 1 PRECEDING) AS live FROM journeys_journey WHERE id >= {first} WINDOW former AS (ORDER BY id)) AS journey
    JOIN journeys_node AS node ON node.version_id = journey.id AND node.position = 3
    WHERE journey.id %% 10 = 7 AND journey.live IS NOT NULL AND journey.former IS NOT NULL
"""
HISTORY = """
    INSERT INTO journeys_historyrecord (journey_id, at, by_id, interface, what, detail)
    SELECT id, created_at, created_by_id, 'admin', 'created', '{{}}'::jsonb FROM journeys_journey WHERE id >= {first}
    UNION ALL SELECT id, published_at, published_by_id, 'admin', 'published', '{{}}' FROM journeys_journey
    WHERE id >= {first} AND published_at IS NOT NULL
    UNION ALL SELECT id, started_at, NULL, 'system', 'started', '{{}}' FROM journeys_journey WHERE id >= {first} AND started_at IS NOT NULL
"""
# Entered and completed: what the home page shows.
COUNTERS = """
    INSERT INTO journeys_counter (journey_id, node_id, what, n)
    SELECT journey.id, 0, what, 1000 - 100 * what FROM journeys_journey AS journey, (VALUES (1), (6)) AS counted (what)
    WHERE journey.id >= {first} AND journey.started_at IS NOT NULL
"""


def settle() -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
        cursor.execute("CHECKPOINT")


def node(key: str) -> Node:
    """A node of the big journey."""
    return Node.objects.get(version_id=pages_journey.found().version_id, key=key)
