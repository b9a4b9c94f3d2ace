"""An upgrade of an installation that is in use: each migration that fills a table does so beside its other steps."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from journeys.models import DraftTarget
from tests.factories import AccountListFactory, JourneyFactory
from tests.factories.journeys import simple_map


@pytest.mark.django_db(transaction=True)
def test_what_drafts_name_is_filled_in():
    AccountListFactory(name="Base")
    JourneyFactory(nodes=simple_map("Base"))
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes()

    try:
        MigrationExecutor(connection).migrate([("journeys", "0015_tidy_names")])
    finally:
        MigrationExecutor(connection).migrate(newest)

    assert DraftTarget.objects.get(resource="account_list").name == "Base"
