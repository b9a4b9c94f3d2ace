from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.events import Source
from accounts.findings import Invalid
from accounts.models import Event, EventType
from accounts.services import activities
from accounts.services.activities import Activity
from tests.conftest import NO_ID
from tests.factories import PersonFactory

CLICKED, OPENED = EventType.BuiltIn.EMAIL_CLICKED, EventType.BuiltIn.EMAIL_OPENED
CLIENT = Source(Event.Source.API, 4)
pytestmark = pytest.mark.django_db


class TestRecord:
    def test_records_what_a_person_did_with_both_times(self, now):
        person = PersonFactory()
        done = Activity(person.pk, CLICKED, now - timedelta(hours=3), {"link": "https://example.com"})

        assert activities.record([done], source=CLIENT, now=now) == 1

        event = Event.objects.get()
        assert (event.person_id, event.account_id, event.type_id) == (person.pk, None, CLICKED)
        assert (event.occurred_at, event.received_at) == (now - timedelta(hours=3), now)
        assert (event.source, event.source_id, event.payload) == (
            Event.Source.API, 4, {"link": "https://example.com"},
        )  # fmt: skip

    def test_is_recorded_also_where_changes_are_not(self, now, settings):
        settings.RECORD_EVENTS = False

        assert activities.record([Activity(PersonFactory().pk, OPENED, now)], source=CLIENT, now=now) == 1

    def test_passes_over_who_does_not_exist(self, now):
        person = PersonFactory()

        given = [Activity(person.pk + 1, OPENED, now), Activity(person.pk, OPENED, now)]

        assert activities.record(given, source=CLIENT, now=now) == 1
        assert Event.objects.get().person_id == person.pk

    def test_refuses_an_unknown_kind_as_a_whole(self, now):
        person = PersonFactory()

        with pytest.raises(Invalid, match=f"There is no kind of event {NO_ID}"):
            activities.record(
                [Activity(person.pk, OPENED, now), Activity(person.pk, NO_ID, now)], source=CLIENT, now=now
            )
        assert not Event.objects.exists()

    def test_sends_no_more_statements_for_more(self, now, count_queries):
        person = PersonFactory()

        def record(n):
            given = (Activity(person.pk, OPENED, now - timedelta(minutes=i)) for i in range(n))
            return count_queries(lambda: activities.record(given, source=CLIENT, now=now))

        assert record(1) == record(30)
