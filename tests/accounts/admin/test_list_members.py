"""The members of a list: searched, paged and counted. Half a million may be on it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.admin import counting
from accounts.models import AccountList
from accounts.sql import Sql, rows, run
from tests.factories import AccountFactory, AccountListFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def wanted() -> AccountList:
    """Four of a name that another account has, too, and one of another name."""
    AccountFactory(name="Zeta elsewhere")
    members = [AccountFactory(name=name) for name in ("Zeta 3", "Zeta 1", "Zeta 2", "Zeta 1", "Alpha")]
    found: AccountList = AccountListFactory(members=members)
    return found


def pages(client: Any, url: str, **query: Any) -> list[list[str]]:
    """The names of each page, to the end."""
    found = []
    while True:
        page = client.get(url, query).context
        found.append([account.name for account in page["members"]])
        if page["last"] is None:
            return found
        query |= {"after": page["last"].pk, "name": page["last"].name}


class TestSearch:
    @pytest.fixture(autouse=True, params=[1_000, 0], ids=["a short list", "a long list"])
    def many(self, request, monkeypatch):
        monkeypatch.setattr("accounts.admin.list_members.MANY", request.param)

    def test_finds_members_by_name_and_the_pages_lose_and_repeat_nobody(
        self, client, to, wanted, monkeypatch
    ):
        monkeypatch.setattr("accounts.admin.list_members.SIZE", 2)

        found = pages(client, to(AccountList, "change", wanted.pk), q="zeta")

        assert found == [["Zeta 1", "Zeta 1"], ["Zeta 2", "Zeta 3"]]

    def test_says_how_many_it_has_found(self, client, to, wanted, monkeypatch):
        url = to(AccountList, "change", wanted.pk)

        assert client.get(url, {"q": "zeta"}).context["found"] == "4"
        assert client.get(url, {"q": " "}).context["found"] == ""
        assert b"<strong>4</strong> found" in client.get(url, {"q": "zeta"}).content

    def test_stops_behind_what_is_counted_and_says_so(self, client, to, wanted, monkeypatch):
        monkeypatch.setattr(counting, "EXACT_TO", 2)
        url = to(AccountList, "change", wanted.pk)

        answer = client.get(url, {"q": "zeta"})

        assert answer.context["found"] == "more than 2"
        assert len(answer.context["members"]) == 3
        assert b"More words find fewer" in answer.content

    def test_walks_no_index_on_names(self, client, to, wanted):
        """Names at its end are found at once, however many stand before them."""
        with CaptureQueriesContext(connection) as captured:
            client.get(to(AccountList, "change", wanted.pk), {"q": "zeta"})
        [asked] = [query["sql"] for query in captured if "LIMIT 51" in query["sql"]]

        # The planner walks it whenever it can.
        run(Sql("SET LOCAL enable_sort = off"))
        run(Sql("SET LOCAL enable_seqscan = off"))
        run(Sql("SET LOCAL enable_bitmapscan = off"))
        plan = "\n".join(line for (line,) in rows(Sql("EXPLAIN " + asked.replace("%", "%%"))))

        assert "account_name" not in plan

    def test_is_the_export_s_too(self, client, to, wanted):
        answer = client.get(to(AccountList, "members_export", wanted.pk), {"q": "zeta"})

        assert b"".join(answer.streaming_content).count(b"Zeta") == 4


class TestExport:
    def test_needs_the_permission_of_lists(self, client_with, to, wanted):
        page, file = (to(AccountList, name, wanted.pk) for name in ("change", "members_export"))
        other = client_with("view_accountlist", "export_account")
        may = client_with("view_accountlist", "export_members_accountlist")

        assert (other.get(page).context["export_url"], other.get(file).status_code) == ("", 403)
        assert (may.get(page).context["export_url"], may.get(file).status_code) == (file, 200)
