"""Accounts in a browser: the builder of conditions by keyboard, an import from file to figures, no other hosts."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from accounts.models import Account, AccountList, Audience, Import, Person
from tests.factories import AccountFactory, AccountListFactory, AudienceFactory, PersonFactory

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


def type_of(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


class TestBuilder:
    def test_makes_a_condition_by_keyboard_alone(self, page: Page):
        AccountFactory(industry="Banking", country="Germany")
        AccountFactory(industry="Retail", country="Germany")
        page.goto(reverse("admin:accounts_audience_add"))
        page.get_by_label("Name").fill("Banks")

        page.get_by_role("button", name="Filter").focus()
        type_of(page, "Enter")
        expect(page.get_by_label("Field")).to_be_focused()
        page.keyboard.type("Industry")
        type_of(page, "Tab", "Tab")
        page.keyboard.type("Banking")
        type_of(page, "Enter")
        page.keyboard.type("Insurance")
        type_of(page, "Enter")

        expect(page.get_by_role("status").filter(has_text="1 account now")).to_be_visible()
        page.get_by_role("button", name="Add audience").click()
        expect(page.get_by_text("“Banks” is an audience now.")).to_be_visible()
        assert Audience.objects.get().condition == {
            "match": "all",
            "filters": [{"field": "account.industry", "operator": "is", "value": ["Banking", "Insurance"]}],
        }

    def test_nests_groups_and_says_each_fault_at_its_filter(self, page: Page):
        page.goto(reverse("admin:accounts_audience_add"))
        page.get_by_label("Name").fill("Nested")
        page.get_by_role("button", name="Group").click()
        inner = page.locator(".ac-group .ac-group")
        inner.get_by_role("button", name="Filter").click()
        inner.get_by_label("Field").select_option("account.employees")
        inner.get_by_label("Operator").select_option("between")
        page.get_by_role("button", name="Add audience").click()

        expect(page.locator(".ac-filter.ac-has-findings .tl-errors")).to_contain_text("Employees")
        page.get_by_label("Value of Employees: from").fill("10")
        page.get_by_label("Value of Employees: to").fill("20")
        page.get_by_role("button", name="Add audience").click()
        expect(page.get_by_text("“Nested” is an audience now.")).to_be_visible()
        [group] = Audience.objects.get().condition["filters"]
        assert group["filters"][0]["value"] == {"from": 10, "to": 20}

    def test_offers_lists_by_name_and_removes_values(self, page: Page):
        AccountListFactory(name="Block list")
        filter = {"field": "account.member_of_list", "operator": "is", "value": ["Block list", "Gone"]}
        audience = AudienceFactory(condition={"match": "all", "filters": [filter]})
        page.goto(reverse("admin:accounts_audience_change", args=[audience.pk]))

        expect(page.locator("datalist option")).to_have_attribute("value", "Block list")
        expect(page.locator(".ac-has-findings .tl-errors")).to_contain_text("no account list “Gone”")
        page.get_by_role("button", name="Remove Gone").click()
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("is saved.")).to_be_visible()
        [kept] = Audience.objects.get().condition["filters"]
        assert [value["name"] for value in kept["value"]] == ["Block list"]

    def test_is_a_text_without_javascript(self, browser: Browser, page: Page, live_server):
        audience = AudienceFactory()
        context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
        context.add_cookies(page.context.cookies())
        plain = context.new_page()
        plain.goto(reverse("admin:accounts_audience_change", args=[audience.pk]))

        plain.locator("textarea[name=condition]").fill('{"match": "any", "filters": []}')
        plain.get_by_role("button", name="Save").click()

        assert Audience.objects.get().condition["match"] == "any"
        context.close()


def test_an_import_goes_from_its_file_to_its_figures(page: Page, tmp_path: Path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    file = tmp_path / "companies.csv"
    file.write_text("Company;Website;Employees\nGlobex;globex.example;12\nInitech;initech.example;twelve\n")
    page.goto(reverse("admin:accounts_account_changelist"))
    page.get_by_role("link", name="Import", exact=True).click()
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Upload and preview").click()
    expect(page.get_by_text("“twelve” is no number")).to_be_visible()

    page.get_by_role("button", name="Start the import").click()

    expect(page.get_by_text("Rows that were left out")).to_be_visible()
    assert Import.objects.get().status == "done"
    assert [account.name for account in Account.objects.all()] == ["Globex"]


def test_a_type_hides_the_condition_that_it_has_not(page: Page):
    page.goto(reverse("admin:accounts_accountlist_add"))
    expect(page.locator(".ac-builder")).to_be_hidden()
    page.get_by_label("Dynamic").check()
    expect(page.locator(".ac-builder")).to_be_visible()


@pytest.mark.parametrize("width", [1440, 1024])
def test_pages_fit_their_width_and_ask_no_other_host(page: Page, width: int):
    page.set_viewport_size({"width": width, "height": 900})
    account = AccountFactory(name="A name of a company that is rather long " * 4)
    PersonFactory(accounts=[account], job_title="Executive Vice President of nearly everything")
    account_list = AccountListFactory(members=[account])
    for address in (
        reverse("admin:accounts_account_change", args=[account.pk]),
        reverse("admin:accounts_account_details", args=[account.pk]),
        reverse("admin:accounts_account_people", args=[account.pk]),
        reverse("admin:accounts_accountlist_change", args=[account_list.pk]),
        reverse("admin:accounts_import_add"),
    ):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address
    assert AccountList.objects.exists()


def test_several_people_are_unsubscribed_by_keyboard(page: Page):
    for name, country in (("Adams", "Spain"), ("Baker", "Spain"), ("Clark", "Italy")):
        PersonFactory(last_name=name, country=country, unsubscribed=name == "Baker")
    page.goto(f"{reverse('admin:accounts_person_changelist')}?country=Spain")
    for tick in page.locator("input.action-select").all():
        tick.focus()
        type_of(page, "Space")
    page.locator("select[name=action]").focus()
    page.keyboard.type("Unsubscribe")
    type_of(page, "Tab", "Enter")

    expect(page.get_by_role("heading", name="Unsubscribe: 2 people")).to_be_visible()
    expect(page.get_by_text("1 person changes.")).to_be_visible()
    expect(page.get_by_text("1 is so already")).to_be_visible()
    page.get_by_label("Reason").focus()
    page.keyboard.type("Letter of May")
    type_of(page, "Enter")

    expect(page.get_by_text("Unsubscribe: 1 person is changed.")).to_be_visible()
    assert page.url.endswith("?country=Spain")
    assert dict(Person.objects.values_list("last_name", "unsubscribed_reason")) == {
        "Adams": "Letter of May", "Baker": "", "Clark": "",
    }  # fmt: skip
