"""`manage.py demo`: what a newcomer runs first."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from accounts.models import AccountList, Event, EventType, ListMember, PersonScore
from buying_groups.models import BuyingGroup, GroupMember
from journeys import services
from journeys.engine import liveness
from journeys.engine.verify import verify
from journeys.models import EngineState, Entry, HistoryRecord, Journey

pytestmark = pytest.mark.django_db
LAST_LINE = re.compile(r"demo ok: accounts=(\d+) entries=(\d+) visits=(\d+)\n\Z")


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def demo() -> str:
    out = StringIO()
    call_command("demo", stdout=out)
    return out.getvalue()


def figures(said: str) -> tuple[int, int, int]:
    found = LAST_LINE.search(said)
    assert found is not None, said
    accounts, entries, visits = (int(number) for number in found.groups())
    return accounts, entries, visits


class TestTheDemo:
    def test_moves_real_accounts_through_a_published_journey(self):
        accounts, entries, visits = figures(demo())
        journey = Journey.objects.get()
        assert accounts == 1835
        assert entries == Entry.objects.filter(journey=journey).count() > 1_000
        assert visits > 5 * entries
        assert journey.status == Journey.Status.LIVE
        assert 364 <= (journey.ends_at - journey.published_at).days <= 366
        assert _effects_are_there()
        assert _groups_have_their_first_stage(entries)
        assert verify() == {}
        assert liveness.asleep() == 0

    def test_a_second_run_recognises_what_is_there(self):
        first = demo()
        second = demo()
        assert figures(second) == figures(first)
        assert "are there already" in second
        assert "is under way already" in second
        assert Journey.objects.count() == 1
        assert verify() == {}

    def test_after_an_abort_it_makes_another_one(self):
        demo()
        said = {"by": None, "interface": HistoryRecord.Interface.COMMAND}
        services.abort(Journey.objects.get(), now=timezone.now(), **said)
        accounts, entries, _ = figures(demo())
        assert accounts == 1835
        assert entries > 1_000
        assert set(Journey.objects.values_list("name", "status")) == {
            ("Welcome new companies", "aborted"),
            ("Welcome new companies 2", "live"),
        }

    def test_says_so_when_the_engine_is_held(self):
        EngineState.objects.update_or_create(
            pk=1, defaults={"held_at": timezone.now(), "held_because": "A copy."}
        )
        with pytest.raises(CommandError, match="held: A copy"):
            demo()


def _effects_are_there() -> bool:
    """The large ones are marked and listed; scores went up, each with its event."""
    listed = ListMember.objects.filter(account_list=AccountList.objects.get(name="Key accounts"))
    marked = listed.filter(account__custom__tier="strategic")
    raised = Event.objects.filter(type_id=EventType.BuiltIn.SCORE_CHANGED, source=Event.Source.JOURNEY)
    above = PersonScore.objects.filter(value__gt=100)  # the file says 0 to 100
    return listed.count() == marked.count() > 500 and raised.count() > 3_000 and above.exists()


def _groups_have_their_first_stage(entries: int) -> bool:
    """Each company has its group, filled and scored; those with two decision makers stand further."""
    groups = BuyingGroup.objects.filter(completeness__isnull=False, engagement__isnull=False)
    interested = groups.filter(stage__name="Interest")
    aware = groups.filter(stage__name="Awareness")
    decide = GroupMember.objects.filter(role__name="Decision Maker", group__in=interested)
    return (
        groups.count() == entries
        and interested.count() > 100
        and aware.count() > 100
        and decide.count() >= 2 * interested.count()
    )
