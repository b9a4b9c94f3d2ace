from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from accounts.findings import Invalid
from accounts.models import AccountList
from journeys import services
from journeys.document import files
from journeys.document.canonical import to_json
from journeys.document.parse import parse
from journeys.document.schema import document_schema
from journeys.models import HistoryRecord, Journey
from journeys.validation import find_problems
from tests.factories import AccountListFactory, AudienceFactory, ScoreFactory

COMMAND = HistoryRecord.Interface.COMMAND

EXAMPLE = """
format: throughline/journey/1
name: Welcome large banks
description: ""
time_zone: Europe/Berlin
start: immediately                      # or an instant
end: 2027-06-30T22:00:00Z
re_entry: {enabled: true, timing: from_end, delay: {value: 30, unit: days}, entry_limit: 3}
email_deduplication: false
nodes:
  - {key: start, kind: account_audience, settings: {account_list: Enterprise, mode: continuous}, next: size}
  - key: size
    kind: split_accounts
    paths:
      - key: large
        label: Large
        next: tell
        condition: {match: all, filters: [{field: account.employees, operator: at_least, value: 10000}]}
      - {key: rest, label: Other accounts, other: true, next: pause}
  - key: tell
    kind: take_action
    on: accounts
    action: account_interesting_moment
    settings: {type: milestone, description: Large}
    next: join
  - key: pause
    kind: wait
    settings:
      duration: {value: 5, unit: days}
      must_end_on: {days: [mon, tue, wed, thu, fri], time: "09:00", time_zone: Europe/Berlin}
    next: join
  - {key: join, kind: merge, next: raise}
  - {key: raise, kind: take_action, on: people, action: change_score, settings: {score: fit, change: "+5"}}
"""

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _world() -> None:
    AccountListFactory(name="Enterprise")
    AudienceFactory(name="Banks")
    ScoreFactory(name="fit")


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


def take_in(source: str | bytes, now: Any, **more: Any) -> Journey:
    return services.import_journey(source, by=None, now=now, interface=COMMAND, **more)


def again(source: bytes, journey: Journey, now: Any) -> Journey:
    """Imported once more in the place of the journey."""
    services.delete(journey, by=None, now=now, interface=COMMAND)
    return take_in(source, now)


def refused(source: str, **more: Any) -> dict[str, str]:
    """Pointer → code."""
    with pytest.raises(Invalid) as error:
        files.read_file(source, **more)
    return {finding.pointer: finding.code for finding in error.value.findings}


class TestRoundTrip:
    @pytest.mark.parametrize("format", ["yaml", "json"])
    def test_export_import_export_gives_the_same_bytes(self, now: Any, format: str) -> None:
        journey = take_in(EXAMPLE, now)
        exported = services.export(journey, by=None, format=format)

        copy = again(exported, journey, now)

        assert services.export(copy, by=None, format=format) == exported

    def test_the_export_says_what_the_file_said(self, now: Any) -> None:
        said, exported = parse(EXAMPLE), parse(services.export(take_in(EXAMPLE, now), by=None))

        said["nodes"][-1]["next"] = None  # the one thing that the example leaves to the default
        assert exported == said
        assert list(exported) == list(said)

    def test_the_fields_arrive(self, now: Any) -> None:
        journey = take_in(EXAMPLE, now)

        assert journey.status == Journey.Status.DRAFT
        assert (journey.time_zone, journey.starts_at) == ("Europe/Berlin", None)
        assert (journey.re_entry_enabled, journey.re_entry_delay, journey.re_entry_limit) == (True, 30, 3)

    def test_keys_in_any_order_and_other_spellings_come_out_the_same(self, now: Any) -> None:
        one = take_in(EXAMPLE, now)
        exported = services.export(one, by=None)
        document = parse(EXAMPLE)
        document["end"] = "2027-07-01T00:00:00.000+02:00"
        document["nodes"] = [dict(reversed(node.items())) for node in document["nodes"]]
        document["nodes"][4] |= {"label": "", "settings": {}}

        other = again(to_json(dict(reversed(document.items()))), one, now)

        assert services.export(other, by=None) == exported

    def test_a_renamed_list_is_exported_by_its_new_name(self, now: Any) -> None:
        journey = take_in(EXAMPLE, now)
        AccountList.objects.filter(name="Enterprise").update(name="Großkunden")

        exported = services.export(journey, by=None)

        assert parse(exported)["nodes"][0]["settings"]["account_list"] == "Großkunden"

    def test_a_journey_that_removes_from_itself(self, now: Any) -> None:
        document = parse(EXAMPLE)
        itself = {
            "on": "accounts",
            "action": "remove_account_from_journey",
            "settings": {"journey": "welcome LARGE banks"},
        }
        document["nodes"][5] = {"key": "raise", "kind": "take_action", **itself, "next": None}

        journey = take_in(to_json(document), now)
        assert journey.draft.targets == [journey.pk]
        exported = services.export(journey, by=None)
        copy = again(exported, journey, now)

        assert services.export(copy, by=None) == exported
        assert copy.draft.targets == [copy.pk]

    def test_a_journey_cannot_add_to_itself(self, now: Any) -> None:
        document = parse(EXAMPLE)
        itself = {
            "on": "accounts",
            "action": "add_account_to_journey",
            "settings": {"journey": "Welcome large banks"},
        }
        document["nodes"][5] = {"key": "raise", "kind": "take_action", **itself, "next": None}

        journey = take_in(to_json(document), now)

        assert [problem.code for problem in find_problems(journey, now=now)] == ["reference_unfit"]

    def test_the_least_that_a_file_may_say(self, now: Any, settings: Any) -> None:
        journey = take_in("format: throughline/journey/1\nname: Little", now)

        assert (journey.name, journey.time_zone, journey.re_entry_enabled) == (
            "Little",
            settings.JOURNEY_TIME_ZONE,
            False,
        )
        assert journey.draft.nodes == []


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
            "/name": "name_taken",
            "/format": "unknown_format",
            "/time_zone": "unknown_zone",
            "/colour": "unknown_key",
            "/start": "wrong_type",
            "/re_entry/entry_limit": "out_of_range",
            "/nodes/3/next": "unknown_next",
            "/nodes/3/settings/duration/value": "out_of_range",
        }

    def test_a_name_of_its_own(self, now: Any) -> None:
        take_in(EXAMPLE, now)

        assert take_in(EXAMPLE, now, name=" Second ").name == "Second"
        with pytest.raises(Invalid) as error:
            take_in(EXAMPLE, now, name="welcome large BANKS")
        assert [(finding.code, finding.pointer) for finding in error.value.findings] == [
            ("name_taken", "/name")
        ]

    @pytest.mark.parametrize(
        ("old", "new", "pointer", "code"),
        [
            ("name: Welcome large banks", "name: ' '", "/name", "missing"),
            ("name: Welcome large banks", f"name: {'x' * 201}", "/name", "too_long"),
            ("name: Welcome large banks", "name: 5", "/name", "wrong_type"),
            ("name: Welcome large banks\n", "", "/name", "missing"),
            ('description: ""', f"description: {'x' * 2001}", "/description", "too_long"),
            ("end: 2027-06-30T22:00:00Z", "end: 2027-06-30", "/end", "wrong_type"),
            ("start: immediately", "start: soon", "/start", "wrong_type"),
            ("email_deduplication: false", "email_deduplication: no", "/email_deduplication", "wrong_type"),
            ("timing: from_end", "timing: never", "/re_entry/timing", "unknown_choice"),
            ("{value: 30, unit: days}", "{value: 30, unit: weeks}", "/re_entry/delay/unit", "unknown_choice"),
            ("{value: 30, unit: days}", "30", "/re_entry/delay", "wrong_type"),
            ("enabled: true", "enabled: yes", "/re_entry/enabled", "wrong_type"),
            ("enabled: true", "enabled: true, colour: red", "/re_entry/colour", "unknown_key"),
            (
                "email_deduplication: false",
                "content: {emails: [{name: Hello}]}",
                "/content",
                "not_in_this_version",
            ),
            ("email_deduplication: false", "scenarios: [{}]", "/scenarios", "not_in_this_version"),
        ],
    )
    def test_fields(self, old: str, new: str, pointer: str, code: str) -> None:
        assert old in EXAMPLE
        assert refused(EXAMPLE.replace(old, new)) == {pointer: code}

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
            services.import_journey(EXAMPLE, by=nobody, now=now, interface=COMMAND)


class TestSchema:
    def test_is_a_schema_that_accepts_the_example_and_its_export(self, now: Any) -> None:
        Draft202012Validator.check_schema(document_schema())
        validator = Draft202012Validator(document_schema())

        assert not list(validator.iter_errors(parse(EXAMPLE)))
        assert not list(validator.iter_errors(parse(services.export(take_in(EXAMPLE, now), by=None))))

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("value: 5,", "value: -1,"),
            ("kind: wait", "kind: sleep"),
            ("on: people", "on: lists"),
            ("change_score", "fly"),
            ("mode: continuous", "mode: daily"),
            ("key: join, kind", "key: Join, kind"),
            ("email_deduplication", "colour"),
            ("other: true", "other: 'yes'"),
            ("key: rest", "key: timeout"),
            ("[mon,", "[monday,"),
            ("name: Welcome", "nme: Welcome"),
        ],
    )
    def test_refuses_what_the_check_refuses(self, old: str, new: str) -> None:
        assert old in EXAMPLE
        spoilt = EXAMPLE.replace(old, new)

        assert refused(spoilt)
        assert list(Draft202012Validator(document_schema()).iter_errors(parse(spoilt)))
