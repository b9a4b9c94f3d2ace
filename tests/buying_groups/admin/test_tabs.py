"""One entry at the side, and the tabs that whoever asks may open."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from buying_groups.admin import tabs
from buying_groups.models import Role
from journeys.admin.navigation import areas
from tests.factories.api import user_with

pytestmark = pytest.mark.django_db


def request_of(*permissions: str, path: str = "/"):
    request = RequestFactory().get(path)
    request.user = user_with(*permissions)
    return request


def entry(request):
    items = [item for area in areas(request) for item in area["items"]]
    return next((item for item in items if str(item["title"]) == "Buying groups"), None)


class TestTabs:
    def test_are_those_that_one_may_view(self, to):
        found = tabs.of(request_of("buying_groups.view_role"), tabs.ROLES)

        assert [(str(tab["label"]), tab["url"], tab["is_current"]) for tab in found] == [
            ("Roles", to(Role, "changelist"), True)
        ]

    def test_stand_above_every_list(self, client, to):
        page = client.get(to(Role, "changelist"))

        [current] = [tab for tab in page.context["section_tabs"] if tab["is_current"]]
        assert str(current["label"]) == "Roles"


class TestNavigation:
    def test_has_one_entry_that_leads_to_what_one_may_view(self, to):
        there = entry(request_of("buying_groups.view_role", path=to(Role, "changelist")))

        assert there["link"] == to(Role, "changelist")
        assert there["active"]
        assert not entry(request_of("buying_groups.view_role"))["active"]

    def test_is_not_there_for_others(self):
        assert entry(request_of("accounts.view_account")) is None
