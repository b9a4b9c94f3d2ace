"""Filters of entries that cannot be read: said beside them, and nothing listed, exported or acted on."""

from __future__ import annotations

import pytest
from django.utils import timezone

from journeys.models import Entry, Journey, Node
from tests.factories import AccountFactory
from tests.factories.journeys import in_status

pytestmark = pytest.mark.django_db
WRONG = {"node": "nothing", "behind": "nonsense", "status": "9999", "reason": "x", "after": "first"}


@pytest.fixture
def journey() -> Journey:
    now = timezone.now()
    journey = in_status("live", now=now)
    node = Node.objects.filter(version=journey.version).first()
    Entry.objects.create(
        journey=journey, account=AccountFactory(), version=journey.version, node=node, status=Entry.Status.COMPLETED,
        reason=Entry.Reason.COMPLETED, arrived_at=now, started_at=now, ended_at=now,
    )  # fmt: skip
    return journey


@pytest.mark.parametrize(("name", "value"), WRONG.items())
class TestUnreadable:
    def test_is_said_and_nothing_is_listed(self, client, to, journey, name: str, value: str):
        answer = client.get(to("entries", journey), {name: value})

        assert (answer.context["rows"], answer.context["n"]) == ([], 0)
        assert list(answer.context["asked"].faults) == [name]
        page = answer.content.decode()
        assert answer.context["asked"].faults[name] in page
        assert "Nothing is listed until it is put right." in page

    def test_is_not_exported(self, client, to, journey, name: str, value: str):
        answer = client.get(to("entries_export", journey), {name: value})

        assert answer["Location"] == f"{to('entries', journey)}?{name}={value}"

    def test_is_not_acted_on(self, client, to, journey, name: str, value: str):
        posted = {"act": "retry", "all": "1", "filters": f"{name}={value}"}

        assert client.post(to("entries_act", journey), posted).status_code == 302


def test_all_of_them_are_said(client, to, journey):
    assert client.get(to("entries", journey), WRONG).context["asked"].faults.keys() == WRONG.keys()


def test_who_may_not_edit_is_offered_to_look(client, client_with, to):
    draft = in_status("draft", now=timezone.now())
    pages = [one.get(to("change", draft)).content.decode() for one in (client, client_with())]

    assert ["Edit the document" in page for page in pages] == [True, False]
    assert ["Look at the document" in page for page in pages] == [False, True]
