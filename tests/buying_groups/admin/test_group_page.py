"""A group's page: who is in it by role, what it lacks, who was in it, its scores."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from accounts.models import Account, Person
from buying_groups.admin import group_page
from buying_groups.models import BuyingGroup, GroupMember, GroupScore, MemberSource
from buying_groups.services.members import MOST
from tests.conftest import NO_ID
from tests.factories import (
    BuyingGroupFactory,
    JourneyFactory,
    PersonFactory,
    SolutionInterestFactory,
    UserFactory,
)
from tests.factories.buying_groups import GroupMemberFactory
from tests.factories.stages import StageModelFactory, stage

pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert(1)</script>"
PAGES = ("change", "scores", "ignored", "timeline")
ROLES = {"Champion": {}, "Decision Maker": {"members_needed": 2}, "Other": {"is_required": False}}


@pytest.fixture
def group():
    crm = SolutionInterestFactory(name="CRM", roles=ROLES, stage_model=StageModelFactory())
    return BuyingGroupFactory(
        solution_interest=crm, account__name="Northwind", stage=stage("Interest"), status="Hot",
        completeness=33.3, engagement=61.5,
    )  # fmt: skip


def add(group, role="Champion", **columns):
    person = {key: columns.pop(key) for key in ("first_name", "engagement_score") if key in columns}
    return GroupMemberFactory(group=group, person=PersonFactory(**person), role=role, **columns)


def parts(answer):
    found = answer.context["parts"]
    return {part.name: [line.member.person.first_name for line in part.lines] for part in found}


class TestMembers:
    def test_stand_by_role_with_those_that_nobody_has(self, client, to, group):
        add(group, first_name="Anna"), add(group, "Other", first_name="Ben")

        assert parts(client.get(to(BuyingGroup, "change", group.pk))) == {
            "Champion": ["Anna"], "Decision Maker": [], "Other": ["Ben"],
        }  # fmt: skip

    def test_in_a_role_that_the_template_does_not_have_come_last(self, client, to, group):
        add(group, "Influencer", first_name="Ida")

        found = parts(client.get(to(BuyingGroup, "change", group.pk)))

        assert list(found)[-1] == "Influencer"
        assert found["Influencer"] == ["Ida"]

    def test_say_who_made_them_members(self, client, to, group):
        anna, journey = UserFactory(username="anna.keller"), JourneyFactory(name="Warm up")
        add(group, engagement_score=3, source=MemberSource.MANUAL, source_id=anna.pk)
        add(group, engagement_score=2, source=MemberSource.JOURNEY, source_id=journey.pk)
        add(group, engagement_score=1, source=MemberSource.SYSTEM)

        [part, *_] = client.get(to(BuyingGroup, "change", group.pk)).context["parts"]

        said = [(str(line.how), line.source and line.source.name) for line in part.lines]
        assert said == [("by hand", "anna.keller"), ("by the journey", "Warm up"), ("automatically", None)]

    def test_come_a_page_at_a_time(self, client, to, group, monkeypatch):
        monkeypatch.setattr(group_page, "SIZE", 2)
        for name, engagement in (("Anna", 3), ("Ben", 2), ("Cleo", 1)):
            add(group, first_name=name, engagement_score=engagement)
        url = to(BuyingGroup, "change", group.pk)

        first, second = client.get(url), client.get(f"{url}?page=2")

        assert (parts(first), first.context["after"]) == ({"Champion": ["Anna", "Ben"]}, 2)
        assert (parts(second), second.context["after"]) == ({"Champion": ["Cleo"]}, 0)
        assert first.context["total"] == second.context["total"] == 3
        assert client.get(f"{url}?page=99").status_code == client.get(f"{url}?page=x").status_code == 200

    def test_on_a_page_are_as_many_as_can_be_chosen_at_once(self, client, to, group):
        for _ in range(MOST + 1):
            add(group)

        assert len(parts(client.get(to(BuyingGroup, "change", group.pk)))["Champion"]) == MOST

    def test_who_was_removed_is_a_former_one(self, client, to, group):
        add(group, first_name="Anna", is_removed=True)

        answer = client.get(to(BuyingGroup, "change", group.pk))

        assert parts(answer)["Champion"] == []
        assert [line.member.person.first_name for line in answer.context["former"]] == ["Anna"]

    def test_that_are_missing_lead_to_the_next_step(self, client, client_with, to, group):
        page, people = to(BuyingGroup, "change", group.pk), to(group.account, "people", group.account_id)
        lonely, viewed = client.get(page).content.decode(), client_with("view_buyinggroup").get(page)
        assert "Nobody of the account is known yet." in lonely
        assert people in lonely
        assert "Nobody is in this group yet." in viewed.content.decode()
        assert people not in viewed.content.decode()

        PersonFactory(accounts=[group.account])
        known = client.get(page).content.decode()
        assert "Nobody is in this group yet." in known
        assert people not in known

        add(group)
        assert "Nobody is in this group yet." not in client.get(page).content.decode()

    def test_many_cost_no_more_than_few(self, client, to, group, count_queries):
        user, journey, url = UserFactory(), JourneyFactory(), to(BuyingGroup, "change", group.pk)

        def fill(n):
            for number in range(n):
                by = {"source": MemberSource.MANUAL, "source_id": user.pk}
                add(group, is_removed=number % 2 == 1, **by)
                add(group, "Other", source=MemberSource.JOURNEY, source_id=journey.pk)

        fill(2)
        client.get(url)
        few = count_queries(lambda: client.get(url))
        fill(18)

        assert count_queries(lambda: client.get(url)) == few


class TestHead:
    def test_says_account_interest_stage_and_status(self, client, to, group):
        answer = client.get(to(BuyingGroup, "change", group.pk))
        text = answer.content.decode()

        assert answer.context["badges"] == [("scheduled", "Interest"), ("type", "Hot")]
        for url in (to(Account, "change", group.account_id), "CRM for Northwind", "33 %", "62"):
            assert url in text

    @pytest.mark.parametrize(("name", "kind"), [("Purchase", "done"), ("Rejection", "failed")])
    def test_colours_success_and_failure(self, client, to, group, name, kind):
        BuyingGroup.objects.update(stage=stage(name))

        assert client.get(to(BuyingGroup, "change", group.pk)).context["badges"][0] == (kind, name)

    def test_names_what_is_missing(self, client, to, group):
        add(group, "Decision Maker")

        missing = client.get(to(BuyingGroup, "change", group.pk)).context["missing"]

        assert [(state.name, state.missing) for state in missing] == [("Champion", 1), ("Decision Maker", 1)]

    def test_offers_what_one_may_do(self, client_with, to, group):
        url = to(BuyingGroup, "change", group.pk)

        def offered(*permissions):
            found = client_with("view_buyinggroup", *permissions).get(url).context
            return [bool(found[name]) for name in ("assign_url", "stage_url", "status_url", "may_edit")]

        assert offered() == [False] * 4
        assert offered("edit_members_buyinggroup") == [False, False, False, True]
        assert offered("change_buyinggroup") == [False, True, True, False]

    def test_without_a_stage_model_offers_no_stage(self, client, to):
        assert not client.get(to(BuyingGroup, "change", BuyingGroupFactory().pk)).context["stage_url"]

    def test_leads_to_people_and_accounts_for_who_may_view_them(self, client, client_with, to, group):
        member, url = add(group), to(BuyingGroup, "change", group.pk)
        links = [to(Account, "change", group.account_id), to(Person, "change", member.person_id)]

        def there(who):
            return [link in who.get(url).content.decode() for link in links]

        assert there(client) == [True, True]
        assert there(client_with("view_buyinggroup")) == [False, False]


class TestChart:
    def test_is_drawn_when_there_are_scores(self, client, to, group):
        url = to(BuyingGroup, "change", group.pk)
        assert client.get(url).context["chart"] is None

        GroupScore.objects.create(group=group, day=date(2027, 2, 1), completeness=50, engagement=None)

        assert 'role="img"' in client.get(url).content.decode()


@pytest.mark.parametrize("page", PAGES)
class TestEveryTab:
    def test_shows_no_markup_of_others(self, client, to, group, page, now):
        Account.objects.update(name=SCRIPT)
        BuyingGroup.objects.update(status=SCRIPT)
        person = PersonFactory(first_name=SCRIPT, job_title=SCRIPT)
        GroupMemberFactory(group=group, person=person)
        group.ignored_changes.create(person=person, source=1, is_removal=True, reason=1, against=now, at=now)

        assert SCRIPT not in client.get(to(BuyingGroup, page, group.pk)).content.decode()

    def test_is_for_who_may_view_groups(self, client, client_with, to, group, page):
        url = to(BuyingGroup, page, group.pk)

        assert client_with("view_role").get(url).status_code == 403
        assert client_with("view_buyinggroup").get(url).status_code == 200
        assert client.get(to(BuyingGroup, page, NO_ID)).status_code == 404


def test_sales_may_look_and_change_nothing(to, group):
    sales = UserFactory(is_superuser=False)
    sales.groups.add(Group.objects.get(name="Sales"))
    client = Client()
    client.force_login(sales)
    member = add(group)

    def statuses(model, pages, **sent):
        return {
            client.get(to(model, page, *([group.pk] if one else [])), sent).status_code for page, one in pages
        }

    seen = [("changelist", False), ("overview", False), *((page, True) for page in PAGES)]
    forbidden = [
        (page, True) for page in ("members_assign", "members_role", "members_remove", "stage", "status")
    ]
    assert statuses(BuyingGroup, seen) == {200}
    assert statuses(
        BuyingGroup, [*forbidden, ("export", False), ("scores_export", True)], person=member.pk
    ) == {403}


def test_nobody_deletes_a_group_by_itself(client, to, group):
    assert client.post(to(BuyingGroup, "delete", group.pk), {"post": "yes"}).status_code == 403
    assert client.get(reverse("admin:buying_groups_buyinggroup_history", args=[group.pk])).status_code == 200
    assert BuyingGroup.objects.exists()


def test_a_member_since_long_is_told_with_the_day(client, to, group):
    add(group, changed_at=group.created_at + timedelta(days=9))

    assert "10 Jan 2027" in client.get(to(BuyingGroup, "change", group.pk)).content.decode()
    assert GroupMember.objects.count() == 1
