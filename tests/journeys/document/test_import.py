from __future__ import annotations

from typing import Any

import pytest

from accounts.findings import Invalid
from accounts.models import AccountList
from journeys import services
from journeys.document import files
from journeys.models import HistoryRecord
from journeys.validation import find_problems
from tests.factories import AccountListFactory
from tests.journeys.document.example import EXAMPLE, make_world, refused, take_in

SPOILT = [
    ("journey/1", "journey/2"),
    ("Europe/Berlin\nstart", "Mars\nstart"),
    ("value: 5,", "value: -1,"),
    ("next: join\n  - {key: join", "next: gone\n  - {key: join"),
    ("email_deduplication: false", "colour: red"),
    ("immediately", "2027-02-30T00:00:00Z"),
    ("entry_limit: 3", "entry_limit: 0"),
    ("Welcome", "WELCOME"),
]


pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _world() -> None:
    make_world()


class TestImport:
    def test_a_name_that_nothing_has_is_refused(self) -> None:
        assert refused(EXAMPLE.replace("Enterprise", "Nobody")) == {
            "/nodes/0/settings/account_list": "reference_missing"
        }
        text = EXAMPLE.replace(
            "account.employees, operator: at_least, value: 10000",
            "account.member_of_list, operator: is, value: [Nobody]",
        )
        assert refused(text) == {"/nodes/1/paths/0/condition/filters/0/value/0": "not_found"}

    def test_a_list_that_is_not_live_is_a_problem_only(self, now: Any) -> None:
        AccountListFactory(name="Draft list", status=AccountList.Status.DRAFT)

        journey = take_in(EXAMPLE.replace("Enterprise", "Draft list"), now)

        assert [problem.code for problem in find_problems(journey, now=now)] == ["reference_unfit"]

    def test_says_everything_at_once(self, now: Any) -> None:
        take_in(EXAMPLE, now)
        text = EXAMPLE
        for old, new in SPOILT:
            assert old in text
            text = text.replace(old, new)

        with pytest.raises(Invalid) as error:
            take_in(text, now)

        assert {finding.pointer: finding.code for finding in error.value.findings} == {
            "/name": "taken",
            "/format": "unknown_format",
            "/time_zone": "unknown_zone",
            "/colour": "unknown_field",
            "/start": "wrong_type",
            "/re_entry/entry_limit": "out_of_range",
            "/nodes/3/next": "unknown_next",
            "/nodes/3/settings/duration/value": "out_of_range",
        }

    def test_a_format_that_is_missing(self, now: Any) -> None:
        text = "\n".join(line for line in EXAMPLE.splitlines() if not line.startswith("format"))

        with pytest.raises(Invalid) as error:
            take_in(text, now)

        [finding] = error.value.findings
        assert (finding.code, finding.pointer) == ("missing", "/format")
        assert finding.message == "Format: this is needed; write “throughline/journey/1”."

    def test_a_name_of_its_own(self, now: Any) -> None:
        take_in(EXAMPLE, now)

        assert take_in(EXAMPLE, now, name=" Second ").name == "Second"
        with pytest.raises(Invalid) as error:
            take_in(EXAMPLE, now, name="welcome large BANKS")
        assert [(finding.code, finding.pointer) for finding in error.value.findings] == [("taken", "/name")]

    def test_empty_parts_of_later_versions_are_allowed(self) -> None:
        files.read_file(EXAMPLE.replace("email_deduplication: false", "content: {emails: []}\nscenarios: []"))

    @pytest.mark.parametrize("source", ["", "[]", "5", "text", "null"])
    def test_what_is_no_journey(self, source: str) -> None:
        assert "" in refused(source)

    def test_nodes_that_are_no_list(self) -> None:
        assert refused("format: throughline/journey/1\nname: x\nnodes: {}") == {"/nodes": "wrong_type"}

    def test_a_permission_is_needed(self, now: Any, django_user_model: Any) -> None:
        nobody = django_user_model.objects.create(username="nobody")

        with pytest.raises(Exception, match=r"journeys\.add_journey"):
            services.import_journey(EXAMPLE, by=nobody, now=now, interface=HistoryRecord.Interface.COMMAND)
