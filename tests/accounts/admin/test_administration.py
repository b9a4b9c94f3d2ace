"""Custom attributes, scores and tokens."""

from __future__ import annotations

import pytest

from accounts.models import ApiToken, CustomAttribute, PersonScore, Score
from accounts.services import tokens
from tests.factories import (
    AccountFactory,
    AudienceFactory,
    CustomAttributeFactory,
    PersonFactory,
    ScoreFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


class TestAttributes:
    GIVEN = {"subject": "account", "label": "Tier", "name": "tier", "type": "text", "managed": "on"}

    def test_are_made_and_changed_but_for_what_is_fixed(self, client, to):
        client.post(to(CustomAttribute, "add"), self.GIVEN)
        attribute = CustomAttribute.objects.get()

        client.post(
            to(CustomAttribute, "change", attribute.pk), {"label": "Level", "name": "level", "type": "number"}
        )

        attribute = CustomAttribute.objects.get()
        assert (attribute.label, attribute.name, attribute.type, attribute.managed) == (
            "Level",
            "tier",
            "text",
            False,
        )

    @pytest.mark.parametrize(
        "wrong", [{"name": "Große"}, {"name": "tier"}, {"managed": "", "updatable": "on"}]
    )
    def test_say_at_the_field_what_is_wrong(self, client, to, wrong):
        CustomAttributeFactory(name="tier")
        given = {**self.GIVEN, "name": "other", **wrong}
        answer = client.post(to(CustomAttribute, "add"), {k: v for k, v in given.items() if v})

        assert answer.status_code == 400
        assert answer.context["form"].errors

    def test_with_values_are_not_deleted(self, client, to, said):
        attribute = CustomAttributeFactory(name="tier")
        AccountFactory(custom={"tier": "gold"})

        answer = client.post(to(CustomAttribute, "delete", attribute.pk))

        assert "has values" in said(answer)[0]
        assert CustomAttribute.objects.exists()

    def test_that_a_condition_asks_for_stay_managed_and_stay(self, client, to, said):
        attribute = CustomAttributeFactory(name="tier", label="Tier", updatable=False)
        asked = {"field": "account.custom.tier", "operator": "is", "value": "gold"}
        AudienceFactory(name="Gold", condition={"match": "all", "filters": [asked]})

        changed = client.post(to(CustomAttribute, "change", attribute.pk), {"label": "Level"})
        deleted = client.post(to(CustomAttribute, "delete", attribute.pk))

        assert changed.status_code == 400
        assert changed.context["form"].non_field_errors() == ["“Tier” is used by audience Gold."]
        assert said(deleted) == ["“Tier” is used by audience Gold."]
        assert CustomAttribute.objects.values_list("label", "managed").get() == ("Tier", True)

    def test_that_an_action_changes_stay_updatable(self, client, to, settings):
        settings.ATTRIBUTE_WRITERS = [f"{__name__}.writers"]
        attribute = CustomAttributeFactory(name="tier", label="Tier", updatable=True)

        changed = client.post(
            to(CustomAttribute, "change", attribute.pk), {"label": "Level", "managed": "on"}
        )

        assert changed.status_code == 400
        assert changed.context["form"].non_field_errors() == ["“Tier” is used by journey Welcome."]
        assert CustomAttribute.objects.values_list("label", "updatable").get() == ("Tier", True)


def writers() -> list[tuple[str, set[str]]]:
    """What another app says of its actions."""
    return [("journey Welcome", {"account.custom.tier"})]


class TestScores:
    def test_are_made_changed_and_deleted(self, client, to):
        client.post(to(Score, "add"), {"label": "Fit", "name": "fit"})
        score = Score.objects.get()
        client.post(to(Score, "change", score.pk), {"label": "Fitness", "description": "x"})
        assert Score.objects.get().label == "Fitness"

        client.post(to(Score, "delete", score.pk))

        assert not Score.objects.exists()

    def test_that_people_have_are_not_deleted(self, client, to, said):
        score = ScoreFactory()
        PersonScore.objects.create(person=PersonFactory(), score=score, value=1)

        assert "nobody has it" in said(client.post(to(Score, "delete", score.pk)))[0]


class TestTokens:
    def test_are_shown_once(self, client, to):
        answer = client.post(to(ApiToken, "add"), {"name": "Sync", "scopes": ["read"], "days": "30"})

        text = answer.context["text"]
        assert text in answer.content.decode()
        assert "no-store" in answer["Cache-Control"]
        assert text not in client.get(to(ApiToken, "changelist")).content.decode()
        assert ApiToken.objects.get().scopes == ["read"]

    def test_of_others_are_neither_seen_nor_revoked(self, client, to, now):
        other, _text = tokens.create(UserFactory(), name="Not yours", by=None, now=now)

        assert "Not yours" not in client.get(to(ApiToken, "changelist")).content.decode()
        client.post(to(ApiToken, "delete", other.pk))

        assert ApiToken.objects.exists()

    def test_are_revoked(self, client, to):
        client.post(to(ApiToken, "add"), {"name": "Sync"})
        token = ApiToken.objects.get()

        assert client.get(to(ApiToken, "delete", token.pk)).status_code == 200
        client.post(to(ApiToken, "delete", token.pk))

        assert not ApiToken.objects.exists()

    @pytest.mark.parametrize("wrong", [{"name": ""}, {"scopes": ["rule"]}, {"days": "0"}, {"days": "x"}])
    def test_say_what_is_wrong(self, client, to, wrong):
        assert client.post(to(ApiToken, "add"), {"name": "Sync", **wrong}).status_code == 400
        assert not ApiToken.objects.exists()
