"""Buying groups in a browser: members chosen, assigned and removed by keyboard; the overview leads to its groups."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from playwright.sync_api import Page, expect

from buying_groups.admin import group_page, overview
from buying_groups.models import BuyingGroup, GroupMember, JobRun, MemberSource, Role, SolutionInterest
from tests.factories import (
    BuyingGroupFactory,
    JourneyFactory,
    PersonFactory,
    RoleTemplateFactory,
    SolutionInterestFactory,
)
from tests.factories.buying_groups import GroupMemberFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]


@pytest.fixture(autouse=True)
def _clean(elsewhere, errors):
    """Nothing goes wrong in scripts, and no other host is asked."""
    yield
    assert elsewhere == []
    assert errors == []


@pytest.fixture
def group(transactional_db: None) -> BuyingGroup:
    interest = SolutionInterestFactory(name="CRM", roles={"Champion": {}, "Decision Maker": {}})
    return BuyingGroupFactory(solution_interest=interest, account__name="Northwind")


def to(name: str, *args: int) -> str:
    return reverse(f"admin:buying_groups_buyinggroup_{name}", args=args)


def member(group: BuyingGroup, first_name: str, role: str = "Champion") -> GroupMember:
    person = PersonFactory(first_name=first_name, accounts=[group.account])
    return GroupMemberFactory(group=group, person=person, role=role)


def standing(group: BuyingGroup) -> set[tuple[str, str]]:
    found = GroupMember.objects.filter(group=group, is_removed=False)
    return set(found.values_list("person__first_name", "role__name"))


class TestMembers:
    def test_are_chosen_and_get_another_role_by_keyboard_alone(self, page: Page, group: BuyingGroup):
        member(group, "Anna"), member(group, "Ben"), member(group, "Cleo")
        page.goto(to("change", group.pk))
        change = page.get_by_role("button", name="Change role")
        expect(change).to_be_disabled()

        page.get_by_label("Choose Anna").focus()
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        expect(page.get_by_label("Choose Ben")).to_be_focused()
        page.keyboard.press("Space")
        expect(page.get_by_role("status").filter(has_text="2 / 50")).to_be_visible()
        change.focus()
        page.keyboard.press("Enter")

        page.get_by_label("All of them").select_option("Decision Maker")
        expect(page.get_by_text("The completeness of the group: 50 % now, 100 % then.")).to_be_visible()
        expect(page.get_by_text("It will lack: Decision Maker.")).to_be_hidden()
        page.get_by_role("button", name="Change roles").press("Enter")
        expect(page.get_by_text("2 members have other roles now.")).to_be_visible()
        assert standing(group) == {
            ("Anna", "Decision Maker"),
            ("Ben", "Decision Maker"),
            ("Cleo", "Champion"),
        }

    def test_are_all_chosen_at_once_and_removed_after_a_look(self, page: Page, group: BuyingGroup):
        member(group, "Anna"), member(group, "Ben")
        page.goto(to("change", group.pk))

        page.get_by_label("Choose all on this page").check()
        page.get_by_role("button", name="Remove").click()
        expect(page.get_by_text("The completeness of the group: 50 % now, 0 % then.")).to_be_visible()
        page.get_by_role("button", name="Remove").click()

        expect(page.get_by_text("2 members are removed.")).to_be_visible()
        assert standing(group) == set()
        page.get_by_text("Former members").click()
        expect(page.get_by_role("row", name="Anna Champion by hand")).to_be_visible()

    def test_come_in_all_at_once_with_one_role_after_a_look(self, page: Page, group: BuyingGroup):
        for name in ("Anna", "Ben", "Cleo"):
            PersonFactory(first_name=name, accounts=[group.account])
        page.goto(to("members_assign", group.pk))
        expect(page.get_by_text("The completeness of the group: 0 % now, 0 % then.")).to_be_visible()

        page.get_by_label("Role of Cleo").select_option("Decision Maker")
        page.get_by_label("Role of all who are chosen").select_option("Champion")
        expect(page.get_by_label("Role of Cleo")).to_have_value(
            page.get_by_label("Role of all").input_value()
        )
        page.get_by_label("Role of Cleo").select_option("Decision Maker")
        page.get_by_label("Choose all on this page").check()
        expect(page.get_by_text("The completeness of the group: 0 % now, 100 % then.")).to_be_visible()
        page.get_by_role("button", name="Assign", exact=True).click()

        expect(page.get_by_text("3 people are assigned.")).to_be_visible()
        assert standing(group) == {("Anna", "Champion"), ("Ben", "Champion"), ("Cleo", "Decision Maker")}

    def test_are_never_all_chosen_beyond_what_is_possible(
        self, page: Page, group: BuyingGroup, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(group_page, "SIZE", 60)
        for n in range(52):
            member(group, f"Anna {n:02}")
        page.goto(to("change", group.pk))
        said, remove = page.locator("[data-chosen]"), page.get_by_role("button", name="Remove")

        page.get_by_label("Choose all on this page").check()
        expect(said).to_have_text("50 / 50")
        expect(remove).to_be_enabled()

        page.get_by_label("Choose Anna 50").check()
        page.get_by_label("Choose Anna 51").check()
        expect(said).to_have_text("At most 50 at once: 2 too many.")
        expect(remove).to_be_disabled()

    def test_come_in_with_a_role_also_when_one_searches_in_between(self, page: Page, group: BuyingGroup):
        for name in ("Anna", "Ben"):
            PersonFactory(first_name=name, accounts=[group.account])
        page.goto(to("members_assign", group.pk))
        expect(page.get_by_role("button", name="Assign", exact=True)).to_be_disabled()

        page.get_by_label("Role of Anna").select_option("Champion")
        expect(page.get_by_label("Assign Anna")).to_be_checked()
        page.get_by_label("Search people").fill("ben")
        page.keyboard.press("Enter")
        expect(page.get_by_label("Role of Ben")).to_be_visible()
        expect(page.get_by_label("Assign Anna")).to_be_checked()
        page.get_by_label("Role of Ben").select_option("Decision Maker")
        page.get_by_role("button", name="Assign", exact=True).click()

        expect(page.get_by_text("2 people are assigned.")).to_be_visible()
        assert standing(group) == {("Anna", "Champion"), ("Ben", "Decision Maker")}


def test_a_role_without_a_filter_is_said_to_be_given_to_nobody(page: Page, transactional_db: None):
    PersonFactory()
    template = RoleTemplateFactory(
        roles={"Champion": {"condition": {"match": "all", "filters": []}}}, status="draft"
    )
    page.goto(reverse("admin:buying_groups_roletemplate_change", args=[template.pk]))

    card = page.locator("#card-0")
    expect(card.get_by_text("Add a filter: without one nobody gets this role.")).to_be_visible()
    card.get_by_role("button", name="Filter", exact=True).click()
    expect(card.get_by_text("Add a filter")).to_be_hidden()
    card.get_by_role("button", name="Remove this filter").click()
    expect(card.get_by_text("Add a filter")).to_be_visible()
    expect(card.locator(".ac-says")).to_be_empty()


class TestOverview:
    def test_leads_from_a_bar_to_its_groups_by_keyboard(self, page: Page, group: BuyingGroup):
        BuyingGroupFactory(solution_interest__name="Web", completeness=80.0)
        page.goto(to("overview"))

        page.get_by_role("link", name="75–100 %").first.focus()
        page.keyboard.press("Enter")

        page.wait_for_url("**/?completeness=75-100")
        expect(page.locator("#result_list tbody tr")).to_have_count(1)

    def test_of_many_groups_counts_them_behind_the_page(
        self, page: Page, group: BuyingGroup, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(overview, "is_large", lambda: True)

        page.goto(to("overview"))

        expect(page.get_by_role("link", name="1 buying group")).to_be_visible()
        expect(page.locator("#figures")).not_to_have_attribute("aria-busy", "true")


@pytest.mark.parametrize("width", [1440, 1024])
def test_no_page_of_a_group_is_wider_than_the_window(page: Page, group: BuyingGroup, width: int):
    member(group, "Maximilian-Alexander Featherstonehaugh the Younger")
    page.set_viewport_size({"width": width, "height": 900})

    for url in (
        to("changelist"),
        to("overview"),
        *(to(name, group.pk) for name in ("change", "scores", "members_assign")),
    ):
        page.goto(url)
        wider = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not page.evaluate(wider), url


@pytest.mark.parametrize("width", [1440, 1024])
def test_long_words_are_broken(page: Page, group: BuyingGroup, width: int):
    word = "Bezirksschornsteinfegermeisterstellvertreter"
    Role.objects.filter(name="Champion").update(name=word)
    SolutionInterest.objects.filter(pk=group.solution_interest_id).update(name=word * 2)
    member(group, "Anna", role=word)
    page.set_viewport_size({"width": width, "height": 900})
    account = reverse("admin:accounts_account_change", args=[group.account_id])

    for url in (to("change", group.pk), to("overview"), account):
        page.goto(url)
        wider = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not page.evaluate(wider), url
        beyond = """all => all.filter(one => one.getBoundingClientRect().right >
            one.closest('.ac-card').getBoundingClientRect().right).map(one => one.textContent)"""
        cells = page.locator(".ac-card :is(.bg-chip strong, dd, td, th)")
        assert cells.evaluate_all(beyond) == [], url


@pytest.mark.parametrize("width", [1440, 1280, 1024])
def test_tables_are_not_cut(page: Page, staff: User, group: BuyingGroup, width: int):
    person = PersonFactory(
        first_name="Charlotte", last_name="Featherstone", email="charlotte.featherstone@northwind-energy.example",
        job_title="Vice President Operations", accounts=[group.account],
    )  # fmt: skip
    journey = JourneyFactory(name="Welcome new energy accounts")
    GroupMemberFactory(group=group, person=person, source=MemberSource.JOURNEY, source_id=journey.pk)
    at = datetime(2027, 11, 22, 10, 30, tzinfo=UTC)
    JobRun.objects.create(
        kind="maintenance", solution_interest=group.solution_interest, status="done", asked_by=staff,
        added=12_345, removed=12_345, changed_role=12_345, ignored=12_345, queued_at=at, finished_at=at,
    )  # fmt: skip
    page.set_viewport_size({"width": width, "height": 900})
    interest = reverse("admin:buying_groups_solutioninterest_change", args=[group.solution_interest_id])

    for url in (to("change", group.pk), interest):
        page.goto(url)
        expect(page.locator(".ac-main .tl-scroll").first).to_be_visible()
        cut = "all => all.map(one => one.scrollWidth - one.clientWidth).filter(by => by > 0)"
        assert page.locator(".ac-main .tl-scroll").evaluate_all(cut) == [], url
