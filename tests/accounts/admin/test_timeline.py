"""What happened, in words, a page at a time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from accounts.admin import timeline
from accounts.models import Account, Event, EventType
from accounts.services import accounts
from tests.conftest import NO_ID
from tests.factories import AccountFactory, JourneyFactory, PersonFactory, ScoreFactory, UserFactory
from tests.factories.api import user_with

pytestmark = pytest.mark.django_db
Kinds = EventType.BuiltIn


def event(kind, now, *, minutes=0, source=Event.Source.SYSTEM, **values):
    at = now - timedelta(minutes=minutes)
    return Event.objects.create(type_id=kind, occurred_at=at, received_at=at, source=source, **values)


class TestWords:
    def test_of_a_change_name_the_attribute_both_values_and_who_it_was(self, now):
        account = AccountFactory(employees=5)
        user = UserFactory(username="grace")
        accounts.edit(account.pk, {"employees": 12000}, by=user, now=now)

        [line] = timeline.of_account(account, hidden=()).lines

        assert (line.title, line.text, line.source.name) == ("Employees", "5 → 12,000", "grace")

    def test_of_what_we_heard_of_later_say_both_times(self, now):
        person = PersonFactory()
        heard = event(Kinds.WEB_PAGE_VISITED, now, person_id=person.pk)
        Event.objects.filter(pk=heard.pk).update(occurred_at=now - timedelta(days=2))

        [line] = timeline.of_person(person, hidden=()).lines

        assert (line.at, line.happened) == (now, now - timedelta(days=2))

    def test_of_a_score_use_its_label(self, now):
        ScoreFactory(name="fit", label="Fitness")
        person = PersonFactory()
        event(Kinds.SCORE_CHANGED, now, person_id=person.pk, payload={"score": "fit", "old": None, "new": 7})

        [line] = timeline.of_person(person, hidden=()).lines

        assert (line.title, line.text) == ("Score Fitness", "– → 7")

    def test_of_a_journey_name_it_and_lead_to_it(self, now):
        account, journey = AccountFactory(), JourneyFactory(name="Warm up")
        event(
            Kinds.JOURNEY_ENTERED,
            now,
            account_id=account.pk,
            source=Event.Source.JOURNEY,
            source_id=journey.pk,
            payload={"journey": journey.pk, "number": 1},
        )

        [line] = timeline.of_account(account, hidden=()).lines

        assert line.text == "“Warm up”"
        assert line.source.url.endswith(f"/journeys/journey/{journey.pk}/change/")

    @pytest.mark.parametrize(
        ("kind", "payload", "text"),
        [
            (Kinds.ASSIGNED_TO_BUYING_GROUP, {"role": "Champion"}, "“CRM” as Champion"),
            (Kinds.ASSIGNED_TO_BUYING_GROUP, {"role": "Champion", "old_role": "Other"}, "“CRM”: Other → Champion"),
            (Kinds.REMOVED_FROM_BUYING_GROUP, {"role": "Champion"}, "“CRM”, was Champion"),
            (
                Kinds.CONFIRMED_IN_BUYING_GROUP, {"role": "Champion", "old_by": "system", "by": "manual"},
                "“CRM” as Champion: assigned by the system → by hand",
            ),
            (
                Kinds.MEMBER_OF_BUYING_GROUP_DELETED, {"role": "Champion", "person": "Anna Doe"},
                "“CRM”: Anna Doe, was Champion; the person was deleted",
            ),
            (Kinds.BUYING_GROUP_STAGE_CHANGED, {"old": None, "new": "Interest"}, "“CRM”: – → Interest"),
            (Kinds.BUYING_GROUP_STATUS_CHANGED, {"old": "Hot", "new": None}, "“CRM”: Hot → –"),
            (Kinds.BUYING_GROUP_COMPLETENESS_CHANGED, {"old": None, "new": 66.5}, "“CRM”: – → 67 %"),
            (Kinds.BUYING_GROUP_ENGAGEMENT_CHANGED, {"old": 12.49, "new": 0}, "“CRM”: 12 → 0"),
            (Kinds.BUYING_GROUP_ENGAGEMENT_CHANGED, {"old": "much", "new": True}, "“CRM”: – → –"),
        ],
    )  # fmt: skip
    def test_of_a_buying_group_name_its_solution_interest(self, now, kind, payload, text):
        account = AccountFactory()
        event(kind, now, account_id=account.pk, payload={"group": 1, "name": "CRM", **payload})

        [line] = timeline.of_account(account, hidden=()).lines

        assert (line.title, line.text) == (EventType.objects.get(pk=kind).label, text)
        assert line.icon != "circle"

    def test_of_a_deleted_member_does_not_name_them_to_who_may_not_view_people(self, now):
        account, moment = AccountFactory(), Kinds.PERSON_INTERESTING_MOMENT
        payload = {"group": 1, "name": "CRM", "role": "Champion", "person": "Anna Doe"}
        event(Kinds.MEMBER_OF_BUYING_GROUP_DELETED, now, account_id=account.pk, payload=payload)

        [line] = timeline.of_account(account, hidden=[moment]).lines

        assert line.text == "“CRM”: a member, was Champion; the person was deleted"

    @pytest.mark.parametrize(
        ("payload", "text"),
        [
            ({"subject": "Welcome", "id": 5}, "Welcome"), ({"page": "/prices"}, "/prices"),
            ({"form": 7, "name": "Demo"}, "Demo"), ({"n": 7}, "n: 7"),
        ],
    )  # fmt: skip
    def test_of_an_activity_say_what_it_was_about(self, now, payload, text):
        person = PersonFactory()
        event(Kinds.FORM_FILLED, now, person_id=person.pk, payload=payload)

        [line] = timeline.of_person(person, hidden=()).lines

        assert (line.title, line.text, line.icon) == ("Form filled", text, "edit_note")

    @pytest.mark.parametrize(
        "payload", [{}, [], "text", {"attribute": None}, {"attribute": "gone", "old": [1]}]
    )
    def test_are_found_for_what_nobody_foresaw(self, now, payload):
        account = AccountFactory()
        for kind in Kinds:
            event(kind, now, account_id=account.pk, payload=payload)

        assert len(timeline.of_account(account, hidden=(), size=100).lines) == len(Kinds)


class TestWhatIsShown:
    def test_are_moments_of_its_people_too(self, now):
        account = AccountFactory()
        person = PersonFactory(accounts=[account])
        event(
            Kinds.PERSON_INTERESTING_MOMENT,
            now,
            person_id=person.pk,
            payload={"type": "Web", "description": "Came"},
        )
        event(Kinds.PERSON_DATA_CHANGED, now, person_id=person.pk, payload={"attribute": "person.city"})

        [line] = timeline.of_account(account, hidden=()).lines

        assert (line.title, line.text, line.who.name) == ("Web", "Came", str(person))

    def test_pages_lose_and_repeat_nothing(self, now):
        account = AccountFactory()
        for minutes in (0, 0, 0, 1, 2, 2, 3):
            event(Kinds.FORM_FILLED, now, minutes=minutes, account_id=account.pk, payload={"n": minutes})
        seen, before = [], ""
        while True:
            page = timeline.of_account(account, hidden=(), before=before, size=2)
            seen += [line.text for line in page.lines]
            before = page.older
            if not before:
                break

        assert seen == ["n: 0"] * 3 + ["n: 1"] + ["n: 2"] * 2 + ["n: 3"]

    @pytest.mark.parametrize(
        "cursor",
        [
            "rubbish", "2027-01-01_0_5_0", "_", "9999999999999_0_1_0", "2027-13-45T00:00:00Z_0_1_0", "_0_1_0",
            "2027-01-01T00:00:00Z_1", "2027-01-01T00:00:00Z_0_x_0", "2027-01-01T00:00:00Z_0_9223372036854775808_0",
            "0001-01-01T00:00:00+23:00_0_1_0", "2027-01-01T00:00:00+23:58_0_1_0",
        ],
    )  # fmt: skip
    def test_a_broken_cursor_gives_the_first_page(self, client, to, cursor):
        account = AccountFactory()

        assert client.get(to(Account, "timeline", account.pk), {"before": cursor}).status_code == 200

    def test_takes_the_same_queries_for_three_and_thirty_events(self, now, count_queries):
        account, journey = AccountFactory(), JourneyFactory()
        person = PersonFactory(accounts=[account])

        def happen(times):
            for _ in range(times):
                event(
                    Kinds.SCORE_CHANGED,
                    now,
                    account_id=account.pk,
                    person_id=person.pk,
                    payload={"score": "fit"},
                    source=Event.Source.JOURNEY,
                    source_id=journey.pk,
                )

        happen(3)
        few = count_queries(lambda: timeline.of_account(account, hidden=()))
        happen(27)

        assert count_queries(lambda: timeline.of_account(account, hidden=())) == few


class TestWhatOneMayNotView:
    GUARDED = {
        "buying_groups.view_buyinggroup": range(20, 26),
        "accounts.view_accountlist": (28, 29),
        "journeys.view_journey": (26, 27),
    }

    @pytest.mark.parametrize("lacking", GUARDED)
    @pytest.mark.parametrize("page", ["change", "timeline"])
    def test_is_not_in_the_timeline_either(self, now, to, page, lacking):
        account = AccountFactory()
        person = PersonFactory(accounts=[account])
        kinds = [kind for all_ in self.GUARDED.values() for kind in all_]
        for kind in kinds:
            event(kind, now, account_id=account.pk, person_id=person.pk)
        user = user_with(
            "accounts.view_account", "accounts.view_person", *(one for one in self.GUARDED if one != lacking)
        )
        client = Client()
        client.force_login(user)

        for one in (account, person):
            lines = client.get(to(type(one), page, one.pk)).context["timeline"].lines
            hidden = EventType.objects.filter(pk__in=self.GUARDED[lacking]).values_list("label", flat=True)
            assert {line.title for line in lines} == {
                kind.label for kind in EventType.objects.filter(pk__in=kinds)
            } - set(hidden)

    def test_moments_of_people_are_not_for_those_who_may_not_view_people(self, now, to, client_with):
        account = AccountFactory()
        person = PersonFactory(accounts=[account])
        event(Kinds.PERSON_INTERESTING_MOMENT, now, person_id=person.pk)

        answer = client_with("view_account").get(to(Account, "timeline", account.pk))

        assert answer.context["timeline"].lines == []

    @pytest.mark.parametrize("page", ["change", "timeline"])
    def test_has_no_name_as_the_cause_of_something_else(self, now, to, client, client_with, page):
        account, journey = AccountFactory(), JourneyFactory(name="Secret plan")
        about = {"account_id": account.pk, "source": Event.Source.JOURNEY, "source_id": journey.pk}
        event(Kinds.ACCOUNT_DATA_CHANGED, now, payload={"attribute": "account.city"}, **about)

        def cause(client):
            answer = client.get(to(Account, page, account.pk))
            [line] = answer.context["timeline"].lines
            return str(line.cause), line.source and line.source.name, "Secret plan" in answer.content.decode()

        assert cause(client) == ("by the journey", "Secret plan", True)
        assert cause(client_with("view_account")) == ("by a journey", None, False)

    @pytest.mark.parametrize(
        ("source", "cause"),
        [
            ("JOURNEY", "by a journey"), ("IMPORT", "by an import"), ("STAFF", "by a colleague"),
            ("API", "over the API"), ("SYSTEM", "by the system"),
        ],
    )  # fmt: skip
    def test_nor_what_is_gone(self, now, source, cause):
        account = AccountFactory()
        event(Kinds.FORM_FILLED, now, account_id=account.pk, source=Event.Source[source], source_id=NO_ID)

        [line] = timeline.of_account(account, hidden=()).lines

        assert (str(line.cause), line.source) == (cause, None)

    def test_colleagues_are_named_to_all_who_see_what_they_did(self, now, to, client_with):
        account = AccountFactory()
        accounts.edit(account.pk, {"employees": 12}, by=UserFactory(username="grace"), now=now)

        [line] = (
            client_with("view_account").get(to(Account, "timeline", account.pk)).context["timeline"].lines
        )

        assert (line.source.name, line.source.url) == ("grace", "")

    def test_leaves_pages_full(self, now):
        account = AccountFactory()
        for minutes in range(6):
            kind = Kinds.ADDED_TO_ACCOUNT_LIST if minutes % 2 else Kinds.FORM_FILLED
            event(kind, now, minutes=minutes, account_id=account.pk)

        first = timeline.of_account(account, hidden={Kinds.ADDED_TO_ACCOUNT_LIST}, size=2)

        assert (len(first.lines), bool(first.older)) == (2, True)
