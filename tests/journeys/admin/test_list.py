"""The list: columns that each user chooses, order, search, filters, the menu of a row, several at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from journeys.models import Journey
from tests.factories import JourneyFactory, UserFactory
from tests.factories.journeys import in_status

pytestmark = pytest.mark.django_db
STATUSES = list(Journey.Status.values)
TITLES = [
    "Name", "Status", "Description", "Created by", "Last updated at", "Last updated by", "Published on", "Published by",
    "Created at", "Start date", "End date",
]  # fmt: skip


def rows(client: Any, to: Any, **query: Any) -> list[str]:
    answer = client.get(to("changelist"), query)
    assert answer.status_code == 200
    return [journey.name for journey in answer.context["cl"].result_list]


def titles(client: Any, to: Any) -> list[str]:
    return [
        title for _name, title, chosen in client.get(to("changelist")).context["column_choices"] if chosen
    ]


class TestColumns:
    def test_eight_are_shown_out_of_eleven(self, client, to):
        JourneyFactory()
        choices = client.get(to("changelist")).context["column_choices"]

        assert [title for _name, title, _chosen in choices] == TITLES
        assert titles(client, to) == TITLES[:8]

    def test_a_choice_is_kept_for_the_user_alone(self, client, client_with, to, admin_user):
        JourneyFactory()
        client.post(to("customise"), {"column": ["state", "end", "nonsense"]})
        client.logout()
        client.force_login(admin_user)

        assert titles(client, to) == ["Name", "Status", "End date"]
        assert titles(client_with(), to) == TITLES[:8]
        client.post(to("customise"), {"reset": "1"})
        assert titles(client, to) == TITLES[:8]

    def test_other_columns_forget_the_sorting_which_counts_them(self, client, to):
        back = to("changelist") + "?q=a&o=5.1&status=live"
        answer = client.post(to("customise"), {"column": ["end"], "back": back})
        assert answer["Location"] == to("changelist") + "?q=a&status=live"

    def test_the_name_cannot_be_hidden(self, client, to):
        JourneyFactory()
        client.post(to("customise"), {"column": []})
        assert titles(client, to) == ["Name"]


class TestOrder:
    def test_is_the_newest_change_first(self, client, to):
        for day, name in ((1, "old"), (3, "new"), (2, "middle")):
            JourneyFactory(name=name, updated_at=datetime(2027, 1, day, tzinfo=UTC))
        assert rows(client, to) == ["new", "middle", "old"]

    def test_by_status_is_that_of_the_life_of_a_journey(self, client, to):
        for status in reversed(STATUSES):
            in_status(status, now=timezone.now(), name=status)

        assert rows(client, to, o="2") == STATUSES
        assert rows(client, to, o="-2") == STATUSES[::-1]

    def test_by_name_and_dates(self, client, to):
        for name, day in (("b", 1), ("a", 2), ("c", 3)):
            JourneyFactory(
                name=name,
                created_at=datetime(2027, 1, day, tzinfo=UTC),
                updated_at=datetime(2027, 1, day, tzinfo=UTC),
            )
        assert rows(client, to, o="1") == ["a", "b", "c"]
        assert rows(client, to, o="5") == ["b", "a", "c"]
        assert rows(client, to, o="7.1") == ["a", "b", "c"]


class TestFinding:
    def test_any_part_of_the_name_in_whatever_letters(self, client, to):
        JourneyFactory(name="Große Banken 2027")
        JourneyFactory(name="Small ones_%")

        assert rows(client, to, q="BANKEN") == ["Große Banken 2027"]
        assert rows(client, to, q="s_%") == ["Small ones_%"]
        assert rows(client, to, q="nothing") == []

    def test_by_status_creator_publisher_and_dates(self, client, to):
        anna = UserFactory(username="anna")
        JourneyFactory(name="hers", created_by=anna, created_at=datetime(2027, 2, 1, 23, 30, tzinfo=UTC))
        live = in_status("live", now=timezone.now(), name="live")
        Journey.objects.filter(pk=live.pk).update(published_by=anna)

        assert rows(client, to, status="live") == ["live"]
        assert set(rows(client, to, status=["live", "draft"])) == {"live", "hers"}
        assert rows(client, to, creator=anna.pk) == ["hers"]
        assert rows(client, to, publisher=anna.pk) == ["live"]
        assert rows(client, to, created_at_from="2027-02-01", created_at_to="2027-02-01") == ["hers"]
        assert rows(client, to, created_at_from="2027-02-02") == []

    @pytest.mark.parametrize(
        "query",
        [
            {"status": "x"},
            {"creator": "x"},
            {"creator": "9" * 30},
            {"created_at_from": "x"},
            {"o": "99.x"},
            {"p": "99"},
        ],
    )
    def test_nonsense_in_the_address_is_no_error(self, client, to, query: dict[str, str]):
        JourneyFactory()
        assert client.get(to("changelist"), query, follow=True).status_code == 200

    def test_deleted_ones_are_gone(self, client, to):
        JourneyFactory(deleted_at=timezone.now())
        page = client.get(to("changelist")).content.decode()
        assert "No journeys yet" in page
        assert to("import") in page


class TestRowMenu:
    OFFERED = {
        "draft": {"publish", "duplicate", "delete"},
        "scheduled": {"duplicate", "abort", "hold"},
        "live": {"duplicate", "close", "abort", "hold"},
        "closed": {"duplicate", "abort", "hold"},
        "aborted": {"duplicate", "delete"},
        "finished": {"duplicate", "delete"},
    }

    @pytest.mark.parametrize("status", STATUSES)
    def test_offers_what_the_status_allows(self, client, to, status: str):
        journey = in_status(status, now=timezone.now())
        page = client.get(to("changelist")).content.decode()
        every = {"publish", "duplicate", "close", "abort", "hold", "release", "delete"}

        assert {name for name in every if f'href="{to(name, journey)}"' in page} == self.OFFERED[status]


def pointing_to(name: str) -> Journey:
    """A draft that adds accounts to the journey of this name."""
    start = {"key": "start", "kind": "account_audience", "next": "act"}
    act = {"key": "act", "kind": "take_action", "on": "accounts", "action": "add_account_to_journey",
           "settings": {"journey": name}}  # fmt: skip
    made: Journey = JourneyFactory(nodes=[start, act])
    return made


class TestSeveralAtOnce:
    @pytest.fixture
    def each(self) -> dict[str, Journey]:
        return {status: in_status(status, now=timezone.now(), name=status) for status in STATUSES}

    def post(self, client: Any, to: Any, action: str, journeys: Any, **more: str) -> Any:
        return client.post(
            to("changelist"), {"action": action, "_selected_action": [j.pk for j in journeys], **more}
        )

    @pytest.mark.parametrize(
        ("name", "fit"),
        [
            ("duplicate", set(STATUSES)), ("close", {"live"}), ("abort", {"scheduled", "live", "closed"}),
            ("delete", {"draft", "aborted", "finished"}),
        ],
    )  # fmt: skip
    def test_first_names_who_is_left_out_and_why(self, client, to, each, name: str, fit: set[str]):
        answer = self.post(client, to, f"{name}_selected", each.values())

        assert {journey.name for journey, _inside in answer.context["rows"]} == fit
        assert {journey.name for journey, _why in answer.context["skipped"]} == set(STATUSES) - fit
        assert all("only for" in why for _journey, why in answer.context["skipped"])
        assert {j.name: j.status for j in Journey.objects.present()} == {
            status: status for status in STATUSES
        }

    @pytest.mark.parametrize(
        ("name", "changed"), [("close", {"live"}), ("abort", {"scheduled", "live", "closed"})]
    )
    def test_then_does_it_to_the_others(self, client, to, each, name: str, changed: set[str]):
        answer = self.post(client, to, f"{name}_selected", each.values(), confirmed="1")

        assert answer.status_code == 302
        assert {j.name for j in Journey.objects.present() if j.status != j.name} == changed

    def test_deletes_and_duplicates(self, client, to, each):
        self.post(client, to, "duplicate_selected", each.values(), confirmed="1")
        assert {j.name for j in Journey.objects.filter(name__endswith="_copy")} == {
            f"{status}_copy" for status in STATUSES
        }
        self.post(client, to, "delete_selected", each.values(), confirmed="1")
        assert set(Journey.objects.filter(deleted_at__isnull=False).values_list("name", flat=True)) == {
            "draft", "aborted", "finished",
        }  # fmt: skip

    def test_needs_the_permission_of_each(self, client_with, to, each):
        self.post(client_with(), to, "delete_selected", each.values(), confirmed="1")
        assert not Journey.objects.filter(deleted_at__isnull=False).exists()

    @pytest.mark.parametrize(
        ("name", "expected"),
        [("close", {"live"}), ("abort", {"live", "scheduled"}), ("delete", {"draft"}), ("duplicate", set())],
    )
    def test_names_who_points_to_those_that_fit(self, client, to, each, name: str, expected: set[str]):
        pointing = {target: pointing_to(target) for target in ("live", "scheduled", "draft")}

        answer = self.post(client, to, f"{name}_selected", each.values())

        page = answer.content.decode()
        linked = {target for target, journey in pointing.items() if f'href="{to("change", journey)}"' in page}
        assert linked == expected
        assert ("From then on the action is skipped there" in page) == bool(expected)

    def test_names_some_of_many_and_asks_no_more(self, client, to, each, monkeypatch, count_queries):
        monkeypatch.setattr("journeys.admin.lifecycle.NAMED", 2)
        chosen = [each["live"], each["scheduled"]]
        for target in ("live", "scheduled", "live"):
            pointing_to(target)
        few = count_queries(lambda: self.post(client, to, "abort_selected", chosen))
        assert "and 1 more" in self.post(client, to, "abort_selected", chosen).content.decode()

        for _ in range(4):
            pointing_to("live")
        assert (
            count_queries(lambda: self.post(client, to, "abort_selected", [*chosen, each["closed"]])) == few
        )
        assert "and 5 more" in self.post(client, to, "abort_selected", chosen).content.decode()

    def test_is_not_taken_on_for_too_many(self, client, to):
        journeys = Journey.objects.bulk_create(
            Journey(name=f"J{n}", time_zone="UTC", created_at=timezone.now(), updated_at=timezone.now())
            for n in range(501)
        )
        self.post(client, to, "delete_selected", journeys, confirmed="1")
        assert not Journey.objects.filter(deleted_at__isnull=False).exists()


class TestCsv:
    def test_has_what_is_filtered(self, client, to):
        JourneyFactory(name="=cmd()")
        JourneyFactory(name="other")
        text = client.get(to("export"), {"q": "cmd"}).getvalue().decode()

        assert "'=cmd()" in text
        assert "other" not in text

    def test_needs_its_permission(self, client_with, to):
        assert client_with().get(to("export")).status_code == 403


def test_a_date_in_the_future_is_shown_too(client, to):
    JourneyFactory(ends_at=timezone.now() + timedelta(days=700))
    client.post(to("customise"), {"column": ["end", "start", "created"]})
    assert client.get(to("changelist")).status_code == 200
