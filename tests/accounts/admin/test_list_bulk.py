"""Several lists at once: the page says which go live or away, and why others are left out."""

from __future__ import annotations

import pytest

from accounts.models import AccountList, ListMember
from tests.accounts.conditions.conftest import asked, condition
from tests.factories import AccountFactory, AccountListFactory, UserFactory

pytestmark = pytest.mark.django_db


def ids(*rows):
    return {"ids": ",".join(str(row.pk) for row in rows)}


def on(row):
    return condition(asked("account.member_of_list", "is", [{"id": row.pk, "name": row.name}]))


def said(client, to):
    return [str(message) for message in client.get(to(AccountList, "changelist")).context["messages"]]


class TestPublish:
    @pytest.fixture
    def drafts(self):
        static = AccountListFactory(name="Static", status="draft")
        dynamic = AccountListFactory(name="Dynamic", status="draft", type="dynamic", condition=on(static))
        return [dynamic, static]

    def test_says_what_becomes_of_them_and_who_is_left_out(self, client, to, drafts):
        page = client.get(to(AccountList, "publish_selected"), ids(*drafts, AccountListFactory(name="Live")))

        text = page.content.decode()
        assert "Publish 2 lists" in text
        assert "1 static list: journeys can use it" in text
        assert "1 dynamic list: its condition is frozen" in text
        assert page.context["left_out"] == [("Live", "It is live already.")]
        assert AccountList.objects.filter(status="draft").count() == 2

    def test_then_they_are_live_whatever_their_order(self, client, to, drafts):
        client.post(to(AccountList, "publish_selected"), ids(*drafts, AccountListFactory()))

        assert not AccountList.objects.filter(status="draft").exists()
        assert said(client, to) == ["2 lists are live."]

    def test_without_one_that_can_there_is_no_button(self, client, to):
        page = client.get(to(AccountList, "publish_selected"), ids(AccountListFactory())).content.decode()

        assert "None of the chosen lists can be published." in page
        assert 'class="tl-button tl-primary"' not in page

    def test_takes_the_same_queries_for_three_and_thirty(self, client, to, count_queries):
        base = AccountListFactory()

        def queries(n):
            keys = {"status": "draft", "type": "dynamic", "condition": on(base)}
            given = ids(*AccountListFactory.create_batch(n, **keys))
            return count_queries(lambda: client.get(to(AccountList, "publish_selected"), given))

        assert queries(3) == queries(30)

    def test_is_for_whoever_may_publish(self, client_with, to, drafts):
        url = to(AccountList, "publish_selected")
        for permissions in (["view_accountlist", "change_accountlist"], ["publish_accountlist"]):
            assert client_with(*permissions).post(url, ids(*drafts)).status_code == 403
        assert not AccountList.objects.filter(status="live").exists()
        client_with("view_accountlist", "publish_accountlist").post(url, ids(*drafts))
        assert not AccountList.objects.filter(status="draft").exists()


class TestDelete:
    def test_says_in_numbers_what_goes_and_who_keeps_the_others(self, client, to):
        free = AccountListFactory(name="Free", members=AccountFactory.create_batch(3))
        base = AccountListFactory(name="Base")
        AccountListFactory(name="On it", type="dynamic", condition=on(base))

        page = client.get(to(AccountList, "delete_selected"), ids(free, base))
        text = page.content.decode()
        assert "Delete 1 list" in text
        assert "The places of accounts on them: 3." in text
        assert page.context["left_out"] == [("Base", "“Base” is used by list On it.")]
        client.post(to(AccountList, "delete_selected"), ids(free, base))

        assert set(AccountList.objects.values_list("name", flat=True)) == {"Base", "On it"}
        assert not ListMember.objects.exists()
        assert said(client, to) == ["1 list is deleted."]

    def test_where_each_is_used_there_is_no_button(self, client, to):
        base = AccountListFactory()
        AccountListFactory(type="dynamic", condition=on(base))

        page = client.get(to(AccountList, "delete_selected"), ids(base)).content.decode()
        answer = client.post(to(AccountList, "delete_selected"), ids(base))

        assert "Each of the chosen lists is in use" in page
        assert "tl-primary-danger" not in page
        assert answer.status_code == 200
        assert AccountList.objects.count() == 2

    def test_takes_the_same_queries_for_three_and_thirty(self, client, to, count_queries):
        def queries(n):
            given = ids(*AccountListFactory.create_batch(n))
            url = to(AccountList, "delete_selected")
            asked = count_queries(lambda: client.get(url, given))
            return asked, count_queries(lambda: client.post(url, given))

        assert queries(3) == queries(30)

    def test_is_for_whoever_may_delete(self, client_with, to):
        row = AccountListFactory()
        for permissions in (["view_accountlist", "change_accountlist"], ["delete_accountlist"]):
            answer = client_with(*permissions).post(to(AccountList, "delete_selected"), ids(row))
            assert answer.status_code == 403
        assert AccountList.objects.exists()


class TestFilters:
    @pytest.fixture
    def found(self, client, to):
        def names(**query):
            answer = client.get(to(AccountList, "changelist"), query)
            return {row.name for row in answer.context["cl"].result_list}

        return names

    def test_by_use(self, found):
        base = AccountListFactory(name="Base")
        AccountListFactory(name="On it", type="dynamic", condition=on(base))

        assert found(use="yes") == {"Base"}
        assert found(use="no") == {"On it"}
        assert found(use="maybe") == set()

    def test_by_creator(self, found):
        anna = UserFactory(username="anna")
        AccountListFactory(name="Hers", created_by=anna)
        AccountListFactory(name="Nobody's")

        assert found(creator=anna.pk) == {"Hers"}
        assert found(creator="x") == set()

    def test_take_the_same_queries_for_three_and_thirty(self, client, to, count_queries):
        base = AccountListFactory()

        def queries(n):
            AccountListFactory.create_batch(n, type="dynamic", condition=on(base))
            return count_queries(lambda: client.get(to(AccountList, "changelist"), {"use": "no"}))

        assert queries(3) == queries(27)
