"""Every page opens in every status, says what it should, and changes nothing by being opened."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from journeys.admin.offers import RULES, of_header, of_menu
from journeys.models import HistoryRecord, Journey
from tests.factories import AccountListFactory, JourneyFactory, UserFactory
from tests.factories.journeys import in_status, simple_map

TABS = ("change", "entries", "history", "document", "counters")
DIALOGS = tuple(RULES)
STATUSES = Journey.Status.values

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("page", [*TABS, *DIALOGS])
def test_every_page_opens_in_every_status_and_changes_nothing(client, to, page: str, status: str):
    journey = in_status(status, now=timezone.now())
    before = Journey.objects.values().get(pk=journey.pk)
    recorded = HistoryRecord.objects.count()

    answer = client.get(to(page, journey))

    assert answer.status_code == 200
    assert Journey.objects.values().get(pk=journey.pk) == before
    assert HistoryRecord.objects.count() == recorded


@pytest.mark.parametrize("page", ["changelist", "add", "import", "engine"])
def test_the_pages_of_all_journeys_open(client, to, page: str):
    JourneyFactory()
    assert client.get(to(page)).status_code == 200


@pytest.mark.parametrize("page", [*TABS, *DIALOGS])
def test_a_journey_that_is_not_there_is_not_found(client, page: str, to):
    gone = JourneyFactory(deleted_at=timezone.now())
    assert client.get(to(page, gone)).status_code == 404


@pytest.mark.parametrize(
    "address", ["abc/change/", "99999999999999999999999/change/", "0/change/", "x/delete/"]
)
def test_an_address_that_names_nothing_is_not_found(client, to, address: str):
    assert client.get(to("changelist") + address).status_code == 404


@pytest.mark.parametrize("address", ["?q=%00", "?node=%00&q=%00", "?status=%00&after=-1", "?behind=%00"])
def test_a_nul_in_the_address_is_no_error(client, to, address: str):
    journey = in_status("live", now=timezone.now())
    for page in (to("changelist"), to("entries", journey), "/admin/search/"):
        assert client.get(page + address + "&s=%00", follow=True).status_code == 200


class TestButtons:
    """Exactly those of the spec (6.1, 1.2)."""

    HEADER = {
        "draft": ["publish"],
        "scheduled": ["duplicate"],
        "live": ["duplicate"],
        "closed": ["duplicate"],
        "aborted": ["duplicate", "delete"],
        "finished": ["duplicate", "delete"],
    }
    MENU = {
        "draft": {"duplicate", "delete"},
        "scheduled": {"abort", "hold"},
        "live": {"close", "abort", "hold"},
        "closed": {"abort", "hold"},
        "aborted": set(),
        "finished": set(),
    }
    ALWAYS = {"settings", "re_entry", "deduplication", "export_yaml", "export_json"}

    @pytest.mark.parametrize("status", STATUSES)
    def test_are_those_that_the_status_allows(self, rf, admin_user, status: str):
        request = rf.get("/")
        request.user = admin_user
        journey = in_status(status, now=timezone.now())

        assert [offer.name for offer in of_header(request, journey)] == self.HEADER[status]
        assert {offer.name for offer in of_menu(request, journey)} == self.MENU[status] | self.ALWAYS

    def test_publish_is_disabled_while_there_are_problems(self, client, to):
        bad = JourneyFactory(nodes=[{"key": "start", "kind": "account_audience", "next": None}])
        page = client.get(to("change", bad)).content.decode()

        assert "Resolve errors before publishing" in page
        assert to("publish", bad) not in page

    def test_publish_is_offered_without_problems(self, client, to):
        journey = JourneyFactory()
        page = client.get(to("change", journey)).content.decode()

        assert "Resolve errors before publishing" not in page
        assert to("publish", journey) in page


class TestEscaping:
    SCRIPT = "<script>alert(1)</script>"

    def page(self, client: Any, url: str) -> str:
        page: str = client.get(url).content.decode()
        assert self.SCRIPT not in page
        assert "&lt;script&gt;" in page
        return page

    @pytest.mark.parametrize(
        "page", ["change", "entries", "history", "document", *DIALOGS[:2], "delete", "settings"]
    )
    def test_a_name_is_text_on_every_page(self, client, to, page: str):
        journey = JourneyFactory(name=self.SCRIPT, description=self.SCRIPT)
        self.page(client, to(page, journey))

    def test_a_name_is_text_in_the_list_and_on_the_first_page(self, client, to):
        in_status("live", now=timezone.now(), name=self.SCRIPT, description=self.SCRIPT)
        self.page(client, to("changelist"))
        self.page(client, "/admin/")

    def test_labels_of_the_map_are_text(self, client, to):
        nodes = [{"key": "start", "kind": "account_audience", "label": self.SCRIPT, "next": None}]
        journey = JourneyFactory(nodes=nodes)
        self.page(client, to("change", journey))
        self.page(client, to("document", journey))

    def test_a_label_cannot_leave_the_text_area(self, client, to):
        journey = JourneyFactory(
            nodes=[{"key": "start", "kind": "account_audience", "label": "</textarea><b>", "next": None}]
        )
        assert "</textarea><b>" not in client.get(to("document", journey)).content.decode()


class TestPermissions:
    @pytest.mark.parametrize("name", list(RULES))
    def test_without_its_permission_a_dialog_is_neither_offered_nor_opened(self, client_with, to, name: str):
        status = {
            "publish": "draft",
            "close": "live",
            "abort": "live",
            "hold": "live",
            "release": "live",
        }.get(name, "draft")
        journey = in_status(status, now=timezone.now())
        client = client_with()

        page = client.get(to("change", journey)).content.decode()

        assert to(name, journey) not in page
        assert client.get(to(name, journey)).status_code == 403
        assert client.post(to(name, journey)).status_code == 403

    def test_without_view_nothing_opens(self, to):
        journey, client = JourneyFactory(), Client()
        client.force_login(UserFactory(is_superuser=False))
        for page in (*TABS, *DIALOGS):
            assert client.get(to(page, journey)).status_code == 403
        assert client.get(to("changelist")).status_code == 403
        assert client.get("/admin/").status_code == 200

    def test_nobody_in_particular_is_asked_to_log_in(self, to):
        answer = Client().get(to("change", JourneyFactory()))
        assert answer.status_code == 302
        assert "/login/" in answer["Location"]

    def test_saving_needs_the_permission_to_change(self, client_with, to):
        journey, client = JourneyFactory(), client_with()
        for page, posted in (("document", {"text": "nodes: []"}), ("rename", {"name": "x"}), ("undo", {})):
            assert client.post(to(page, journey), posted).status_code == 403

    def test_entries_need_their_own(self, client_with, to, admin_user):
        user = UserFactory(is_superuser=False)
        user.user_permissions.set(Permission.objects.filter(codename="view_journey"))
        client = Client()
        client.force_login(user)
        journey = in_status("live", now=timezone.now())

        assert client.get(to("entries", journey)).status_code == 403
        assert (
            f'href="{to("entries", journey)}"'
            not in client.get(to("document", journey)).content.decode().split("tl-tabs")[1]
        )


class TestNextExits:
    """What a wait's settings come to, for an account that arrives now (1.8)."""

    WINDOW: ClassVar = {"must_end_on": {"days": ["mon"], "time": "09:00", "time_zone": "Asia/Tokyo"}}

    def test_stand_at_each_wait(self, client, to):
        nodes = simple_map(AccountListFactory().name)
        nodes[1]["settings"] = self.WINDOW
        answer = client.get(to("change", JourneyFactory(nodes=nodes)))
        page = answer.content.decode()

        [exits] = [row.exits for row in answer.context["rows"] if row.exits]
        assert len(exits) == 5
        assert all(exit.startswith("Mon ") and exit.endswith(", 09:00") and exit in page for exit in exits)
        assert "Of an account that arrives now, by the clocks of Asia/Tokyo." in page
        assert page.count("<summary>Next exits</summary>") == 1

    def test_say_where_each_account_has_its_own_clocks(self, client, to):
        nodes = simple_map(AccountListFactory().name)
        nodes[1]["settings"] = {"must_end_on": {"time": "09:00", "time_zone": "account"}}
        page = client.get(to("change", JourneyFactory(nodes=nodes, time_zone="Asia/Tokyo"))).content.decode()

        assert "has no time zone, by the clocks of Asia/Tokyo." in page

    @pytest.mark.parametrize(("status", "shown"), [("live", True), ("aborted", False), ("finished", False)])
    def test_are_gone_where_nobody_arrives(self, client, to, status, shown):
        page = client.get(to("change", in_status(status, now=timezone.now()))).content.decode()

        assert ("Next exits" in page) is shown


class TestQueries:
    """A page's number of queries does not grow with its rows."""

    def test_the_list(self, client, to, count_queries):
        JourneyFactory.create_batch(2, nodes=[])
        few = count_queries(lambda: client.get(to("changelist")))
        JourneyFactory.create_batch(30, nodes=[])

        assert count_queries(lambda: client.get(to("changelist"))) == few

    def test_the_map(self, client, to, count_queries):
        short = JourneyFactory(nodes=_splits(2))
        long = JourneyFactory(nodes=_splits(20))
        client.get(to("change", short))

        few = count_queries(lambda: client.get(to("change", short)))

        assert count_queries(lambda: client.get(to("change", long))) == few

    def test_the_list_reads_no_map(self, client, to, django_assert_max_num_queries):
        JourneyFactory.create_batch(3)
        with django_assert_max_num_queries(12) as captured:
            client.get(to("changelist"))
        assert not any("journeys_draft" in query["sql"] for query in captured.captured_queries)


def _splits(n: int) -> list[dict[str, Any]]:
    """A list, then so many splits one behind the other, each with a condition and a wait."""
    nodes = simple_map("Nobody")[:1]
    nodes[0]["next"] = "split0"
    for i in range(n):
        condition = {
            "match": "all",
            "filters": [{"field": "account.custom.tier", "operator": "is_not_empty"}],
        }
        following = f"split{i + 1}" if i < n - 1 else None
        nodes.append({
            "key": f"split{i}", "kind": "split_accounts",
            "paths": [
                {"key": "yes", "label": "Yes", "condition": condition, "next": f"wait{i}"},
                {"key": "no", "other": True, "next": following},
            ],
        })  # fmt: skip
        nodes.append(
            {
                "key": f"wait{i}",
                "kind": "wait",
                "settings": {"duration": {"value": 1, "unit": "days"}},
                "next": None,
            }
        )
    return nodes
