"""The list of accounts: search, filters, order, columns, CSV, several at once."""

from __future__ import annotations

from typing import Any

import pytest

from accounts import known_values
from accounts.admin import counting
from accounts.models import Account, AccountList
from tests.factories import AccountFactory, AccountListFactory

pytestmark = pytest.mark.django_db


def names(client: Any, to: Any, **query: Any) -> list[str]:
    answer = client.get(to(Account, "changelist"), query)
    assert answer.status_code == 200
    return [account.name for account in answer.context["cl"].result_list]


class TestSearch:
    @pytest.mark.parametrize("typed", ["globex", "OBEX", "globex.exa", "gl", "corp glo", "%"])
    def test_finds_by_parts_of_name_and_domain(self, client, to, typed):
        AccountFactory(name="Globex Corp", domain="globex.example")
        AccountFactory(name="Initech", domain="initech.example")

        assert names(client, to, q=typed) == ([] if typed == "%" else ["Globex Corp"])

    @pytest.mark.parametrize("typed", ["glo\0bex", "x " * 300, "\\", "%_%", "' OR 1=1 --"])
    def test_survives_what_cannot_be_searched_for(self, client, to, typed):
        AccountFactory(name="Globex")

        assert client.get(to(Account, "changelist"), {"q": typed}).status_code == 200


class TestFilters:
    def test_by_a_part_of_the_industry(self, client, to):
        AccountFactory(name="A", industry="Banking")
        AccountFactory(name="B", industry="Investment banking")
        AccountFactory(name="C", industry="Retail")

        assert names(client, to, industry="bank") == ["A", "B"]
        assert names(client, to, industry="farming") == []
        assert names(client, to, industry="farming", q="a") == []

    def test_by_a_part_of_the_industry_also_of_many(self, client, to, monkeypatch):
        monkeypatch.setattr(known_values, "LOOKED_THROUGH", 1)
        AccountFactory(name="A", industry="Banking")
        AccountFactory(name="B", industry="Investment banking")
        AccountFactory(name="C", industry="Retail")

        assert names(client, to, industry="bank") == ["A", "B"]
        assert names(client, to, industry="RETAIL") == ["C"]

    @pytest.mark.parametrize("query", [{}, {"industry": "bank"}])
    def test_say_that_a_part_is_enough(self, client, to, query):
        AccountFactory()

        page = client.get(to(Account, "changelist"), query).content.decode()

        assert page.count("A part of it is enough, in capitals or small letters.") == 2

    def test_by_list(self, client, to):
        inside = AccountFactory(name="A")
        AccountFactory(name="B")
        account_list = AccountListFactory(members=[inside])

        assert names(client, to, list=account_list.pk) == ["A"]
        assert names(client, to, list="nonsense") == []

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({"employees_from": "10"}, ["B", "C"]),
            ({"employees_to": "10"}, ["A", "B"]),
            ({"employees_from": "2", "employees_to": "9" * 40}, ["B", "C"]),
        ],
    )
    def test_by_number_of_employees(self, client, to, query, found):
        for name, employees in (("A", 1), ("B", 10), ("C", 100)):
            AccountFactory(name=name, employees=employees)

        assert names(client, to, **query) == found


class TestMoreThanAreCounted:
    def test_a_search_sorts_what_it_has_found(self, client, to):
        for name in ("Zeta two", "Zeta one", "Other"):
            AccountFactory(name=name)

        assert names(client, to, q="zeta") == ["Zeta one", "Zeta two"]
        assert names(client, to, q="zeta", o="-1") == ["Zeta two", "Zeta one"]
        assert names(client, to, q="zeta", o="2") == ["Zeta two", "Zeta one"]

    def test_an_export_of_a_search_holds_all(self, client, to, monkeypatch):
        monkeypatch.setattr(counting, "EXACT_TO", 1)
        AccountFactory.create_batch(5, name="Zeta")

        assert len(names(client, to, q="zeta")) == 2
        answer = client.get(to(Account, "export"), {"q": "zeta"})
        assert b"".join(answer.streaming_content).count(b"Zeta") == 5


class TestOrder:
    def test_by_name_and_then_by_id_as_the_index_has_it(self, client, to):
        first, second = AccountFactory(name="Same"), AccountFactory(name="Same")

        answer = client.get(to(Account, "changelist"))

        assert [account.pk for account in answer.context["cl"].result_list] == [first.pk, second.pk]

    def test_columns_without_an_index_do_not_sort(self, client, to):
        AccountFactory(name="A", employees=2)
        AccountFactory(name="B", employees=1)
        number = client.get(to(Account, "changelist")).context["cl"].list_display.index("headcount")

        assert names(client, to, o=f"{number}") == ["A", "B"]


def test_takes_the_same_queries_for_three_and_thirty_rows(client, to, count_queries):
    AccountFactory.create_batch(3)
    few = count_queries(lambda: client.get(to(Account, "changelist")))
    AccountFactory.create_batch(27)

    assert count_queries(lambda: client.get(to(Account, "changelist"))) == few


class TestCsv:
    def test_holds_what_is_filtered(self, client, to):
        AccountFactory(name="=cmd()", industry="Banking")
        AccountFactory(name="Other", industry="Retail")

        answer = client.get(to(Account, "export"), {"industry": "bank"})
        text = b"".join(answer.streaming_content).decode()

        assert "'=cmd()" in text
        assert "Other" not in text

    def test_needs_its_own_permission(self, client_with, to):
        assert client_with("view_account").get(to(Account, "export")).status_code == 403
        assert client_with("view_account", "export_account").get(to(Account, "export")).status_code == 200


class TestSeveralAtOnce:
    def test_django_s_own_deletion_is_not_offered(self, client, to):
        AccountFactory()
        answer = client.get(to(Account, "changelist"))

        assert "delete_selected" not in dict(answer.context["action_form"].fields["action"].choices)

    def test_are_asked_about_and_then_deleted(self, client, to):
        one, two, three = AccountFactory.create_batch(3)
        ticked = {"action": "ask_delete_selected", "_selected_action": [one.pk, two.pk]}

        asked = client.post(to(Account, "changelist"), ticked)
        page = client.get(asked.url)
        assert "Delete 2 accounts" in page.content.decode()
        client.post(asked.url, {"ids": f"{one.pk},{two.pk}"})

        assert list(Account.objects.all()) == [three]

    def test_come_onto_a_static_list(self, client, to):
        one, two = AccountFactory.create_batch(2)
        wanted = AccountListFactory()
        answer = client.post(
            to(Account, "add_to_list"), {"ids": f"{one.pk},{two.pk},junk", "list": wanted.pk}
        )

        assert answer.url == to(AccountList, "change", wanted.pk)
        assert wanted.members.count() == 2

    @pytest.mark.parametrize("page", ["delete_selected", "add_to_list"])
    def test_what_is_asked_takes_the_same_queries_for_three_and_thirty(self, client, to, count_queries, page):
        def queries(n):
            ids = ",".join(str(account.pk) for account in AccountFactory.create_batch(n))
            return count_queries(lambda: client.get(to(Account, page), {"ids": ids}))

        assert queries(3) == queries(30)

    def test_are_not_deleted_by_whoever_may_not(self, client_with, to):
        one = AccountFactory()

        assert (
            client_with("view_account").post(to(Account, "delete_selected"), {"ids": one.pk}).status_code
            == 403
        )
        assert Account.objects.exists()


def test_is_hidden_from_whoever_may_not_see_accounts(client_with, to):
    assert client_with("view_person").get(to(Account, "changelist")).status_code == 403
