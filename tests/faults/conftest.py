from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from accounts.models import EventType
from accounts.sql import join, name, row, run, sql
from buying_groups.models import ActivityWeight, Role, WeightBand, WeightingModel
from tests.faults.processes import Host, deadlocks, others_are_gone, poll

# What every installation has: written after the migrations.
BUILT_IN = (EventType, Role, WeightingModel, WeightBand, ActivityWeight)


@pytest.fixture
def _django_db_helper(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """In the place of pytest-django's for `django_db(transaction=True)`: what a test writes is there for all.

    That one empties every table at the end and makes all permissions anew, which takes a second; this one
    empties those of ours that hold something. No test of faults may run into a deadlock, even if the engine got
    over it.
    """
    with django_db_blocker.unblock():
        empty()
        before = deadlocks()
        yield
        poll(others_are_gone, what="the end of all other connections")
        found = deadlocks()
        empty()
        connection.close()
    assert found == before


def empty() -> None:
    """Delete every row of our own tables; of the tests' database only."""
    assert connection.settings_dict["NAME"].startswith("test_")
    models = [
        model
        for label in ("accounts", "buying_groups", "journeys")
        for model in apps.get_app_config(label).get_models()
    ]
    tables = {model._meta.db_table for model in models} - {model._meta.db_table for model in BUILT_IN}
    asked = join(", ", [sql("EXISTS (SELECT FROM {table})", table=name(table)) for table in sorted(tables)])
    held = row(sql("SELECT {asked}", asked=asked))
    assert held is not None
    full = [name(table) for table, is_full in zip(sorted(tables), held, strict=True) if is_full]
    if full:
        run(sql("TRUNCATE {tables} CASCADE", tables=join(", ", full)))
    Role.objects.filter(is_built_in=False).delete()


@pytest.fixture(scope="session")
def _hosts(django_db_setup: None) -> Iterator[list[Host]]:
    hosts: list[Host] = []
    yield hosts
    for host in hosts:
        host.close()


@pytest.fixture
def host(_hosts: list[Host], _django_db_helper: None) -> Iterator[Host]:
    """The process that forks workers; one a session, made when the first test needs it."""
    if not _hosts:
        _hosts.append(Host())
    yield _hosts[0]
    _hosts[0].clear()
