"""Scores over time, ignored changes and the timeline of a group."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from accounts.models import Event, EventType
from buying_groups.admin import group_tabs
from buying_groups.models import BuyingGroup, GroupScore, IgnoredChange, MemberSource
from buying_groups.services import members
from tests.factories import BuyingGroupFactory, JourneyFactory, PersonFactory
from tests.factories.api import user_with
from tests.factories.buying_groups import GroupMemberFactory, role

pytestmark = pytest.mark.django_db
Kinds = EventType.BuiltIn


@pytest.fixture
def group():
    return BuyingGroupFactory(solution_interest__name="CRM")


class TestScores:
    def test_are_a_chart_and_a_table_the_latest_first(self, client, to, group):
        GroupScore.objects.create(group=group, day=date(2027, 2, 1), completeness=33.5, engagement=None)
        GroupScore.objects.create(group=group, day=date(2027, 2, 3), completeness=100, engagement=0.4)

        answer = client.get(to(BuyingGroup, "scores", group.pk))

        assert answer.context["rows"] == [
            (date(2027, 2, 3), "100 %", "0"), (date(2027, 2, 1), "34 %", "–"),
        ]  # fmt: skip
        assert [line.key for line in answer.context["chart"].lines] == ["completeness", "engagement"]
        assert "<table" in answer.content.decode()

    def test_without_any_say_when_there_will_be_some(self, client, to, group):
        assert "No scores yet" in client.get(to(BuyingGroup, "scores", group.pk)).content.decode()

    def test_are_exported_exactly_by_who_may(self, client, client_with, to, group):
        GroupScore.objects.create(group=group, day=date(2027, 2, 1), completeness=33.5)
        url = to(BuyingGroup, "scores_export", group.pk)

        assert client.get(url).getvalue().decode().splitlines()[1] == "2027-02-01,33.5,"
        assert client_with("view_buyinggroup").get(url).status_code == 403
        assert client_with("export_buyinggroup").get(url).status_code == 403
        assert (
            not client_with("view_buyinggroup").get(to(BuyingGroup, "scores", group.pk)).context["export_url"]
        )


class TestIgnoredChanges:
    def ignore(self, group, now, **columns):
        given = {"source": MemberSource.SYSTEM, "is_removal": True, "reason": 1, "against": now, "at": now}
        return IgnoredChange.objects.create(group=group, **{"person": PersonFactory(), **given, **columns})

    def test_say_what_was_wanted_by_whom_and_why_not(self, client, to, group, now):
        journey = JourneyFactory(name="Warm up")
        self.ignore(
            group, now, is_removal=False, role=role("Champion"), reason=IgnoredChange.Reason.MANUAL_REMOVAL,
            source=MemberSource.JOURNEY, source_id=journey.pk,
        )  # fmt: skip

        answer = client.get(to(BuyingGroup, "ignored", group.pk))

        [line] = answer.context["lines"]
        assert (str(line["how"]), line["source"].name) == ("by the journey", "Warm up")
        text = answer.content.decode()
        assert "Assign as Champion" in text
        assert "Somebody had removed this person by hand" in text

    @pytest.mark.parametrize("reason", IgnoredChange.Reason)
    def test_have_words_for_every_reason(self, client, to, group, now, reason):
        self.ignore(group, now, reason=reason)

        assert client.get(to(BuyingGroup, "ignored", group.pk)).context["lines"][0]["reason"]

    def test_come_a_page_at_a_time(self, client, to, group, now, monkeypatch):
        monkeypatch.setattr(group_tabs, "SIZE", 2)
        made = [self.ignore(group, now).pk for _ in range(3)]
        url = to(BuyingGroup, "ignored", group.pk)

        first = client.get(url)
        second = client.get(f"{url}?before={first.context['older']}")

        assert [line["row"].pk for line in first.context["lines"]] == made[:0:-1]
        assert [line["row"].pk for line in second.context["lines"]] == made[:1]
        assert client.get(f"{url}?before=x").context["lines"]

    def test_many_cost_no_more_than_few(self, client, to, group, now, count_queries):
        journey, url = JourneyFactory(), to(BuyingGroup, "ignored", group.pk)

        def fill(n):
            for _ in range(n):
                self.ignore(group, now, source=MemberSource.JOURNEY, source_id=journey.pk)

        fill(2)
        client.get(url)
        few = count_queries(lambda: client.get(url))
        fill(38)

        assert count_queries(lambda: client.get(url)) == few


class TestTimeline:
    def test_tells_of_this_group_and_of_no_other(self, client, to, group, now):
        other = BuyingGroupFactory(account=group.account)
        for one in (group, other):
            person = PersonFactory(first_name="Anna", accounts=[group.account])
            members.assign(one, {person.pk: role("Decision Maker").pk}, by=None, now=now)

        lines = client.get(to(BuyingGroup, "timeline", group.pk)).context["timeline"].lines

        assert {(line.title, line.text) for line in lines} == {
            ("Assigned to buying group", "“CRM” as Decision Maker"),
            ("Buying group completeness changed", "“CRM”: – → 100 %"),
        }

    def test_tells_what_members_did_but_not_what_was_done_to_them(self, client, to, group, now):
        member, former = GroupMemberFactory(group=group), GroupMemberFactory(group=group, is_removed=True)
        for person, kind in (
            (member, Kinds.FORM_FILLED), (member, Kinds.PERSON_DATA_CHANGED), (former, Kinds.EMAIL_OPENED),
        ):  # fmt: skip
            Event.objects.create(
                type_id=kind, person_id=person.person_id, occurred_at=now, received_at=now, source=5
            )

        [line] = client.get(to(BuyingGroup, "timeline", group.pk)).context["timeline"].lines

        assert (line.title, line.who.name) == ("Form filled", str(member.person))

    def test_what_members_did_is_for_those_who_may_view_people(self, to, group, now):
        person = GroupMemberFactory(group=group).person
        for kind, about in (
            (Kinds.FORM_FILLED, {"person_id": person.pk}),
            (
                Kinds.BUYING_GROUP_STATUS_CHANGED,
                {"account_id": group.account_id, "payload": {"group": group.pk}},
            ),
        ):
            Event.objects.create(type_id=kind, occurred_at=now, received_at=now, source=5, **about)
        groups, people = "buying_groups.view_buyinggroup", "accounts.view_person"

        def titles(*permissions):
            client = Client()
            client.force_login(user_with(*permissions))
            answer = client.get(to(BuyingGroup, "timeline", group.pk))
            return {line.title for line in answer.context["timeline"].lines}

        assert titles(groups) == {"Buying group status changed"}
        assert titles(groups, people) == {"Buying group status changed", "Form filled"}

    def test_goes_on_by_its_cursor(self, client, to, group, now):
        for minutes in range(31):
            at = now - timedelta(minutes=minutes)
            Event.objects.create(
                type_id=Kinds.BUYING_GROUP_STATUS_CHANGED, account_id=group.account_id, occurred_at=at,
                received_at=at, source=5, payload={"group": group.pk, "name": "CRM", "new": str(minutes)},
            )  # fmt: skip
        url = to(BuyingGroup, "timeline", group.pk)

        older = client.get(url).context["timeline"].older
        [last] = client.get(url, {"before": older}).context["timeline"].lines

        assert last.text == "“CRM”: – → 30"
