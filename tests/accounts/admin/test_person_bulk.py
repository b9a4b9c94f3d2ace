"""Several people at once: the page that asks says how many really change, and then they do."""

from __future__ import annotations

import pytest

from accounts.admin import bulk
from accounts.admin.person_bulk import MARKS
from accounts.models import AccountChange, Event, Person
from tests.factories import AccountFactory, PersonFactory

pytestmark = pytest.mark.django_db


def ids(*people):
    return {"ids": ",".join(str(person.pk) for person in people)}


def tick(client, to, action, people):
    ticked = {"action": action, "_selected_action": [person.pk for person in people]}
    return client.post(to(Person, "changelist"), ticked)


def said(client, to):
    return [str(message) for message in client.get(to(Person, "changelist")).context["messages"]]


class TestMarks:
    @pytest.mark.parametrize("mark", MARKS, ids=lambda mark: mark.name)
    def test_are_set_for_those_who_lack_them(self, client, to, mark):
        account = AccountFactory()
        other, same = (
            PersonFactory(**{mark.field: value}, accounts=[account]) for value in (not mark.value, mark.value)
        )
        AccountChange.objects.all().delete()

        asked = tick(client, to, f"ask_{mark.name}", [other, same])
        page = client.get(asked.url)

        assert [sentence for _icon, sentence in page.context["says"]][:2] == [
            f"1 person changes. {mark.says}", "1 is so already and stays as they are.",
        ]  # fmt: skip
        assert not Event.objects.exists()
        answer = client.post(asked.url, ids(other, same))

        assert answer.url == to(Person, "changelist")
        assert said(client, to) == [f"{mark.label}: 1 person is changed."]
        assert list(Person.objects.values_list(mark.field, flat=True)) == [mark.value] * 2
        [event] = Event.objects.all()
        assert (event.person_id, event.payload) == (
            other.pk, {"attribute": f"person.{mark.field}", "old": not mark.value, "new": mark.value},
        )  # fmt: skip
        assert AccountChange.objects.get().account_id == account.pk

    def test_who_is_unsubscribed_keeps_the_reason_until_they_come_back(self, client, to):
        before, now = PersonFactory(unsubscribed=True, unsubscribed_reason="Moved"), PersonFactory()

        client.post(to(Person, "unsubscribe"), {**ids(before, now), "reason": "Letter of 3 May"})
        reasons = dict(Person.objects.values_list("pk", "unsubscribed_reason"))
        client.post(to(Person, "subscribe_again"), ids(before, now))

        assert reasons == {before.pk: "Moved", now.pk: "Letter of 3 May"}
        assert set(Person.objects.values_list("unsubscribed", "unsubscribed_reason")) == {(False, "")}

    def test_a_reason_that_is_too_long_is_refused_at_its_field(self, client, to):
        answer = client.post(to(Person, "unsubscribe"), {**ids(PersonFactory()), "reason": "x" * 201})

        assert answer.status_code == 400
        assert list(answer.context["form"].errors) == ["reason"]
        assert not Person.objects.filter(unsubscribed=True).exists()

    def test_where_nothing_would_change_there_is_no_button(self, client, to):
        page = client.get(to(Person, "mark_as_test"), ids(PersonFactory(is_test=True))).content.decode()

        assert "there is nothing to change" in page
        assert 'type="submit" class="tl-button tl-primary"' not in page

    def test_take_the_same_queries_for_three_and_thirty(self, client, to, count_queries):
        url, account = to(Person, "unsubscribe"), AccountFactory()

        def queries(n):
            given = ids(*PersonFactory.create_batch(n, accounts=[account]))
            asked = count_queries(lambda: client.get(url, given))
            return asked, count_queries(lambda: client.post(url, given))

        assert queries(3) == queries(30)
        assert not Person.objects.filter(unsubscribed=False).exists()

    @pytest.mark.parametrize("mark", MARKS, ids=lambda mark: mark.name)
    def test_are_for_whoever_may_change_people(self, client_with, to, mark):
        person = PersonFactory(**{mark.field: not mark.value})
        url = to(Person, mark.name)

        for permissions in (["view_person", "delete_person"], ["change_person"]):
            assert client_with(*permissions).get(url, ids(person)).status_code == 403
            assert client_with(*permissions).post(url, ids(person)).status_code == 403
        assert not Event.objects.exists()
        assert client_with("view_person", "change_person").get(url, ids(person)).status_code == 200


class TestDelete:
    def test_says_what_goes_and_then_they_go(self, client, to):
        account = AccountFactory()
        one, two, three = PersonFactory.create_batch(3, accounts=[account])

        asked = tick(client, to, "ask_delete_selected", [one, two])
        page = client.get(asked.url).content.decode()
        assert "Delete 2 people" in page
        assert "The accounts stay (1)" in page
        client.post(asked.url, ids(one, two))

        assert list(Person.objects.all()) == [three]
        assert said(client, to) == ["2 people are deleted."]

    def test_takes_the_same_queries_for_three_and_thirty(self, client, to, count_queries):
        def queries(n):
            given = ids(*PersonFactory.create_batch(n, accounts=1))
            return count_queries(lambda: client.get(to(Person, "delete_selected"), given))

        assert queries(3) == queries(30)

    def test_is_for_whoever_may_delete_people(self, client_with, to):
        person = PersonFactory()

        for permissions in (["view_person", "change_person"], ["delete_person"]):
            answer = client_with(*permissions).post(to(Person, "delete_selected"), ids(person))
            assert answer.status_code == 403
        assert Person.objects.exists()


class TestTheWayThere:
    def test_only_what_one_may_do_is_offered(self, client_with, to):
        PersonFactory()

        def offered(*codenames):
            answer = client_with(*codenames).get(to(Person, "changelist"))
            form = answer.context.get("action_form")
            return [name for name, _label in form.fields["action"].choices if name] if form else []

        assert offered("view_person") == []
        assert offered("view_person", "delete_person") == ["ask_delete_selected"]
        assert offered("view_person", "change_person") == [f"ask_{mark.name}" for mark in MARKS]

    def test_leads_back_to_the_list_as_it_was_filtered(self, client, to):
        person = PersonFactory(country="Spain")
        listed = f"{to(Person, 'changelist')}?country=Spain"
        ticked = {"action": "ask_mark_as_test", "_selected_action": [person.pk]}

        asked = client.post(listed, ticked)

        assert client.get(asked.url).context["back"] == listed
        assert client.post(asked.url).url == listed

    def test_leads_nowhere_else(self, client, to):
        query = {**ids(PersonFactory()), "back": "https://evil.example/"}

        assert client.get(to(Person, "mark_as_test"), query).context["back"] == to(Person, "changelist")

    def test_too_many_are_refused_before_anything_is_asked(self, client, to, monkeypatch):
        monkeypatch.setattr(bulk, "AT_ONCE", 2)

        answer = tick(client, to, "ask_mark_as_test", PersonFactory.create_batch(3))

        assert answer.url == to(Person, "changelist")
        assert said(client, to) == ["At most 2 at once; nothing was changed."]

    @pytest.mark.parametrize("given", ["", "0", "x,y", "9" * 30, "-1"])
    def test_when_none_of_them_is_there_one_comes_back(self, client, to, given):
        answer = client.post(to(Person, "delete_selected"), {"ids": given})

        assert answer.url == to(Person, "changelist")
        assert said(client, to) == ["None of them is there any more."]
