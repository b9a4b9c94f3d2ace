"""An account's pages: overview, details, people, timeline, deletion."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpRequest

from accounts.models import Account, AccountPerson, Event, Person
from accounts.services import accounts
from tests.conftest import NO_ID
from tests.factories import (
    AccountFactory,
    AccountListFactory,
    CustomAttributeFactory,
    PersonFactory,
    ScoreFactory,
)

pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert(1)</script>"


def fields(answer: Any, **changed: Any) -> dict[str, Any]:
    """What the browser would send back of the page, with these changed."""
    form = answer.context["form"]
    sent: dict[str, Any] = {}
    for bound in form:
        value = bound.value()
        sent[f"initial-{bound.name}"] = "" if value is None else value
        if not isinstance(value, bool) or value:
            sent[bound.name] = "" if value is None else value
    return {**sent, **changed}


class TestOverview:
    def test_shows_what_is_known(self, client, to):
        account = AccountFactory(name="Globex", industry="Banking", employees=12000)
        PersonFactory(first_name="Ada", last_name="Lovelace", accounts=[account])
        AccountListFactory(name="Block list", members=[account])

        text = client.get(to(Account, "change", account.pk)).content.decode()

        for said in ("Globex", "Banking", "12,000", "Ada Lovelace", "Block list"):
            assert said in text

    def test_shows_no_markup_of_others(self, client, to):
        account = AccountFactory(name=SCRIPT, industry=SCRIPT)
        PersonFactory(first_name=SCRIPT, job_title=SCRIPT, accounts=[account])
        for page in ("change", "details", "people", "timeline", "delete"):
            assert SCRIPT not in client.get(to(Account, page, account.pk)).content.decode()

    def test_hides_people_and_lists_from_whoever_may_not_see_them(self, client_with, to):
        account = AccountFactory()
        PersonFactory(last_name="Lovelace", accounts=[account])
        AccountListFactory(name="Block list", members=[account])

        text = client_with("view_account").get(to(Account, "change", account.pk)).content.decode()

        assert "Lovelace" not in text
        assert "Block list" not in text

    def test_takes_the_same_queries_for_one_and_thirty_people(self, client, to, count_queries):
        account = AccountFactory()
        PersonFactory(accounts=[account])
        few = count_queries(lambda: client.get(to(Account, "change", account.pk)))
        PersonFactory.create_batch(29, accounts=[account])

        assert count_queries(lambda: client.get(to(Account, "change", account.pk))) == few

    def test_is_not_found_when_there_is_none(self, client, to):
        assert client.get(to(Account, "change", NO_ID)).status_code == 404
        assert client.get("/admin/accounts/account/rubbish/change/").status_code == 404


def panel(request: HttpRequest, account: Account) -> Any:
    return {
        "title": "Seen",
        "template": "accounts/admin/known.html",
        "context": {"known": [("For", account.name)]},
    }


def nothing(request: HttpRequest, account: Account) -> None:
    return None


def test_panels_of_other_apps_stand_on_the_overview(client, to, settings):
    settings.ACCOUNT_PANELS = [f"{__name__}.panel", f"{__name__}.nothing"]
    account = AccountFactory(name="Globex <b>")

    text = client.get(to(Account, "change", account.pk)).content.decode()

    assert "<dd>Globex &lt;b&gt;</dd>" in text


class TestDetails:
    def test_saves_what_was_changed_and_records_it(self, client, to):
        CustomAttributeFactory(name="tier")
        account = AccountFactory(industry="Retail", custom={"tier": "gold"})
        page = client.get(to(Account, "details", account.pk))

        answer = client.post(
            to(Account, "details", account.pk),
            fields(page, industry="Banking", annual_revenue="12.50", custom__tier=""),
        )

        assert answer.status_code == 302
        account = Account.objects.get()
        assert (account.industry, account.annual_revenue, account.custom) == ("Banking", 12.5, {})
        assert Event.objects.count() == 3

    def test_leaves_alone_what_somebody_else_changed_meanwhile(self, client, to, now):
        account = AccountFactory(industry="Retail", city="Bonn")
        page = client.get(to(Account, "details", account.pk))
        accounts.edit(account.pk, {"city": "Berlin"}, by=None, now=now)

        client.post(to(Account, "details", account.pk), fields(page, industry="Banking"))

        account = Account.objects.get()
        assert (account.industry, account.city) == ("Banking", "Berlin")

    def test_says_at_the_field_what_is_wrong(self, client, to):
        account = AccountFactory()
        page = client.get(to(Account, "details", account.pk))

        wrong = fields(page, domain="no domain", employees="-1", owner_email="nobody")
        answer = client.post(to(Account, "details", account.pk), wrong)

        assert answer.status_code == 400
        assert set(answer.context["form"].errors) == {"domain", "employees", "owner_email"}
        assert Account.objects.get().domain == account.domain

    def test_says_that_an_external_id_is_taken(self, client, to):
        AccountFactory(external_id="A-1")
        account = AccountFactory()
        page = client.get(to(Account, "details", account.pk))

        answer = client.post(to(Account, "details", account.pk), fields(page, external_id="A-1"))

        assert "external_id" in answer.context["form"].errors

    def test_is_read_only_for_whoever_may_only_look(self, client_with, to):
        account = AccountFactory(name="Globex")
        looking = client_with("view_account")

        page = looking.get(to(Account, "details", account.pk))
        assert all(field.disabled for field in page.context["form"].fields.values())
        assert looking.post(to(Account, "details", account.pk), {"name": "Other"}).status_code == 403
        assert Account.objects.get().name == "Globex"

    def test_a_new_one_is_made(self, client, to):
        client.get(to(Account, "add"))
        answer = client.post(
            to(Account, "add"), {"name": "Globex", "domain": "GLOBEX.example", "employees": "7"}
        )

        account = Account.objects.get()
        assert answer.url == to(Account, "change", account.pk)
        assert (account.name, account.domain, account.employees) == ("Globex", "globex.example", 7)


class TestPeople:
    def test_somebody_is_added_by_email(self, client, to):
        account, person = AccountFactory(), PersonFactory(email="ada@globex.example")

        client.post(
            to(Account, "people_add", account.pk),
            {"person": " ADA@globex.example ", "role": "Buyer", "is_primary": "on"},
        )

        relation = AccountPerson.objects.get()
        assert (relation.person, relation.role, relation.is_primary) == (person, "Buyer", True)

    def test_says_whom_one_may_mean(self, client, to):
        account = AccountFactory()
        PersonFactory(first_name="Ada", email="ada@one.example")
        PersonFactory(first_name="Ada", email="ada@two.example")

        answer = client.post(to(Account, "people_add", account.pk), {"person": "ada"})

        assert answer.status_code == 400
        assert "ada@two.example" in str(answer.context["form"].errors["person"])

    def test_role_and_mark_are_changed_and_removed(self, client, to):
        account = AccountFactory()
        person = PersonFactory(accounts=[account])

        client.post(to(Account, "people_edit", account.pk, person.pk), {"role": "Owner", "is_primary": "on"})
        assert AccountPerson.objects.get().role == "Owner"
        client.post(to(Account, "people_remove", account.pk, person.pk))

        assert not AccountPerson.objects.exists()
        assert Person.objects.exists()

    def test_a_get_changes_nothing(self, client, to):
        account = AccountFactory()
        person = PersonFactory(accounts=[account])

        assert client.get(to(Account, "people_remove", account.pk, person.pk)).status_code == 405
        assert AccountPerson.objects.exists()

    def test_needs_the_permission(self, client_with, to):
        account = AccountFactory()
        person = PersonFactory(accounts=[account])
        looking = client_with("view_account", "view_person")

        assert looking.get(to(Account, "people", account.pk)).status_code == 200
        assert looking.get(to(Account, "people_add", account.pk)).status_code == 403
        assert looking.post(to(Account, "people_remove", account.pk, person.pk)).status_code == 403

    def test_takes_the_same_queries_for_three_and_thirty(self, client, to, count_queries):
        ScoreFactory()
        account = AccountFactory()
        PersonFactory.create_batch(3, accounts=[account])
        few = count_queries(lambda: client.get(to(Account, "people", account.pk)))
        PersonFactory.create_batch(27, accounts=[account])

        assert count_queries(lambda: client.get(to(Account, "people", account.pk))) == few


class TestDeletion:
    def test_is_asked_about_and_says_what_goes(self, client, to):
        account = AccountFactory(name="Globex")
        PersonFactory(accounts=[account])

        text = client.get(to(Account, "delete", account.pk)).content.decode()
        assert "The people stay (1)" in text
        assert "Buying groups: 0," in text
        assert "Places in journeys: 0, of which 0 now" in text
        assert Account.objects.exists()
        client.post(to(Account, "delete", account.pk))

        assert not Account.objects.exists()
        assert Person.objects.exists()

    def test_needs_the_permission(self, client_with, to):
        account = AccountFactory()

        assert (
            client_with("view_account", "change_account").post(to(Account, "delete", account.pk)).status_code
            == 403
        )
