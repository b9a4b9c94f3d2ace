"""Audiences: made, edited, explained, deleted."""

from __future__ import annotations

import json

import pytest

from accounts.models import Audience
from tests.factories import AccountFactory, AccountListFactory, AudienceFactory

pytestmark = pytest.mark.django_db
BANKS = {"match": "all", "filters": [{"field": "account.industry", "operator": "is", "value": ["Banking"]}]}


class TestAudiences:
    def test_are_made_and_edited(self, client, to):
        client.post(to(Audience, "add"), {"name": "Banks", "condition": json.dumps(BANKS)})
        audience = Audience.objects.get()
        changed = {**BANKS, "match": "any"}

        client.post(
            to(Audience, "change", audience.pk),
            {"name": "All banks", "description": "x", "condition": json.dumps(changed)},
        )

        audience = Audience.objects.get()
        assert (audience.name, audience.condition["match"]) == ("All banks", "any")

    @pytest.mark.parametrize(
        ("make", "page"),
        [
            (lambda: AudienceFactory(condition=BANKS), "change"),
            (lambda: AccountListFactory(type="dynamic", status="draft", condition=BANKS), "settings"),
        ],
    )
    def test_what_somebody_else_saved_meanwhile_is_not_written_over(self, client, to, make, page):
        row = make()
        url = to(type(row), page, row.pk)
        mine = {"name": "Mine", "condition": json.dumps(BANKS), "seen": client.get(url).context["seen"]}
        client.post(url, {**mine, "name": "Theirs"})

        answer = client.post(url, mine)
        again = client.post(url, {**mine, "seen": answer.context["seen"]})

        assert [answer.status_code, again.status_code] == [400, 400]
        assert "in between" in answer.context["form"].non_field_errors()[0]
        assert f'name="seen" value="{mine["seen"]}"' in answer.content.decode().replace("&#x27;", "'")
        row.refresh_from_db()
        assert row.name == "Theirs"
        assert answer.context["newer"].values == [("Name", "Theirs")]
        anyway = {**mine, "anyway": answer.context["newer"].mark}
        theirs = {**mine, "name": "Once more", "seen": client.get(url).context["seen"]}
        assert client.post(url, theirs).status_code == 302
        assert client.post(url, anyway).context["newer"].values == [("Name", "Once more")]
        assert client.post(url, {**mine, "seen": client.get(url).context["seen"]}).status_code == 302

    def test_what_somebody_else_saved_is_shown_and_can_be_replaced(self, client, to):
        audience = AudienceFactory(name="Banks", condition=BANKS)
        url = to(Audience, "change", audience.pk)
        mine = {
            "name": "Banks",
            "description": "Mine",
            "condition": json.dumps(BANKS),
            "seen": audience.updated_at,
        }
        theirs = {**BANKS, "match": "any", "filters": [*BANKS["filters"], *BANKS["filters"]]}
        seen = client.get(url).context["seen"]
        client.post(url, {**mine, "description": "", "condition": json.dumps(theirs), "seen": seen})

        answer = client.post(url, {**mine, "seen": seen})

        [(_, description), (label, words)] = answer.context["newer"].values
        assert (description, label, " or " in words) == ("–", "Condition", True)
        page = answer.content.decode()
        assert f'name="anyway" value="{answer.context["newer"].mark}">Save anyway' in page
        assert "It was saved at <time" in page
        anyway = {**mine, "seen": seen, "anyway": answer.context["newer"].mark}
        assert client.post(url, anyway).status_code == 302
        audience.refresh_from_db()
        assert (audience.description, audience.condition["match"]) == ("Mine", "all")

    def test_show_how_many_satisfy_them(self, client, to):
        AccountFactory.create_batch(3, industry="Banking")
        audience = AudienceFactory(condition=BANKS)

        assert client.get(to(Audience, "change", audience.pk)).context["accounts"] == 3

    def test_explain_one_account(self, client, to):
        account = AccountFactory(name="Globex", industry="Retail")
        audience = AudienceFactory(condition=BANKS)

        found = client.get(to(Audience, "explain", audience.pk), {"q": "globex"}).context
        assert found["account"] == account
        assert not found["tree"].verdict
        assert found["tree"].parts[0].seen == "it is Retail"

    def test_survive_a_field_that_is_gone(self, client, to):
        gone = {"match": "all", "filters": [{"field": "account.custom.gone", "operator": "is", "value": "x"}]}
        audience = AudienceFactory(condition=gone)
        account = AccountFactory()

        assert client.get(to(Audience, "change", audience.pk)).context["accounts"] is None
        explained = client.get(to(Audience, "explain", audience.pk), {"account": account.pk})
        assert "no field" in explained.content.decode()

    def test_are_read_only_for_whoever_may_only_look(self, client_with, to):
        audience = AudienceFactory(condition=BANKS)
        looking = client_with("view_audience")

        assert "Save" not in looking.get(to(Audience, "change", audience.pk)).content.decode()
        assert looking.post(to(Audience, "change", audience.pk), {"name": "x"}).status_code == 403
        assert looking.post(to(Audience, "delete", audience.pk)).status_code == 403

    def test_name_and_condition_are_told_together(self, client, to):
        AudienceFactory(name="Banks", condition=BANKS)
        other = AudienceFactory(name="Other", condition=BANKS)
        wrong = {"match": "all", "filters": [{"field": "account.industry", "operator": "is", "value": []}]}
        given = {"name": "Banks", "condition": json.dumps(wrong)}

        for url in (to(Audience, "add"), to(Audience, "change", other.pk)):
            form = client.post(url, given).context["form"]
            assert "An audience of this name exists." in form.errors["name"]
            assert form.fields["condition"].widget.findings

    def test_that_is_used_is_not_offered_to_be_deleted(self, client, to):
        used, free = AudienceFactory(name="Used"), AudienceFactory(name="Free")
        filter = {
            "field": "account.in_audience",
            "operator": "is",
            "value": [{"id": used.pk, "name": "Used"}],
        }
        AccountListFactory(name="On it", type="dynamic", condition={"match": "all", "filters": [filter]})

        pages = [client.get(to(Audience, "delete", one.pk)).content.decode() for one in (used, free)]

        assert "“Used” is used by list On it." in pages[0]
        assert ["Delete audience</button>" in page for page in pages] == [False, True]
