"""The stages of the stage model as they are given: checked, written, and what keeps them from being published.

A stage is `{"name", "description", "is_entry", "outcome", "leads_to"}`; all but the name may be left out. `leads_to`
names the stages to which a group may move from it. A stage is known by its name; their order is for lists.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import values
from accounts.findings import Finding, Invalid
from accounts.services.saving import DESCRIPTION_LENGTH
from buying_groups.models import Stage, StageModel, StageMove

KEYS = ("name", "description", "is_entry", "outcome", "leads_to")
NAME_LENGTH = 100
MOST = 50
OUTCOMES = Stage.Outcome
Given = Mapping[str, Any]


def faults(stages: Any) -> list[Finding]:
    """What is wrong in itself with stages; what is only missing, or contradicts a rule, is for `problems`."""
    if not isinstance(stages, list):
        return [Finding("wrong_type", _("The stages of a model are a list."), ("stages",))]
    if len(stages) > MOST:
        return [
            Finding("too_many", _("A stage model has at most %(most)s stages.") % {"most": MOST}, ("stages",))
        ]
    known = {_key(stage.get("name")) for stage in stages if isinstance(stage, Mapping)}
    found = [
        finding.under("stages", i) for i, stage in enumerate(stages) for finding in _faults_of(stage, known)
    ]
    return [*found, *_doubles(stages), *_second_success(stages)]


def write(model: StageModel, stages: Sequence[Given]) -> None:
    """Make a draft have these stages, without faults. One whose name is there already stays the same stage.

    :raises Invalid: if two names are one for the database, and were two for `faults`
    """
    try:
        with transaction.atomic():
            _write(model, stages)
    except IntegrityError as error:
        if "_per_name" not in str(error):
            raise
        raise Invalid([Finding("twice", _("Two stages have the same name."), ("stages",))]) from error


def _write(model: StageModel, stages: Sequence[Given]) -> None:
    there = {_key(stage.name): stage for stage in model.stages.all()}
    kept = [there[_key(given["name"])] for given in stages if _key(given["name"]) in there]
    model.stages.exclude(pk__in=[stage.pk for stage in kept]).delete()
    StageMove.objects.filter(from_stage__model=model).delete()
    # Who is the success may change: at no moment are there two.
    model.stages.update(outcome=OUTCOMES.OPEN, is_entry=False)
    rows = {_key(given["name"]): _row(model, there, given, n) for n, given in enumerate(stages, start=1)}
    Stage.objects.bulk_update(
        [row for row in rows.values() if row.pk], ["name", "description", "position", "is_entry", "outcome"]
    )
    Stage.objects.bulk_create([row for row in rows.values() if not row.pk])
    StageMove.objects.bulk_create(
        StageMove(from_stage=rows[_key(given["name"])], to_stage=rows[key])
        for given in stages
        for key in dict.fromkeys(map(_key, given.get("leads_to", ())))
    )


def as_given(model: StageModel) -> list[dict[str, Any]]:
    """The stages of a model in the form in which they are given; two queries."""
    return [
        {
            "name": stage.name, "description": stage.description, "is_entry": stage.is_entry,
            "outcome": stage.outcome,
            "leads_to": [there.name for there in sorted(stage.next_stages.all(), key=lambda s: s.position)],
        }
        for stage in model.stages.order_by("position", "pk").prefetch_related("next_stages")
    ]  # fmt: skip


def problems(stages: Sequence[Given]) -> list[Finding]:
    """Why a model with these stages, without faults, cannot be published; each with its place (spec 3.7)."""
    found = []
    if not any(stage["is_entry"] for stage in stages):
        found.append(_problem("no_entry", _("At least one stage must be an entry stage.")))
    if not any(stage["outcome"] == OUTCOMES.SUCCESS for stage in stages):
        found.append(_problem("no_success", _("One stage must be the success stage.")))
    for i, stage in enumerate(stages):
        found.extend(finding.under("stages", i) for finding in _problems_of(stage, stages))
    return found


def warnings(stages: Sequence[Given]) -> list[Finding]:
    """What of these stages looks like an oversight and does not keep the model from being published: no group could
    ever come there.
    """
    entries = [_key(stage["name"]) for stage in stages if stage["is_entry"]]
    reached = {key for entry in entries for key in _reached(entry, stages)}
    said = _("No group can ever come to “%(name)s”: it is no entry stage, and no moves lead there from one.")
    return [
        _problem("not_reached", said % {"name": stage["name"]}, "stages", i)
        for i, stage in enumerate(stages)
        if entries and _key(stage["name"]) not in reached
    ]


def _problems_of(stage: Given, stages: Sequence[Given]) -> Iterator[Finding]:
    name, leads_on = stage["name"], bool(stage["leads_to"])
    if stage["outcome"] == OUTCOMES.OPEN and not leads_on:
        message = _("“%(name)s” leads nowhere: only a success or failure stage may be the end.") % {
            "name": name
        }
        yield _problem("no_way_out", message, "leads_to")
    if stage["outcome"] == OUTCOMES.SUCCESS and leads_on:
        yield _problem(
            "success_leads_on",
            _("“%(name)s” is the success stage: no move leads on.") % {"name": name},
            "leads_to",
        )
    successes = {_key(other["name"]) for other in stages if other["outcome"] == OUTCOMES.SUCCESS}
    if stage["is_entry"] and successes and not successes & _reached(_key(name), stages):
        message = _("From the entry stage “%(name)s” the success stage cannot be reached.") % {"name": name}
        yield _problem("success_not_reached", message, "leads_to")


def _reached(start: str, stages: Iterable[Given]) -> set[str]:
    """Where moves lead from a stage, over others too; it is among them itself."""
    leads = {_key(stage["name"]): [_key(name) for name in stage["leads_to"]] for stage in stages}
    reached, ahead = {start}, [start]
    while ahead:
        new = set(leads[ahead.pop()]) - reached
        reached |= new
        ahead.extend(new)
    return reached


def _row(model: StageModel, there: Mapping[str, Stage], given: Given, position: int) -> Stage:
    row = there.get(_key(given["name"])) or Stage(model=model)
    row.name = values.tidy(given["name"])
    row.description = given.get("description", "").strip()
    row.position = position
    row.is_entry = given.get("is_entry", False)
    row.outcome = given.get("outcome", OUTCOMES.OPEN)
    return row


def _faults_of(stage: Any, known: Collection[str]) -> Iterator[Finding]:
    if not isinstance(stage, Mapping):
        yield Finding("wrong_type", _("A stage is an object with “name”, “is_entry” …."))
        return
    for key in stage:
        if key not in KEYS:
            said = _("“%(key)s” is not a field to write; known are %(known)s.")
            known_keys = {"key": str(key)[:60], "known": ", ".join(KEYS)}
            yield Finding("unknown_field", said % known_keys, (str(key),))
    yield from _text_faults(stage)
    if not isinstance(stage.get("is_entry", False), bool):
        yield Finding("wrong_type", _("true or false is needed."), ("is_entry",))
    outcome = stage.get("outcome", OUTCOMES.OPEN)
    if not isinstance(outcome, str) or outcome not in OUTCOMES.values:
        yield Finding("wrong_value", _("An outcome is “success”, “failure” or empty."), ("outcome",))
    elif outcome == OUTCOMES.SUCCESS and stage.get("is_entry") is True:
        yield Finding("success_is_entry", _("The success stage cannot be an entry stage."), ("is_entry",))
    yield from _move_faults(stage, known)


def _text_faults(stage: Given) -> Iterator[Finding]:
    try:
        if not values.name(stage.get("name"), max_length=NAME_LENGTH):
            yield Finding("empty_value", _("A name is needed."), ("name",))
    except ValueError as error:
        yield Finding("wrong_value", f"{_('Name')} {error}", ("name",))
    try:
        values.lines(values.text(stage.get("description", ""), max_length=DESCRIPTION_LENGTH))
    except ValueError as error:
        yield Finding("wrong_value", f"{_('Description')} {error}", ("description",))


def _move_faults(stage: Given, known: Collection[str]) -> Iterator[Finding]:
    leads_to = stage.get("leads_to", [])
    if not isinstance(leads_to, list | tuple):
        yield Finding("wrong_type", _("A list of names of stages is needed."), ("leads_to",))
        return
    for i, name in enumerate(leads_to):
        if not isinstance(name, str) or _key(name) not in known:
            yield Finding(
                "not_found",
                _("There is no stage “%(name)s” here.") % {"name": str(name)[:60]},
                ("leads_to", i),
            )
        elif _key(name) == _key(stage.get("name")):
            yield Finding("to_itself", _("No move leads from a stage to itself."), ("leads_to", i))


def _doubles(stages: list[Any]) -> Iterator[Finding]:
    """Names are there once, without regard to case (reference U 3)."""
    seen: set[str] = set()
    for i, stage in enumerate(stages):
        key = _key(stage.get("name")) if isinstance(stage, Mapping) else ""
        if key and key in seen:
            yield Finding("twice", _("A stage of this name exists."), ("stages", i, "name"))
        seen.add(key)


def _second_success(stages: list[Any]) -> Iterator[Finding]:
    """Exactly one stage is the success."""
    successes = [
        i for i, stage in enumerate(stages)
        if isinstance(stage, Mapping) and stage.get("outcome") == OUTCOMES.SUCCESS
    ]  # fmt: skip
    for i in successes[1:]:
        yield Finding(
            "second_success", _("Another stage is the success stage already."), ("stages", i, "outcome")
        )


def _key(name: Any) -> str:
    return values.tidy(name).casefold() if isinstance(name, str) else ""


def _problem(code: str, message: str, *at: str | int) -> Finding:
    return Finding(code, message, at or ("stages",), refused=False)
