"""What every installation has: six roles in their order, one active weighting model (reference 6.1, 8.5)."""

from __future__ import annotations

import pytest

from accounts.models import EventType
from buying_groups import built_in
from buying_groups.models import ActivityWeight, Persona, Role, WeightingModel

pytestmark = pytest.mark.django_db


def test_the_six_roles_in_their_order():
    assert list(Role.objects.values_list("name", "is_built_in")) == [
        ("Decision Maker", True),
        ("Influencer", True),
        ("Practitioner", True),
        ("Executive Steering Committee", True),
        ("Champion", True),
        ("Other", True),
    ]


def test_one_active_model_with_the_eight_weights():
    model = WeightingModel.objects.get()
    assert (model.name, model.status) == ("Activity weighting model 1", "active")
    assert dict(model.weights.values_list("event_type__name", "band__value")) == {
        "email_opened": 30,
        "email_clicked": 30,
        "form_filled": 40,
        "web_link_clicked": 40,
        "web_page_visited": 40,
        "event_attended": 60,
        "event_registered": 60,
        "person_interesting_moment": 60,
    }


def test_ten_personas_by_job_titles():
    found = Persona.objects.order_by("position")
    assert [persona.name for persona in found][:2] == ["CXO / EVP", "SVP / VP"]
    assert found.count() == 10
    titles = [title.lower() for persona in found for title in persona.condition["filters"][0]["value"]]
    assert len(titles) == len(set(titles))


def test_writing_again_changes_nothing_that_an_administrator_has_changed():
    ActivityWeight.objects.filter(event_type=EventType.BuiltIn.EMAIL_OPENED).delete()
    Role.objects.create(name="Sponsor", position=7)
    Persona.objects.filter(name="Other").delete()
    built_in.write()
    assert Role.objects.count() == 7
    assert Persona.objects.count() == 9
    assert WeightingModel.objects.count() == 1
    assert ActivityWeight.objects.count() == 7
