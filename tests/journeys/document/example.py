"""A whole journey as a file, and what the tests of files do with it."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.findings import Invalid
from journeys import services
from journeys.document import files
from journeys.models import HistoryRecord, Journey
from tests.factories import AccountListFactory, AudienceFactory, ScoreFactory

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


def make_world() -> None:
    """What the example refers to by name."""
    AccountListFactory(name="Enterprise")
    AudienceFactory(name="Banks")
    ScoreFactory(name="fit")


def take_in(source: str | bytes, now: Any, **more: Any) -> Journey:
    return services.import_journey(
        source, by=None, now=now, interface=HistoryRecord.Interface.COMMAND, **more
    )


def again(source: bytes, journey: Journey, now: Any) -> Journey:
    """Imported once more in the place of the journey."""
    services.delete(journey, by=None, now=now, interface=HistoryRecord.Interface.COMMAND)
    return take_in(source, now)


def refused(source: str, **more: Any) -> dict[str, str]:
    """Pointer → code."""
    with pytest.raises(Invalid) as error:
        files.read_file(source, **more)
    return {finding.pointer: finding.code for finding in error.value.findings}
