"""Journeys that are created, imported, copied, exported."""

from __future__ import annotations

import pytest

from journeys import services
from journeys.models import Journey
from tests.factories import JourneyFactory

pytestmark = pytest.mark.django_db


class TestMaking:
    def test_create_opens_the_draft_for_building(self, client, to):
        answer = client.post(to("add"), {"name": "  Onboarding ", "description": "All of it"})

        journey = Journey.objects.get(name="Onboarding")
        assert answer["Location"] == to("document", journey)
        assert journey.created_by.username == "root"

    @pytest.mark.parametrize("name", ["", "  ", "x" * 201, "tAKEN", "a\x00b"])
    def test_create_refuses_a_name_at_its_field(self, client, to, name: str):
        JourneyFactory(name="Taken")
        answer = client.post(to("add"), {"name": name})

        assert answer.status_code == 400
        assert "name" in answer.context["form"].errors

    def test_duplicate_has_a_default_name_and_two_types(self, client, to):
        journey = JourneyFactory(name="Plan", description="Old")
        page = client.get(to("duplicate", journey))
        assert page.context["form"].initial == {"name": "Plan_copy", "description": "Old"}

        given = {"name": "Plan_copy", "description": "New", "type": "without_details"}
        answer = client.post(to("duplicate", journey), given)

        copy = Journey.objects.get(name="Plan_copy")
        assert answer["Location"] == to("change", copy)
        assert (copy.status, copy.description) == ("draft", "New")

    def test_duplicate_refuses_a_taken_name_and_another_type(self, client, to):
        journey = JourneyFactory(name="Plan")
        taken = client.post(to("duplicate", journey), {"name": "pLAN", "type": "partial_content"})
        other = client.post(to("duplicate", journey), {"name": "x", "type": "whole"})

        assert "name" in taken.context["form"].errors
        assert "type" in other.context["form"].errors

    def test_import_makes_a_draft_of_a_file(self, client, to, tmp_path):
        JourneyFactory(name="Original")
        text = services.export(Journey.objects.get(name="Original"), by=None)
        (tmp_path / "journey.yaml").write_bytes(text)

        with (tmp_path / "journey.yaml").open("rb") as file:
            answer = client.post(to("import"), {"file": file, "name": "Imported"})

        assert answer["Location"] == to("change", Journey.objects.get(name="Imported"))

    def test_import_says_every_error_with_its_place(self, client, to, tmp_path):
        path = tmp_path / "bad.yaml"
        path.write_text(
            "format: throughline/journey/1\nname: Bad\nnodes:\n"
            "- {key: a, kind: jump}\n- {key: b, kind: wait, next: c}\n"
        )

        with path.open("rb") as file:
            answer = client.post(to("import"), {"file": file})

        page = answer.content.decode()
        assert answer.status_code == 400
        assert "/nodes/0/kind" in page
        assert "/nodes/1/next" in page
        assert not Journey.objects.exists()

    def test_import_needs_a_file(self, client, to):
        assert client.post(to("import")).status_code == 400

    def test_export_gives_the_document(self, client, to):
        journey = JourneyFactory(name='Grüße, "Welt"')
        answer = client.get(to("export_yaml", journey))

        assert answer.content.startswith(b"format: throughline/journey/1")
        assert answer["Content-Disposition"].endswith('.yaml"')
