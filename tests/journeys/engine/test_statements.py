from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.demo import volume
from accounts.models import AccountList
from journeys.engine import admit, maps
from journeys.engine.worker import Worker, database_clock
from journeys.models import Journey
from tests.factories import AccountListFactory, CustomAttributeFactory, ScoreFactory
from tests.factories.maps import (
    NodeSpec,
    action,
    add_to_journey,
    condition,
    merge,
    publish_map,
    split,
    start,
    wait,
)
from tests.journeys.engine.tools import Clock

pytestmark = pytest.mark.django_db

NOT_COUNTED = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")
LARGE = condition("account.employees", "at_least", 100)


def six() -> list[NodeSpec]:
    """The journey of spec 5.4."""
    ScoreFactory(name="fit")
    CustomAttributeFactory(name="segment")
    return [
        start(), wait("pause", minutes=0), split("size", ("large", LARGE, "value"), other="end"),
        action("value", "account_change_data_value", attribute="account.custom.segment", value="large"),
        action("score", "change_score", score="fit", change="+5"), merge("end"),
    ]  # fmt: skip


def parked() -> list[NodeSpec]:
    return [start(), wait("pause", days=2)]


def everywhere() -> list[NodeSpec]:
    """Lists, people, another journey; paths of different lengths that come together; some wait, some end."""
    ScoreFactory(name="fit")
    marked: AccountList = AccountListFactory()
    target = publish_map(start(AccountListFactory()), wait("rest", days=1))
    listed = {"account_list": {"id": marked.pk, "name": marked.name}}
    return [
        start(), split("size", ("large", LARGE, "list"), other="title"),
        action("list", "add_to_account_list", **listed),
        action("title", "change_data_value", attribute="person.job_title", value="Buyer"),
        action("set", "change_score", score="fit", change="=7"),
        add_to_journey("pass_on", target), merge("join"), wait("pause", days=1),
    ]  # fmt: skip


@pytest.mark.parametrize("make", [six, parked, everywhere])
def test_a_batch_takes_as_many_statements_for_50_as_for_5_000(make: Callable[[], list[NodeSpec]]) -> None:
    volume.fill(50, 3)
    specs = make()
    few = sent_by_a_batch(publish_map(*specs), 50)
    volume.fill(4_950, 3)
    many = sent_by_a_batch(publish_map(*specs), 5_000)
    assert len(many) == len(few), listing(few, many)
    assert len(many) <= 2 * len(specs) + 6, listing(many)


def sent_by_a_batch(journey: Journey, entries: int) -> list[str]:
    """The statements of one batch, from the look at the clock to the end; what is loaded once has been loaded."""
    clock = AskingClock()
    assert admit.admit(journey.pk, clock=clock) == entries
    assert journey.version_id is not None
    for target in maps.load(journey.version_id).targets:
        maps.load(Journey.objects.get(pk=target).version_id or 0)
    with CaptureQueriesContext(connection) as captured:
        moved = Worker(clock=clock, size=5_000).move_batch(journey.pk, journey.version_id)
    assert moved is not None
    assert moved.entries == entries
    return [query["sql"] for query in captured.captured_queries if not query["sql"].startswith(NOT_COUNTED)]


class AskingClock(Clock):
    """Stands still, but costs the statement that the database's clock costs."""

    def __call__(self) -> datetime:
        database_clock()
        return super().__call__()


def listing(*batches: list[str]) -> str:
    return "\n\n".join(
        "\n".join(f"{i}. {text[:100]}" for i, text in enumerate(batch, 1)) for batch in batches
    )
