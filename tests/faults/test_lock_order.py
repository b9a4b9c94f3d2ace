"""Who holds a lock of a later place waits for none of an earlier one: so nobody can wait in a circle.

The order (docs/engine.md): journeys' fences by id, admitting fences by id, the journey, the lock of names, accounts by
id, people by id, the rest.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files import File
from pytest_django import Settings

from accounts import lists
from accounts.imports.run import run as run_import
from accounts.lists import LOCK_CLASS
from accounts.models import Account, AccountList, Person, Score
from accounts.services import accounts as account_services
from accounts.services import lists as list_services
from accounts.services import people as person_services
from accounts.services import relations, scores
from accounts.services.imports import start_import
from journeys import rounds, services
from journeys.engine import admit
from journeys.engine.worker import Worker
from journeys.models import Entry, Journey
from journeys.services import entries as entry_services
from tests.conftest import NOW
from tests.factories import AccountFactory, AccountListFactory, PersonFactory, ScoreFactory, UserFactory
from tests.factories.journeys import JourneyFactory, in_status
from tests.factories.maps import (
    action,
    add_to_journey,
    condition,
    publish_map,
    remove_from_journey,
    start,
    wait,
)
from tests.faults.locks import Lock, locks_of, out_of_order, shortly, taken

pytestmark = pytest.mark.django_db(transaction=True)

SAID: dict[str, Any] = {"by": None, "now": NOW, "interface": "command"}
BY: dict[str, Any] = {"by": None, "now": NOW}


def clock() -> Any:
    return NOW


def in_order(call: Callable[[], object]) -> list[list[Lock]]:
    """The locks of each transaction of the call, which are in order."""
    found = taken(call)
    assert found, "no lock at all"
    for locks in found:
        assert out_of_order(locks) == "", locks
    return found


class TestBatch:
    @pytest.fixture
    def journey(self) -> Journey:
        """It adds to a later journey, removes from an earlier one, and writes accounts, people and lists."""
        ScoreFactory()
        PersonFactory(accounts=5)
        marked = AccountListFactory()
        early, journey, late = JourneyFactory(), JourneyFactory(), JourneyFactory()
        for target in (early, late):
            publish_map(start(AccountListFactory()), wait("rest", days=1), journey=target)
        return publish_map(
            start(), remove_from_journey("out", early), action("raise", "change_score", score="fit", change="+5"),
            action("note", "account_change_data_value", attribute="account.industry", value="Banking"),
            action("mark", "add_to_account_list", account_list={"id": marked.pk, "name": marked.name}),
            add_to_journey("add", late), wait("rest", days=1), journey=journey,
        )  # fmt: skip

    def test_takes_fences_by_id_then_accounts_then_people_then_the_rest(self, journey: Journey) -> None:
        admit.admit(journey.pk, clock=clock)
        early, late = journey.pk - 1, journey.pk + 1
        picked, moved = in_order(lambda: Worker(clock=clock).move_batch(journey.pk, journey.version_id))  # type: ignore[arg-type]
        assert shortly(picked) == [("rest", 0)]
        assert shortly(moved) == [
            ("journey fence", early), ("journey fence", journey.pk), ("journey fence", late), ("admitting fence", late),
            ("accounts", 0), ("people", 0), ("rest", 0),
        ]  # fmt: skip

    def test_takes_no_people_when_it_writes_none(self) -> None:
        PersonFactory(accounts=5)
        journey = publish_map(start(), wait("rest", days=1))
        admit.admit(journey.pk, clock=clock)
        moved = in_order(lambda: Worker(clock=clock).move_due())[1]
        assert [what for what, _ in shortly(moved)] == ["journey fence", "accounts", "rest"]

    def test_that_fails_keeps_the_order(self) -> None:
        def fail(point: str) -> None:
            if point == "before:wait":
                raise ValueError("broken")

        AccountFactory()
        journey = publish_map(start(), wait("rest", days=1))
        admit.admit(journey.pk, clock=clock)
        in_order(lambda: Worker(clock=clock, fail=fail).move_due())
        assert Entry.objects.get().status == Entry.Status.FAILED

    def test_an_admission_takes_the_fence_and_then_its_own(self) -> None:
        AccountFactory()
        journey = publish_map(start())
        found = in_order(lambda: admit.admit(journey.pk, clock=clock))
        fenced = next(shortly(locks) for locks in found if locks[0].what == "journey fence")
        assert fenced == [("journey fence", journey.pk), ("admitting fence", journey.pk), ("rest", 0)]


def draft() -> Journey:
    return JourneyFactory()


def with_entries(status: str = "live") -> Journey:
    AccountFactory.create_batch(3)
    journey = publish_map(start(), wait("rest", days=30))
    admit.admit(journey.pk, clock=clock)
    for step in {"closed": ["closed"], "aborted": ["aborted"]}.get(status, []):
        Journey.objects.filter(pk=journey.pk).update(status=step)
    return Journey.objects.get(pk=journey.pk)


def entries(journey: Journey) -> list[int]:
    return list(Entry.objects.filter(journey=journey).values_list("pk", flat=True))


FENCED: dict[str, tuple[Callable[[], Journey], Callable[[Journey], object]]] = {
    "publish": (draft, lambda journey: services.publish(journey, end=NOW + timedelta(days=9), **SAID)),
    "start": (
        lambda: in_status("scheduled", now=NOW),
        lambda journey: services.start(journey, now=NOW + timedelta(days=2)),
    ),
    "close": (with_entries, lambda journey: services.close(journey, **SAID)),
    "close at the end": (
        with_entries,
        lambda journey: services.close_at_end(journey, now=NOW + timedelta(days=900)),
    ),
    "abort": (with_entries, lambda journey: services.abort(journey, **SAID)),
    "finish": (lambda: in_status("closed", now=NOW), lambda journey: services.finish(journey, now=NOW)),
    "hold": (with_entries, lambda journey: services.hold(journey, because="a test", **SAID)),
    "change the end": (
        with_entries,
        lambda journey: services.change_end(journey, end=NOW + timedelta(days=20), **SAID),
    ),
    "delete": (draft, lambda journey: services.delete(journey, **SAID)),
}

NOT_FENCED: dict[str, tuple[Callable[[], Journey], Callable[[Journey], object]]] = {
    "rename": (with_entries, lambda journey: services.rename(journey, name="Another", **SAID)),
    "duplicate": (draft, lambda journey: services.duplicate(journey, type="partial_content", **SAID)),
    "remove entries": (
        with_entries, lambda journey: entry_services.remove(journey, entries=entries(journey), **SAID)
    ),
    "retry entries": (
        with_entries, lambda journey: entry_services.retry(journey, entries=entries(journey), **SAID)
    ),
    "sweep": (lambda: with_entries("aborted"), lambda journey: rounds.sweep(clock)),
    "tidy": (with_entries, lambda journey: rounds.tidy(clock)),
}  # fmt: skip


class TestServicesOfJourneys:
    @pytest.mark.parametrize("name", FENCED)
    def test_take_the_fence_first(self, name: str) -> None:
        make, act = FENCED[name]
        journey = make()
        found = in_order(lambda: act(journey))
        assert shortly(found[0])[:2] == [("journey fence", journey.pk), ("journey", 0)]

    def test_publishing_takes_the_lock_of_names_before_it_looks(self) -> None:
        journey = draft()
        [found] = in_order(lambda: services.publish(journey, end=NOW + timedelta(days=9), **SAID))
        assert [what for what, _ in shortly(found)] == ["journey fence", "journey", "names", "rest"]

    @pytest.mark.parametrize("name", NOT_FENCED)
    def test_keep_the_order(self, name: str) -> None:
        make, act = NOT_FENCED[name]
        journey = make()
        in_order(lambda: act(journey))


class TestServicesOfAccounts:
    """Accounts by id, then people by id, then what hangs on them."""

    @pytest.fixture
    def account(self) -> Account:
        return AccountFactory()

    @pytest.fixture
    def person(self, account: Account) -> Person:
        person: Person = PersonFactory(accounts=[account])
        return person

    def test_edit_of_an_account(self, account: Account) -> None:
        in_order(lambda: account_services.edit(account.pk, {"industry": "Steel"}, **BY))

    def test_delete_of_accounts(self, account: Account) -> None:
        in_order(lambda: account_services.delete([account.pk], by=None))

    def test_edit_of_a_person(self, person: Person) -> None:
        found = in_order(lambda: person_services.edit(person.pk, {"city": "Bonn"}, **BY))
        assert [what for what, _ in shortly(found[0])] == ["accounts", "people", "rest"]

    def test_delete_of_people(self, person: Person) -> None:
        in_order(lambda: person_services.delete([person.pk], **BY))

    def test_change_of_a_score(self, person: Person) -> None:
        score: Score = ScoreFactory()
        found = in_order(lambda: scores.set_score(person.pk, score, 5, **BY))
        assert [what for what, _ in shortly(found[0])] == ["accounts", "people", "rest"]

    def test_relations(self, person: Person, account: Account) -> None:
        other = AccountFactory()
        in_order(lambda: relations.add(other.pk, person.pk, **BY))
        in_order(lambda: relations.edit(other.pk, person.pk, role="buyer", is_primary=True, **BY))
        in_order(lambda: relations.remove(other.pk, person.pk, **BY))

    def test_members_of_a_list(self, account: Account) -> None:
        found: AccountList = AccountListFactory()
        in_order(lambda: list_services.add_members(found, [account.pk], **BY))
        in_order(lambda: list_services.remove_members(found, [account.pk], **BY))
        [locks] = in_order(lambda: list_services.delete(found, by=None))
        assert [what for what, _ in shortly(locks)] == ["names", "rest"]

    def test_a_dynamic_list(self, account: Account) -> None:
        AccountListFactory(type="dynamic", condition=condition("account.employees", "is_empty"))
        in_order(lambda: lists.refresh_due(now=NOW))

    @pytest.mark.parametrize(("kind", "text"), [
        ("accounts", "name,domain,industry\nA,company.example,Steel\nB,b.example,Coal\n"),
        ("people", "email,city,account domain\nx@company.example,Bonn,company.example\ny@b.example,Ulm,b.example\n"),
        # The second row of somebody goes into a second round of the chunk.
        ("accounts", "external_id,domain,name\nA1,company.example,A\n,company.example,B\n"),
        ("people", "email,account domain\nx@company.example,company.example\nx@company.example,other.example\n"),
    ])  # fmt: skip
    def test_an_import(self, kind: str, text: str, settings: Settings, tmp_path: Path) -> None:
        settings.MEDIA_ROOT = tmp_path
        PersonFactory(email="x@company.example", accounts=[AccountFactory(domain="company.example")])
        AccountFactory(domain="other.example")
        job = start_import(
            File(io.BytesIO(text.encode()), f"{kind}.csv"), kind=kind, by=UserFactory(), now=NOW
        )
        found = in_order(lambda: run_import(job.pk, clock=clock))
        held = {what for locks in found for what, _ in shortly(locks)}
        assert held >= ({"accounts", "rest"} if kind == "accounts" else {"accounts", "people", "rest"})


class TestTheseTests:
    """They know the wrong order when they see it."""

    @pytest.mark.parametrize(("wrong", "said"), [
        ([Lock("people"), Lock("accounts")], "accounts 0 after people 0"),
        ([Lock("rest"), Lock("accounts")], "accounts 0 after rest 0"),
        ([Lock("accounts"), Lock("names")], "names 0 after accounts 0"),
        ([Lock("journey fence", 5), Lock("journey fence", 3)], "journey fence 3 after journey fence 5"),
        ([Lock("admitting fence", 3), Lock("journey fence", 5)], "journey fence 5 after admitting fence 3"),
        ([Lock("accounts", in_order=False)], "accounts in no order"),
    ])  # fmt: skip
    def test_know_a_wrong_order(self, wrong: list[Lock], said: str) -> None:
        assert out_of_order(wrong) == said

    @pytest.mark.parametrize(("statement", "lock"), [
        ("SELECT id FROM accounts_account WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE", Lock("accounts")),
        ("SELECT id FROM accounts_account WHERE id = ANY(%s) FOR NO KEY UPDATE", Lock("accounts", in_order=False)),
        ('SELECT "id" FROM "accounts_person" WHERE "accounts_person"."id" = %s FOR UPDATE', Lock("people")),
        (
            "SELECT x FROM a JOIN accounts_account AS b ON true FOR NO KEY UPDATE OF b SKIP LOCKED",
            Lock("accounts", in_order=False, tries=True),
        ),
        ("UPDATE accounts_account SET name = ''", Lock("rest")),
        ("SELECT pg_advisory_xact_lock_shared(%s, 0)", Lock("names")),
    ])  # fmt: skip
    def test_read_statements_right(self, statement: str, lock: Lock) -> None:
        assert locks_of(statement, [LOCK_CLASS]) == [lock]
