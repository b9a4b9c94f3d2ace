"""The document as it is edited: saved with its revision, refused with places and lines, taken back."""

from __future__ import annotations

import pytest
from django.utils import timezone

from journeys import services
from journeys.admin import places
from journeys.document import files
from journeys.models import Draft, Journey
from tests.factories import JourneyFactory
from tests.factories.journeys import in_status

pytestmark = pytest.mark.django_db

LONGER = """nodes:
- key: start
  kind: account_audience
  next: pause
- key: pause
  kind: wait
  settings:
    duration: {value: 2, unit: weeks}
  next: null
"""


@pytest.fixture
def journey() -> Journey:
    return JourneyFactory()


def test_saves_the_map_and_takes_it_back(client, to, journey):
    before = files.map_of(journey)

    saved = client.post(to("document", journey), {"text": LONGER, "revision": "1", "format": "yaml"})

    assert saved.status_code == 302
    assert Draft.objects.get(journey=journey).revision == 2
    client.post(to("undo", journey), {"revision": "2"})
    journey.draft = Draft.objects.get(journey=journey)
    assert (journey.draft.revision, files.map_of(journey)) == (3, before)


@pytest.mark.parametrize("format", ["yaml", "json"])
def test_what_is_shown_can_be_saved_unchanged(client, to, journey, format: str):
    shown = client.get(to("document", journey), {"format": format}).context["text"]

    saved = client.post(
        to("document", journey), {"text": shown.replace("\n", "\r\n"), "revision": "1", "format": format}
    )

    assert saved.status_code == 302
    assert Draft.objects.get(journey=journey).revision == 1


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("nodes:\n- key: start\n  kind: jump\n", 3, "jump"),
        ("nodes:\n- key: start\n  kind: account_audience\n  next: nowhere\n", 4, "nowhere"),
        ("nodes:\n- {key: a, kind: wait, settings: {duration: {value: -1, unit: days}}}\n", 2, "-1"),
        ("nodes:\n  - [unclosed\n", 3, "Line 3"),
        ("nodes: [\n", 2, "Line 2"),
        ("name: Another\nnodes: []\n", 1, "name"),
        ('{"nodes": 5}', 1, "list of nodes"),
        ("", 0, "nodes"),
        ("- a", 0, "nodes"),
        ("x" * 10, 0, "nodes"),
    ],
)
def test_what_is_wrong_is_refused_with_its_line(client, to, journey, text: str, line: int, word: str):
    answer = client.post(to("document", journey), {"text": text, "revision": "1"})

    assert answer.status_code == 400
    marks = answer.context["marks"]
    assert any(word in mark.message and mark.line == line for mark in marks), marks
    assert answer.context["text"] == text
    assert Draft.objects.get(journey=journey).revision == 1


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "{" * 100_000, "nodes: " + "[" * 2_000, "a: &x [*x]", "\x00", "nodes: 'a\x00b'"]
)
def test_a_text_made_to_harm_is_refused(client, to, journey, text: str):
    assert client.post(to("document", journey), {"text": text, "revision": "1"}).status_code == 400


def test_a_bare_list_is_told_what_a_text_must_be(client, to, journey):
    given = {"text": "[]", "format": "json", "revision": journey.draft.revision}
    page = client.post(to("document", journey), given).content.decode()

    assert "The text is a list. It must be an object with “nodes”; put the list there." in page


def test_problems_stand_beside_the_text_with_node_and_line(client, to):
    journey = JourneyFactory(
        nodes=[{"key": "start", "kind": "account_audience", "next": "w"}, {"key": "w", "kind": "wait"}]
    )

    marks = client.get(to("document", journey)).context["marks"]

    assert [(mark.node, mark.line) for mark in marks if mark.level == "problem"] == [("start", 2), ("w", 5)]


class TestSomebodyElseSavedMeanwhile:
    def test_is_refused_with_what_changed_and_keeps_the_text(self, client, to, journey):
        services.save_map(journey, nodes=files.map_of(journey)[:1] and [
            {"key": "start", "kind": "account_audience", "next": None}
        ], by=None, now=timezone.now(), interface="api")  # fmt: skip

        answer = client.post(to("document", journey), {"text": LONGER, "revision": "1"})

        page = answer.content.decode()
        assert answer.status_code == 412
        assert "between" in page
        assert any(line.startswith("-") for line in answer.context["changed"])
        assert answer.context["text"] == LONGER
        assert "No problems" not in page
        assert "This text has not been checked" in page
        assert Draft.objects.get(journey=journey).revision == 2

    def test_can_be_overwritten_knowingly(self, client, to, journey):
        services.save_map(
            journey,
            nodes=[{"key": "s", "kind": "account_audience"}],
            by=None,
            now=timezone.now(),
            interface="api",
        )
        refused = client.post(to("document", journey), {"text": LONGER, "revision": "1"})

        client.post(to("document", journey), {"text": LONGER, "revision": str(refused.context["current"])})

        assert Draft.objects.get(journey=journey).revision == 3

    @pytest.mark.parametrize("revision", ["x", "-1", "9" * 30])
    def test_a_revision_that_is_none_is_as_old_as_any(self, client, to, journey, revision: str):
        assert client.post(to("document", journey), {"text": LONGER, "revision": revision}).status_code == 412


@pytest.mark.parametrize("status", ["scheduled", "live", "closed", "aborted", "finished"])
def test_is_read_only_when_published(client, to, status: str):
    journey = in_status(status, now=timezone.now())

    page = client.get(to("document", journey)).content.decode()
    answer = client.post(to("document", journey), {"text": LONGER, "revision": "1"})

    assert "readonly" in page
    assert answer.status_code == 409
    assert Draft.objects.get(journey=journey).revision == 1
    assert client.post(to("undo", journey), {}, follow=True).status_code == 200


def test_nothing_to_take_back_is_said(client, to, journey):
    answer = client.post(to("undo", journey), follow=True)
    assert "no change" in str(next(iter(answer.context["messages"])))


class TestPlaces:
    def test_a_pointer_leads_to_its_line_or_the_nearest_around_it(self):
        text = "nodes:\n- key: a\n  paths:\n  - key: x\n  - key: y\n    a/b: 1\n"
        found = places.lines(text, ["/nodes/0/paths/1/a~1b", "/nodes/0/settings/value", "/nodes/7", ""])

        assert list(found.values()) == [6, 2, 1, 1]

    def test_a_text_that_cannot_be_read_has_none(self):
        assert places.lines("a: [", ["/a"]) == {}
        assert places.lines("", ["/a"]) == {}
