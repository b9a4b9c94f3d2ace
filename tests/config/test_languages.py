"""English, and any language for which somebody adds a catalogue (docs/operations.md, Languages)."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import JourneyFactory, UserFactory
from tests.factories.api import client_of

pytestmark = pytest.mark.django_db
GERMAN = {"accept-language": "de-DE,de;q=0.9"}
CATALOGUE = {
    "": "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n",
    "Needs attention": "Zu tun",
    "Closed to new entries": "Geschlossen",
    "name": "Bezeichnung",
    "created at": "angelegt am",
    "Change Score": "Punkte ändern",
    "Score name": "Name der Punkte",
    "Name: this is needed.": "Name: fehlt.",
}


@pytest.fixture
def german(settings: Any, tmp_path: Path) -> None:
    """An installation to which somebody has added German."""
    catalogue = tmp_path / "de" / "LC_MESSAGES" / "django.mo"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_bytes(compiled(CATALOGUE))
    settings.LOCALE_PATHS = [*settings.LOCALE_PATHS, tmp_path]
    settings.LANGUAGES = [*settings.LANGUAGES, ("de", "Deutsch")]


@pytest.fixture
def client() -> Client:
    client = Client(headers=GERMAN)
    client.force_login(UserFactory())
    return client


def compiled(messages: dict[str, str]) -> bytes:
    """A catalogue as `compilemessages` writes it: the tables of both texts, then the texts."""
    pairs = sorted((said.encode(), means.encode()) for said, means in messages.items())
    at = 28 + 16 * len(pairs)
    tables, texts = b"", b""
    for side in (0, 1):
        for pair in pairs:
            tables += struct.pack("<2I", len(pair[side]), at + len(texts))
            texts += pair[side] + b"\0"
    return struct.pack("<7I", 0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, at) + tables + texts


class TestWithoutAnotherLanguage:
    def test_all_is_english_whatever_the_browser_asks_for(self, client: Client):
        answer = client.get(reverse("admin:index"))

        assert answer["Content-Language"] == "en"
        assert "Needs attention" in answer.content.decode()


@pytest.mark.usefixtures("german")
class TestAnAddedLanguage:
    def test_is_spoken_by_pages_to_whoever_asks_for_it(self, client: Client):
        page = client.get(reverse("admin:index")).content.decode()

        assert "Zu tun" in page
        assert "Geschlossen" in page  # a choice of a model, whose texts are made before anybody asks
        assert "Needs attention" not in page

    def test_is_spoken_in_the_columns_and_filters_of_a_list(self, client: Client):
        JourneyFactory()
        page = client.get(reverse("admin:journeys_journey_changelist")).content.decode()

        assert "Bezeichnung" in page
        assert "angelegt am" in page

    def test_is_not_spoken_to_others(self, client: Client):
        page = client.get(reverse("admin:index"), headers={"accept-language": "fr"}).content.decode()

        assert "Needs attention" in page

    def test_is_spoken_by_the_api_beside_its_codes(self):
        answer = client_of().post("/api/v1/journeys/", {}, headers=GERMAN)

        [fault] = answer.json()["errors"]
        assert (fault["code"], fault["detail"]) == ("missing", "Name: fehlt.")

    def test_is_spoken_in_the_catalogues_of_the_api(self):
        answer = client_of().get("/api/v1/action-types/", headers=GERMAN)

        [found] = [one for one in answer.json()["results"] if one["type"] == "change_score"]
        assert found["label"] == "Punkte ändern"
        assert found["settings"]["properties"]["score"]["title"] == "Name der Punkte"
