"""The demo's buying groups: a template, stages, a solution interest and its groups, made once by the night's work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import groupby
from random import Random
from typing import Any

from accounts.events import Source
from accounts.models import Audience, Event, EventType, Person
from accounts.services import activities
from accounts.services.activities import Activity
from buying_groups import rounds
from buying_groups.models import Role, SolutionInterest, StageModel, TemplateRole
from buying_groups.services import creation, role_templates, solution_interests, stage_model

INTEREST = "Analytics platform"
TEMPLATE = "Software buyers"
STAGES = "Buying stages"
# Which titles of the demo's people (accounts.demo.names) mean which role; the first that fits is theirs.
TITLES: dict[str, list[tuple[str, list[str]]]] = {
    "Decision Maker": [
        ("starts_with", ["Chief", "Vice President", "Executive Vice President", "Head of"]),
        ("ends_with", ["Director"]),
    ],
    "Influencer": [("ends_with", ["Manager", "Team Lead"])],
    "Practitioner": [("ends_with", ["Specialist", "Analyst", "Consultant", "Coordinator"])],
}
WEIGHTS = {"Decision Maker": TemplateRole.Weight.VITAL, "Influencer": TemplateRole.Weight.IMPORTANT}
NEEDED = {"Decision Maker": 2}
# The example of the reference (9.1): two ways in, one success, one failure.
MOVES = {
    "Awareness": ["Interest", "Consideration"],
    "Interest": ["Consideration", "Rejection"],
    "Consideration": ["Intent", "Rejection"],
    "Intent": ["Purchase", "Rejection"],
    "Purchase": [],
    "Rejection": [],
}
ENTRIES = ("Awareness", "Interest")
DONE = (
    EventType.BuiltIn.EMAIL_OPENED,
    EventType.BuiltIn.EMAIL_CLICKED,
    EventType.BuiltIn.WEB_PAGE_VISITED,
    EventType.BuiltIn.FORM_FILLED,
)
LATELY = 28 * 24 * 60  # minutes


def provide(audience: Audience, *, clock: Callable[[], datetime]) -> SolutionInterest | None:
    """The interest with its groups, filled and scored; None if it is there already."""
    if SolutionInterest.objects.filter(name__iexact=INTEREST).exists():
        return None
    now = clock()
    said: dict[str, Any] = {"by": None, "now": now}
    interest = solution_interests.create(
        name=INTEREST, description="Who decides about our analytics platform.", template=_template(said),
        stage_model=_stage_model(said), updates_groups=True, **said,
    )  # fmt: skip
    creation.create(interest, audience=audience, **said)
    _record_lately(now)
    rounds.queue_all(now)
    while rounds.go_round(clock):
        pass
    return interest


def _template(said: dict[str, Any]) -> Any:
    cards = [_card(role) for role in TITLES]
    champion = {**_card("Champion"), "assigns_automatically": False, "condition": None, "is_required": False}
    template = role_templates.create(name=TEMPLATE, roles=[*cards, champion], **said)
    return role_templates.publish(template, **said)


def _card(role: str) -> dict[str, Any]:
    filters = [
        {"field": "person.job_title", "operator": operator, "value": words}
        for operator, words in TITLES.get(role, [])
    ]
    return {
        "role": Role.objects.get(name=role, is_built_in=True).pk,
        "weight": int(WEIGHTS.get(role, TemplateRole.Weight.NORMAL)),
        "assigns_automatically": True,
        "condition": {"match": "any", "filters": filters},
        "is_required": True,
        "members_needed": NEEDED.get(role, 1),
    }


def _stage_model(said: dict[str, Any]) -> StageModel | None:
    """The installation's model; made and published if there is none yet."""
    if (model := stage_model.the_model()) is not None:
        return model if model.status == StageModel.Status.LIVE else None
    outcomes = {"Purchase": "success", "Rejection": "failure"}
    stages = [
        {
            "name": name, "description": "", "is_entry": name in ENTRIES, "outcome": outcomes.get(name, ""),
            "leads_to": leads,
        }
        for name, leads in MOVES.items()
    ]  # fmt: skip
    return stage_model.publish(stage_model.create(name=STAGES, stages=stages, **said), **said)


def _record_lately(now: datetime) -> None:
    """As a nightly feed would bring it: each day's activities at the midnight after."""
    lately = sorted(_lately(now), key=lambda activity: activity.occurred_at)
    for midnight, of_day in groupby(lately, key=lambda activity: _midnight_after(activity.occurred_at)):
        activities.record(of_day, source=Source(Event.Source.SYSTEM), now=min(midnight, now))


def _midnight_after(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def _lately(now: datetime) -> Iterator[Activity]:
    """What two people of three did in the last four weeks: invented, and always the same."""
    random = Random(2027)  # noqa: S311 - activity for the demo, no secret
    for person_id in Person.objects.order_by("pk").values_list("pk", flat=True).iterator():
        for _ in range(random.choice((0, 1, 2, 3, 5, 8)) if random.random() < 2 / 3 else 0):
            ago = timedelta(minutes=random.randrange(1, LATELY))
            yield Activity(person_id, random.choices(DONE, (6, 2, 4, 1))[0], now - ago)
