"""Account lists: made, filled, published, deleted."""

from __future__ import annotations

import json
from typing import Any

import pytest

from accounts.models import AccountList, Audience
from tests.factories import AccountFactory, AccountListFactory, AudienceFactory

pytestmark = pytest.mark.django_db
BANKS = {"match": "all", "filters": [{"field": "account.industry", "operator": "is", "value": ["Banking"]}]}
WRONG = {"match": "all", "filters": [{"field": "account.industry", "operator": "is", "value": []}]}


def on(account_list):
    return sorted(account_list.members.values_list("account_id", flat=True))


class TestMaking:
    def test_a_static_one_takes_no_notice_of_the_builder(self, client, to):
        client.post(
            to(AccountList, "add"), {"name": "Renewals", "type": "static", "condition": json.dumps(BANKS)}
        )

        made = AccountList.objects.get()
        assert (made.name, made.type, made.condition, made.status) == ("Renewals", "static", None, "draft")

    def test_a_dynamic_one_keeps_its_condition(self, client, to):
        client.post(
            to(AccountList, "add"), {"name": "Banks", "type": "dynamic", "condition": json.dumps(BANKS)}
        )

        assert AccountList.objects.get().condition == BANKS

    def test_a_name_that_is_taken_in_other_letters_is_refused(self, client, to):
        AccountListFactory(name="Block list")

        answer = client.post(to(AccountList, "add"), {"name": "BLOCK LIST", "type": "static"})

        assert answer.status_code == 400
        assert "name" in answer.context["form"].errors

    @pytest.mark.parametrize(
        "text", ["{", "[" * 5000, '{"match": NaN}', "null", "[]", '"x"', json.dumps(WRONG)]
    )
    def test_a_wrong_condition_is_refused(self, client, to, text):
        answer = client.post(to(AccountList, "add"), {"name": "Banks", "type": "dynamic", "condition": text})

        if answer.status_code == 302:
            assert text == "null"
            assert AccountList.objects.get().condition is None
        else:
            assert answer.status_code == 400
            assert "condition" in answer.context["form"].errors

    def test_each_finding_is_said_at_its_filter(self, client, to):
        answer = client.post(
            to(AccountList, "add"), {"name": "B", "type": "dynamic", "condition": json.dumps(WRONG)}
        )

        [finding] = answer.context["form"].fields["condition"].widget.findings
        assert finding.at == ("filters", 0, "value")


class TestMembers:
    def test_are_added_by_what_is_pasted(self, client, to):
        wanted = AccountListFactory()
        by_id = AccountFactory(external_id="A-1")
        by_domain = AccountFactory(domain="globex.example")
        by_name = AccountFactory(name="Initech Ltd")

        answer = client.post(
            to(AccountList, "members_add", wanted.pk),
            {"accounts": ' A-1\r\nGLOBEX.example;\n"Initech Ltd"\n\nA-1'},
        )

        assert answer.status_code == 302
        assert on(wanted) == sorted([by_id.pk, by_domain.pk, by_name.pk])

    def test_lines_that_mean_nobody_or_several_stay_to_be_mended(self, client, to):
        wanted = AccountListFactory()
        known = AccountFactory(external_id="A-1")
        AccountFactory.create_batch(2, name="Twin")

        answer = client.post(to(AccountList, "members_add", wanted.pk), {"accounts": "A-1\nNobody\nTwin"})

        assert answer.status_code == 400
        assert on(wanted) == [known.pk]
        assert answer.context["form"]["accounts"].value() == "Nobody\nTwin"

    def test_are_added_by_a_filter_once(self, client, to):
        wanted, bank = AccountListFactory(), AccountFactory(industry="Banking")
        AccountFactory(industry="Retail")

        client.post(to(AccountList, "members_add_by_filter", wanted.pk), {"condition": json.dumps(BANKS)})

        assert on(wanted) == [bank.pk]

    def test_an_empty_filter_is_refused(self, client, to):
        wanted = AccountListFactory()
        nobody = json.dumps({"match": "all", "filters": []})

        answer = client.post(to(AccountList, "members_add_by_filter", wanted.pk), {"condition": nobody})

        assert answer.status_code == 400

    def test_are_taken_off(self, client, to):
        one, two = AccountFactory.create_batch(2)
        wanted = AccountListFactory(members=[one, two])

        client.post(to(AccountList, "members_remove", wanted.pk), {"account": [one.pk, "x"]})

        assert on(wanted) == [two.pk]

    def test_of_a_dynamic_list_are_the_system_s(self, client, to, said):
        wanted = AccountListFactory(type="dynamic", condition=BANKS)
        account = AccountFactory()

        answer = client.post(
            to(AccountList, "members_remove", wanted.pk), {"account": account.pk}, follow=True
        )

        assert "dynamic" in said(answer)[0]

    def test_pages_lose_and_repeat_nobody(self, client, to):
        wanted = AccountListFactory(members=[AccountFactory(name=f"Same {n % 3}") for n in range(120)])
        seen: list[Any] = []
        query: dict[str, Any] = {}
        while True:
            page = client.get(to(AccountList, "change", wanted.pk), query).context
            seen += [account.pk for account in page["members"]]
            if page["last"] is None:
                break
            query = {"after": page["last"].pk, "name": page["last"].name}

        assert len(seen) == len(set(seen)) == 120

    def test_take_the_same_queries_for_three_and_thirty(self, client, to, count_queries):
        few_of, many_of = (AccountListFactory(members=AccountFactory.create_batch(n)) for n in (3, 30))
        few = count_queries(lambda: client.get(to(AccountList, "change", few_of.pk)))

        assert count_queries(lambda: client.get(to(AccountList, "change", many_of.pk))) == few

    def test_need_their_own_permission(self, client_with, to):
        wanted = AccountListFactory()
        editor = client_with("view_accountlist", "change_accountlist")

        assert editor.get(to(AccountList, "members_add", wanted.pk)).status_code == 403
        assert editor.post(to(AccountList, "members_remove", wanted.pk)).status_code == 403


class TestPublishing:
    def test_says_how_many_match_now(self, client, to):
        AccountFactory.create_batch(2, industry="Banking")
        draft = AccountListFactory(type="dynamic", condition=BANKS, status="draft")

        assert client.get(to(AccountList, "publish", draft.pk)).context["matching"] == 2
        client.post(to(AccountList, "publish", draft.pk))

        assert AccountList.objects.get().status == "live"

    def test_says_what_is_missing(self, client, to):
        draft = AccountListFactory(type="dynamic", condition=None, status="draft")

        answer = client.post(to(AccountList, "publish", draft.pk))

        assert "A dynamic list needs a condition." in answer.content.decode()

    def test_twice_is_a_conflict_and_no_error(self, client, to):
        live = AccountListFactory()

        answer = client.post(to(AccountList, "publish", live.pk))

        assert answer.status_code == 409

    def test_needs_its_own_permission(self, client_with, to):
        draft = AccountListFactory(status="draft")

        assert client_with("view_accountlist").post(to(AccountList, "publish", draft.pk)).status_code == 403


class TestDeletion:
    def test_names_who_uses_it(self, client, to, said):
        used = AccountListFactory(name="Block list")
        reference = {"id": used.pk, "name": used.name}
        filter = {"field": "account.member_of_list", "operator": "is", "value": [reference]}
        AudienceFactory(name="Blocked", condition={"match": "all", "filters": [filter]})

        asked = client.get(to(AccountList, "delete", used.pk)).content.decode()
        answer = client.post(to(AccountList, "delete", used.pk))

        assert "“Block list” is used by audience Blocked." in asked
        assert "Delete list</button>" not in asked
        assert "Blocked" in answer.content.decode()
        assert AccountList.objects.exists()

    def test_takes_the_list_away(self, client, to):
        account_list = AccountListFactory(members=[AccountFactory()])

        assert (
            "Delete list</button>" in client.get(to(AccountList, "delete", account_list.pk)).content.decode()
        )
        client.post(to(AccountList, "delete", account_list.pk))

        assert not AccountList.objects.exists()


class TestPreview:
    def ask(self, client, to, condition):
        return client.post(to(Audience, "preview"), {"condition": condition})

    def test_says_words_and_count(self, client, to):
        AccountFactory(industry="Banking")

        assert self.ask(client, to, json.dumps(BANKS)).json() == {
            "findings": [],
            "words": "Industry is Banking",
            "accounts": 1,
        }

    @pytest.mark.parametrize("text", ["", "{", "[]", "7", "[" * 9000, json.dumps(WRONG)])
    def test_says_what_is_wrong(self, client, to, text):
        answer = self.ask(client, to, text)

        assert answer.status_code == 200
        assert answer.json()["findings"]

    def test_is_for_whoever_may_see_lists_or_audiences(self, client_with, to):
        assert self.ask(client_with("view_account"), to, json.dumps(BANKS)).status_code == 403
        assert self.ask(client_with("view_accountlist"), to, json.dumps(BANKS)).status_code == 200
