"""A storm: two workers move 20,000 entries while they are killed, stopped and cut off, for a minute.

What is to come of it is known beforehand, to the last point of a score. THROUGHLINE_STORM_SEED repeats a storm.
"""

from __future__ import annotations

import logging
import os
import signal
from datetime import datetime, timedelta
from random import Random
from time import monotonic, sleep

import pytest

from accounts.models import Account, AccountList, AccountPerson, ListMember, Person
from accounts.sql import Sql, row, rows, run, sql
from journeys.engine import fence, liveness
from journeys.engine.verify import verify
from journeys.engine.worker import Worker, database_clock
from journeys.models import Batch, Entry, EntryFailure, Journey, NodeTrouble
from tests.factories import AccountListFactory, ScoreFactory
from tests.factories.maps import action, add_to_journey, condition, merge, publish_map, split, start, wait
from tests.faults.processes import Host, count, poll

logger = logging.getLogger(__name__)
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.storm, pytest.mark.timeout(240)]

SEED = int(os.environ.get("THROUGHLINE_STORM_SEED", "20270301"))
ACCOUNTS = 6_700
ENTRIES = 3 * ACCOUNTS
WAVES = 8
SECONDS_BETWEEN = 7
LONGEST = 60
BATCHES = [20, 40, 80]
RAISED, LOWERED = 6 + 3, 1
IDLE = 1.0
KILLS_IN_A_TRANSACTION = 20
# Open, with statements behind it, and under the fence of a journey: somebody is being moved or let in.
IN_A_TRANSACTION = """
    SELECT count(*) FROM pg_stat_activity AS worker WHERE application_name = {name} AND xact_start IS NOT NULL
    AND (state LIKE 'idle in transaction%%' OR state = 'active' AND xact_start < query_start)
    AND EXISTS (SELECT FROM pg_locks WHERE pid = worker.pid AND locktype = 'advisory' AND classid = {fence})
"""


def populate() -> None:
    """Accounts of 1 to n employees; each person belongs to two of them."""
    accounts = Account.objects.bulk_create(Account(name=f"a{i}", employees=i + 1) for i in range(ACCOUNTS))
    people = Person.objects.bulk_create(Person(email=f"p{i}@x.example") for i in range(ACCOUNTS))
    AccountPerson.objects.bulk_create(
        AccountPerson(account=accounts[(i + apart) % ACCOUNTS], person=person)
        for i, person in enumerate(people)
        for apart in (0, ACCOUNTS // 2)
    )
    run(Sql("ANALYZE accounts_account, accounts_person, accounts_accountperson"))


def publish(began: datetime) -> list[Journey]:
    """Three journeys over all accounts, two of them in opposite order; one adds to another. They go in waves."""
    ScoreFactory()
    large, seed, other = (AccountListFactory(name=name) for name in ("Large", "Seed", "Other"))
    members = Account.objects.values_list("pk", flat=True)
    ListMember.objects.bulk_create(
        ListMember(account_list=seed, account_id=pk, added_at=began) for pk in members
    )
    named = {
        found.name: {"account_list": {"id": found.pk, "name": found.name}} for found in (large, seed, other)
    }
    raises = [action(f"raise{n}", "change_score", score="fit", change="+5") for n in range(WAVES)]
    waits = [
        wait(f"wave{n}", until=(began + timedelta(seconds=SECONDS_BETWEEN * (n + 1))).isoformat())
        for n in range(WAVES)
    ]
    ends = {"ends_at": began + timedelta(days=9)}
    target = publish_map(
        start(AccountListFactory(name="Nobody")), action("lower", "change_score", score="fit", change="-2"),
        action("unseed", "remove_from_account_list", **named["Seed"]), waits[2], merge("end"), waits[7],
        name="Target", **ends,
    )  # fmt: skip
    up = publish_map(
        start(), raises[0], waits[0],
        split("size", ("large", condition("account.employees", "at_least", ACCOUNTS // 2), "mark"), other="join"),
        action("mark", "add_to_account_list", **named["Large"]), merge("join"), raises[1], waits[1],
        add_to_journey("add", target), raises[2], waits[3], raises[3], waits[4], raises[4], waits[6], raises[5],
        name="Up", **ends,
    )  # fmt: skip
    down = publish_map(
        start(), action("other", "add_to_account_list", **named["Other"]), waits[1], raises[1],
        action("note", "account_change_data_value", attribute="account.industry", value="Banking"), waits[2], raises[0],
        waits[5], raises[2], name="Down", **ends,
    )  # fmt: skip
    return [up, down, target]


class Storm:
    """Does something bad every few tenths of a second, by chance."""

    def __init__(self, host: Host, chance: Random) -> None:
        self.host, self.chance = host, chance
        self.workers = [self.begin(), self.begin()]
        self.kills = self.kills_in_a_transaction = self.stops = self.cuts = 0

    def begin(self) -> int:
        return int(self.host.ask("engine", size=self.chance.choice(BATCHES), idle=IDLE, pause=0.02)["pid"])

    def blow(self) -> None:
        pid = self.chance.choice(self.workers)
        self.chance.choices([self.kill, self.stop, self.cut], [6, 1, 2])[0](pid)

    def kill(self, pid: int) -> None:
        """At any moment, or in the next batch that it moves."""
        end = monotonic() + self.chance.choice([0, 0.5, 2])
        while not (hit := is_in_a_transaction(pid)) and monotonic() < end:
            sleep(0.001)
        os.kill(pid, signal.SIGKILL)
        self.kills += 1
        self.kills_in_a_transaction += hit
        self.workers[self.workers.index(pid)] = self.begin()

    def stop(self, pid: int) -> None:
        """For longer than the server lets a transaction lie idle, or not."""
        os.kill(pid, signal.SIGSTOP)
        sleep(self.chance.choice([0.1, 0.3, IDLE + 0.5]))
        os.kill(pid, signal.SIGCONT)
        self.stops += 1

    def cut(self, pid: int) -> None:
        cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = {name}"
        self.cuts += count_of(sql(cut, name=f"engine {pid}"))

    def faults(self) -> dict[str, int]:
        return {
            "kills": self.kills, "kills in a transaction": self.kills_in_a_transaction,
            "stops": self.stops, "cuts": self.cuts,
        }  # fmt: skip

    def end(self) -> list[tuple[int, int]]:
        """Stop the workers as an operator would; how those ended that were not killed."""
        for pid in self.workers:
            os.kill(pid, signal.SIGTERM)
        ended: dict[int, int] = {}
        poll(
            lambda: ended.update(self.host.ask("reap")["ended"]) or set(self.workers) <= set(ended),
            what="the workers' end",
        )
        return [(pid, code) for pid, code in ended.items() if code != -signal.SIGKILL]


def is_in_a_transaction(pid: int) -> bool:
    return bool(count_of(sql(IN_A_TRANSACTION, name=f"engine {pid}", fence=fence.MOVING)))


def count_of(statement: Sql) -> int:
    found = row(statement)
    return int(found[0]) if found else 0


@pytest.fixture
def storm(host: Host) -> Storm:
    populate()
    publish(database_clock())
    return Storm(host, Random(SEED))


class TestStorm:
    def test_leaves_everything_exactly_right(self, storm: Storm) -> None:
        began = monotonic()
        while monotonic() - began < LONGEST and not everybody_is_through():
            storm.blow()
            assert liveness.asleep() == 0
            sleep(storm.chance.uniform(0.05, 0.4))
        poll(everybody_is_through, seconds=90, what="the last entry")
        assert {code for _, code in storm.end()} == {0}
        poll(lambda: not Batch.objects.exists() or run_out(), what="the last batch")
        said = {"seed": SEED, "seconds": round(monotonic() - began), **storm.faults()}
        logger.info("the storm: %s", said)
        assert storm.kills_in_a_transaction >= KILLS_IN_A_TRANSACTION, said
        assert_exactly_right()


def run_out() -> bool:
    """What the last worker had on record, another one takes up."""
    return not Worker().move_due().entries and not Batch.objects.exists()


def everybody_is_through() -> bool:
    return (
        count(f"SELECT count(*) FROM journeys_entry WHERE status = {int(Entry.Status.COMPLETED)}") == ENTRIES
    )


def assert_exactly_right() -> None:
    assert verify() == {}
    assert liveness.asleep() == 0
    for model in (EntryFailure, NodeTrouble):
        assert not model.objects.exists(), model
    # Each person belongs to two accounts; each account was raised six times by one journey and three times by
    # another, and lowered once by the third.
    score = 2 * (RAISED * 5 - LOWERED * 2)
    assert rows(Sql("SELECT value, count(*) FROM accounts_personscore GROUP BY 1")) == [(score, ACCOUNTS)]
    assert (
        count(
            "SELECT sum((payload->>'new')::int - (payload->>'old')::int) FROM accounts_event WHERE payload ? 'score'"
        )
        == score * ACCOUNTS
    )
    assert count("SELECT count(*) FROM accounts_event WHERE payload ? 'score'") == (
        2 * (RAISED + LOWERED) * ACCOUNTS
    )
    members = {found.name: found.members.count() for found in AccountList.objects.all()}
    assert members == {"Large": ACCOUNTS - ACCOUNTS // 2 + 1, "Seed": 0, "Other": ACCOUNTS, "Nobody": 0}
    assert count("SELECT min(account.employees) FROM accounts_listmember JOIN accounts_account AS account"
                 " ON account.id = account_id JOIN accounts_accountlist AS list ON list.id = account_list_id"
                 " WHERE list.name = 'Large'") == ACCOUNTS // 2  # fmt: skip
    assert count("SELECT count(*) FROM accounts_account WHERE industry = 'Banking'") == ACCOUNTS
    assert visits_of_each_journey() == {"Up": {15, 16}, "Down": {9}, "Target": {6}}
    assert Entry.objects.count() == ENTRIES


def visits_of_each_journey() -> dict[str, set[int]]:
    """How many visits its entries have; the numbers are without a gap by `verify`."""
    found = dict[str, set[int]]()
    for name, n in rows(Sql(
        "SELECT DISTINCT journey.name, (SELECT count(*) FROM journeys_visit AS visit WHERE visit.entry_id = entry.id)"
        " FROM journeys_entry AS entry JOIN journeys_journey AS journey ON journey.id = entry.journey_id"
    )):  # fmt: skip
        found.setdefault(name, set()).add(n)
    return found
