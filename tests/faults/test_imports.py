"""An import waits for accounts before it holds people, and for nobody once it does (docs/engine.md, The order of
locks)."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.files import File
from django.db import OperationalError, transaction
from pytest_django import Settings

from accounts.events import Source
from accounts.imports import mapping, people
from accounts.imports.rows import Parsed, RowParser
from accounts.imports.run import run
from accounts.models import Account, AccountPerson, Import, Person
from accounts.services.imports import start_import
from tests.conftest import NOW
from tests.factories import AccountFactory, PersonFactory
from tests.faults.threads import Together, somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def person() -> Person:
    found: Person = PersonFactory(email="x@a.example", accounts=[AccountFactory(domain="a.example")])
    return found


def hold(account: Account) -> None:
    """As a batch does, or the page of the account."""
    assert Account.objects.select_for_update(no_key=True).get(pk=account.pk)


def test_somebody_twice_in_a_chunk_is_not_held_while_it_waits_for_an_account(
    person: Person, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    other = AccountFactory(domain="b.example")
    text = b"email,account domain\nx@a.example,a.example\nx@a.example,b.example\n"
    job = start_import(File(io.BytesIO(text), "people.csv"), kind="people", by=None, now=NOW)
    with Together() as threads, transaction.atomic():
        hold(other)
        threads.start(run, job.pk, clock=lambda: NOW)
        somebody_waits()
        # A batch goes on to its people: it has them at once, or both wait in a circle.
        assert Person.objects.select_for_update(no_key=True, nowait=True).get(pk=person.pk)
    done = Import.objects.get()
    assert (done.status, done.updated, done.unchanged) == (Import.Status.DONE, 1, 1)
    assert AccountPerson.objects.filter(person=person).count() == 2


def test_a_later_round_waits_for_nobody(person: Person) -> None:
    header = ["email"]
    parser = RowParser(header, {"email": "person.email"}, mapping.targets("people"))

    def later_round() -> None:
        with transaction.atomic():
            row = Parsed(2, {"person.email": "x@a.example"})
            people.store([row], parser, source=Source("import", 1), now=NOW, wait=False)

    with transaction.atomic():
        hold(person.accounts.get())
        with pytest.raises(OperationalError, match="could not obtain lock"), Together() as threads:
            threads.start(later_round)
