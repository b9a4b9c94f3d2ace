"""English, and any language for which somebody adds a catalogue (docs/operations.md, Languages)."""

from __future__ import annotations

import io
import shutil
import struct
from pathlib import Path
from typing import Any

import pytest
from django.core.files import File
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts import conditions
from accounts.attributes import BUILT_IN, parse_text
from accounts.conditions.lookup import Lookup
from accounts.errors import Conflict
from accounts.findings import Invalid
from accounts.imports.run import run as run_import
from accounts.models import Import
from accounts.services import lists, scores
from accounts.services.imports import start_import
from buying_groups.models import BuyingGroup
from buying_groups.services import groups
from tests.conftest import NOW
from tests.factories import AccountListFactory, BuyingGroupFactory, JourneyFactory, ScoreFactory, UserFactory
from tests.factories.api import client_of
from tests.factories.maps import condition

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
    "There is a score “%(name)s” already.": "Den Punktestand „%(name)s“ gibt es schon.",
    "“%(name)s” is used by %(users)s.": "„%(name)s“ wird gebraucht: %(users)s.",
    "list %(name)s": "Liste %(name)s",
    "This buying group has been deleted.": "Diese Einkäufergruppe ist gelöscht.",
    "Employees": "Beschäftigte",
    "Yes": "Ja",
    "Account": "Firma",
    "operator\x04at least": "mindestens",
    "operator\x04is": "ist",
    "%(all_but_one)s or %(last)s": "%(all_but_one)s oder %(last)s",
    "Matched buying group": "Passende Einkäufergruppe",
    "must be a number, not %(kind)s.": "muss eine Zahl sein, nicht %(kind)s.",
    "must be a whole number.": "muss eine ganze Zahl sein.",
    "a text": "ein Text",
}
OF_SCRIPTS = {"": CATALOGUE[""], "all of these hold": "all das gilt", "Search…": "Suchen …"}


@pytest.fixture
def german(settings: Any, tmp_path: Path) -> None:
    """An installation to which somebody has added German."""
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.mo").write_bytes(compiled(CATALOGUE))
    (folder / "djangojs.mo").write_bytes(compiled(OF_SCRIPTS))
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

    def test_is_spoken_by_services(self):
        ScoreFactory(name="fit")
        large = AccountListFactory(name="Large")
        asked = {
            "field": "account.member_of_list",
            "operator": "is",
            "value": [{"id": large.pk, "name": "Large"}],
        }
        AccountListFactory(name="Deep", type="dynamic", condition={"match": "all", "filters": [asked]})

        with translation.override("de"):
            with pytest.raises(Invalid) as taken:
                scores.create(name="fit", label="Fit", by=None)
            with pytest.raises(Conflict) as used:
                lists.delete(large, by=None)

        assert [finding.message for finding in taken.value.findings] == [
            "Den Punktestand „fit“ gibt es schon."
        ]
        assert used.value.message == "„Large“ wird gebraucht: Liste Deep."

    def test_is_spoken_by_services_of_buying_groups(self):
        group = BuyingGroupFactory()
        BuyingGroup.objects.all().delete()

        with translation.override("de"), pytest.raises(Conflict) as gone:
            groups.set_status(group, "Open", by=None, now=NOW)

        assert gone.value.message == "Diese Einkäufergruppe ist gelöscht."

    def test_is_spoken_of_fields_and_operators(self):
        answer = client_of().get("/api/v1/condition-fields/", headers=GERMAN)
        english = client_of().get("/api/v1/condition-fields/")

        found = {field["name"]: field for field in answer.json()["results"]}
        employees = found["account.employees"]
        assert (employees["label"], employees["group"]) == ("Beschäftigte", "Firma")
        assert {"name": "at_least", "label": "mindestens"} in employees["operators"]
        assert found["account.matched_buying_group"]["label"] == "Passende Einkäufergruppe"
        there = {field["name"]: field for field in english.json()["results"]}
        assert there["account.employees"]["label"] == "Employees"
        assert list(there) == list(found)

    def test_is_spoken_by_conditions_in_words(self):
        with translation.override("de"):
            said = conditions.describe(condition("account.employees", "is", [5, 10]))
            [wrong] = conditions.check(condition("account.employees", "at_least", "many"), about="account")

        assert said == "Beschäftigte ist 5 oder 10"
        assert (wrong.code, wrong.message) == (
            "wrong_value",
            "Beschäftigte muss eine Zahl sein, nicht ein Text.",
        )
        assert conditions.describe(condition("account.employees", "is", [5, 10])) == "Employees is 5 or 10"

    def test_is_spoken_in_scripts(self, client: Client):
        german = Client(headers=GERMAN).get(reverse("texts"))

        assert '"all of these hold": "all das gilt"' in german.content.decode()
        assert "Accept-Language" in german["Vary"]
        assert "all das gilt" not in Client().get(reverse("texts")).content.decode()
        page = client.get(reverse("admin:index")).content.decode()
        assert page.index(reverse("texts")) < page.index("journeys/journeys.js")

    @pytest.mark.usefixtures("_own_files")
    def test_is_not_stored(self):
        """Of rows that cannot be read, all read the same afterwards; and what a visit saw is found again."""
        matched_buying_group = Lookup().known_field("account.matched_buying_group")
        has = {
            "field": "account.matched_buying_group",
            "operator": "has",
            "value": {"match": "all", "filters": []},
        }
        with translation.override("de"):
            job = imported("name,employees\nA,1.5\n")
            seen = matched_buying_group.seen_as(has)

        [problem] = job.problems.all()
        assert problem.reason == "must be a whole number."
        assert seen == matched_buying_group.seen_as(has) == "Matched buying group has any"

    def test_changes_nothing_of_what_a_file_says(self):
        consent = BUILT_IN["person"]["person.consent_email"]

        with translation.override("de"):
            assert dict(consent.choices)["yes"] == "Ja"
            assert [parse_text(consent, text) for text in ("Yes", "no", "TRUE")] == ["yes", "no", "yes"]
            with pytest.raises(ValueError, match="is not known"):
                parse_text(consent, "Ja")


@pytest.fixture
def _own_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def imported(text: str) -> Import:
    """A file of accounts, read in by somebody who speaks the language of now."""
    job = start_import(
        File(io.BytesIO(text.encode()), "accounts.csv"), kind="accounts", by=UserFactory(), now=NOW
    )
    run_import(job.pk, clock=lambda: NOW)
    return Import.objects.get(pk=job.pk)


class TestMakemessages:
    """Who translates finds all texts: in Python, in templates and in scripts."""

    @pytest.mark.skipif(shutil.which("xgettext") is None, reason="GNU gettext is not installed")
    @pytest.mark.parametrize(
        ("domain", "texts"),
        [
            (
                "django",
                [
                    "There is a score “%(name)s” already.", "Date of birth", "People in role", "does not contain",
                    "“%(group)s” cannot go to “%(to)s” from no stage; it may go nowhere from there.",
                ],
            ),
            (
                "djangojs",
                ["all of these hold", "%(n)s account now", "%(name)s is removed.", "Journeys, accounts, people"],
            ),
        ],
    )  # fmt: skip
    def test_finds_them(self, domain: str, texts: list[str], settings: Any, tmp_path: Path):
        settings.LOCALE_PATHS = [tmp_path]
        call_command(
            "makemessages",
            locale=["de"],
            domain=domain,
            verbosity=0,
            ignore_patterns=["var", "tests", ".venv"],
        )

        found = (tmp_path / "de" / "LC_MESSAGES" / f"{domain}.po").read_text()
        assert [text for text in texts if f'"{text}"' not in found.replace('"\n"', "")] == []
