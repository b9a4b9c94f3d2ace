"""People: their list, details, scores, accounts, deletion."""

from __future__ import annotations

import pytest

from accounts.admin import counting
from accounts.admin.people import PersonAdmin
from accounts.models import Account, AccountList, AccountPerson, Audience, Person, PersonScore
from tests.accounts.admin.test_account_pages import fields
from tests.factories import AccountFactory, PersonFactory, ScoreFactory

pytestmark = pytest.mark.django_db


def test_the_list_searches_email_and_names(client, to):
    PersonFactory(email="ada@globex.example", first_name="Ada", last_name="Lovelace")
    PersonFactory(email="grace@initech.example", first_name="Grace", last_name="Hopper")

    for typed in ("LOVE", "ada love", "globex", "ad"):
        answer = client.get(to(Person, "changelist"), {"q": typed})
        assert [person.first_name for person in answer.context["cl"].result_list] == ["Ada"]


def _pages(client, url, **query):
    """The ids of all pages, in their order."""
    first = client.get(url, query).context["cl"]
    pages = [client.get(url, {**query, "p": number}).context["cl"] for number in first.paginator.page_range]
    return [person.pk for page in pages for person in page.result_list]


def test_what_is_found_is_sorted_and_paged_as_all_are(client, to, monkeypatch):
    monkeypatch.setattr(PersonAdmin, "list_per_page", 2)
    for first, last in (("Zoe", "adams"), ("ada", "Zorn"), ("Ben", "Adams"), ("Ada", "Miller"), ("", "")):
        PersonFactory(first_name=first, last_name=last)
    url = to(Person, "changelist")
    sorts = [{}, *({"o": f"{sign}{number}"} for number in range(12) for sign in ("", "-"))]

    for sort in sorts:
        every = _pages(client, url, **sort)
        assert len(every) == 5
        assert _pages(client, url, q="example", **sort) == every


def test_of_what_is_found_no_more_is_shown_than_is_counted(client, to, monkeypatch):
    monkeypatch.setattr(counting, "EXACT_TO", 3)
    monkeypatch.setattr(PersonAdmin, "list_per_page", 2)
    PersonFactory.create_batch(5)

    url = to(Person, "changelist")
    listed = client.get(url, {"q": "example", "p": 2}).context["cl"]

    assert (listed.result_count, listed.count_is_exact) == (3, False)
    assert len(listed.result_list) == 1
    assert client.get(url, {"q": "example", "p": 3}).status_code == 302


class TestFilters:
    @pytest.fixture
    def found(self, client, to):
        def names(**query):
            answer = client.get(to(Person, "changelist"), query)
            return {person.first_name for person in answer.context["cl"].result_list}

        return names

    def test_by_a_mark(self, found):
        marks = ("unsubscribed", "email_invalid", "email_suspended", "marketing_suspended", "is_test")
        for mark in marks:
            PersonFactory(first_name=mark, **{mark: True})
        PersonFactory(first_name="none")

        for mark in marks:
            assert found(mark=mark) == {mark}
        assert found(mark="custom") == set()

    def test_by_a_part_of_the_country(self, found):
        for country in ("Germany", "Spain", ""):
            PersonFactory(first_name=country, country=country)

        assert found(country="germ") == {"Germany"}
        assert found(country="Italy") == set()

    @pytest.mark.parametrize("model", [Account, AccountList, Audience, Person])
    def test_their_choices_are_not_counted(self, client, to, model):
        """Each would read millions of rows, whoever asks for it."""
        page = client.get(to(model, "changelist"), {"_facets": "True"})

        assert not page.context["cl"].add_facets
        assert "Show counts" not in page.content.decode()

    def test_what_is_filtered_is_exported(self, client, to):
        PersonFactory(email="yes@x.example", unsubscribed=True)
        PersonFactory(email="no@x.example")

        text = client.get(to(Person, "export"), {"mark": "unsubscribed"}).getvalue().decode()

        assert "yes@x.example" in text
        assert "no@x.example" not in text


def test_the_list_takes_the_same_queries_for_three_and_thirty(client, to, count_queries):
    PersonFactory.create_batch(3)
    few = count_queries(lambda: client.get(to(Person, "changelist")))
    PersonFactory.create_batch(27)

    assert count_queries(lambda: client.get(to(Person, "changelist"))) == few


class TestDetails:
    def test_a_new_person_comes_to_the_account_that_is_named(self, client, to):
        account = AccountFactory()

        client.post(
            f"{to(Person, 'add')}?account={account.pk}",
            {"email": "ada@globex.example", "consent_email": "yes"},
        )

        person = Person.objects.get()
        assert (person.email, person.consent_email) == ("ada@globex.example", "yes")
        assert AccountPerson.objects.get().account == account

    def test_yes_no_and_choices_are_saved_and_cleared(self, client, to):
        person = PersonFactory(unsubscribed=True, consent_email="yes")
        page = client.get(to(Person, "details", person.pk))
        sent = fields(page, consent_email="", is_test="on")
        sent.pop("unsubscribed")

        client.post(to(Person, "details", person.pk), sent)

        person = Person.objects.get()
        assert (person.unsubscribed, person.consent_email, person.is_test) == (False, "", True)

    def test_an_email_that_is_taken_is_refused_at_its_field(self, client, to):
        PersonFactory(email="ada@globex.example")

        answer = client.post(to(Person, "add"), {"email": "ADA@globex.example"})

        assert answer.status_code == 400
        assert "email" in answer.context["form"].errors


class TestScores:
    def test_are_set_through_the_service(self, client, to):
        score, other = ScoreFactory(name="fit"), ScoreFactory(name="interest")
        person = PersonFactory()

        client.post(to(Person, "scores", person.pk), {f"score_{score.pk}": "-7", f"score_{other.pk}": ""})

        assert list(PersonScore.objects.values_list("score_id", "value")) == [(score.pk, -7)]

    @pytest.mark.parametrize("typed", ["seven", "9" * 30])
    def test_refuse_what_is_no_number(self, client, to, typed):
        score, person = ScoreFactory(), PersonFactory()

        answer = client.post(to(Person, "scores", person.pk), {f"score_{score.pk}": typed})

        assert answer.status_code == 400
        assert f"score_{score.pk}" in answer.context["form"].errors

    def test_need_the_permission(self, client_with, to):
        person = PersonFactory()

        assert client_with("view_person").get(to(Person, "scores", person.pk)).status_code == 403


class TestAccounts:
    def test_one_is_added_by_domain_and_left(self, client, to):
        account, person = AccountFactory(domain="globex.example"), PersonFactory()

        client.post(to(Person, "accounts_add", person.pk), {"account": "GLOBEX.example", "role": "Buyer"})
        assert AccountPerson.objects.get().role == "Buyer"
        client.post(to(Person, "accounts_remove", person.pk, account.pk))

        assert not AccountPerson.objects.exists()


def test_a_person_is_deleted_after_a_question(client, to):
    person = PersonFactory()

    assert client.get(to(Person, "delete", person.pk)).status_code == 200
    assert Person.objects.exists()
    client.post(to(Person, "delete", person.pk))

    assert not Person.objects.exists()


@pytest.mark.parametrize(("score", "shown"), [(57.5, "58"), (57.49, "57"), (0.0, "0"), (99.51234567, "100")])
def test_the_engagement_score_is_shown_whole(client, to, score, shown):
    person = PersonFactory(engagement_score=score)

    known = dict(client.get(to(Person, "change", person.pk)).context["known"])

    assert known["Engagement score"] == shown
