"""Named scores, and setting what a person has of one (spec 3.1)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import changes, values
from accounts.attributes import BIGINT_LIMIT
from accounts.conditions import users
from accounts.errors import Conflict, User, require
from accounts.findings import Finding, Invalid
from accounts.models import EventType, PersonScore, Score
from accounts.services import saving
from accounts.services.checking import record_payloads, staff
from accounts.services.people import lock


@transaction.atomic
def create(*, name: str, label: str, description: str = "", by: User) -> Score:
    """A new score; its name is fixed from now on.

    :raises PermissionDenied: without accounts.add_score
    :raises Invalid: with a finding for each fault
    """
    require(by, "accounts.add_score")
    score = Score(name=name, label=label.strip(), description=description.strip())
    _save(score)
    return score


@transaction.atomic
def edit(score_id: int, *, label: str | None = None, description: str | None = None, by: User) -> Score:
    """Change label or description; what is None stays.

    :raises PermissionDenied: without accounts.change_score
    :raises Score.DoesNotExist: :raises Invalid:
    """
    require(by, "accounts.change_score")
    score = Score.objects.select_for_update(no_key=True).get(pk=score_id)
    score.label = score.label if label is None else label.strip()
    score.description = score.description if description is None else description.strip()
    _save(score)
    return score


@transaction.atomic
def delete(score_id: int, *, by: User) -> None:
    """Delete a score that nobody has, and no saved condition asks for.

    :raises PermissionDenied: without accounts.delete_score
    :raises Score.DoesNotExist:
    :raises Conflict: "in_use"
    """
    require(by, "accounts.delete_score")
    saving.one_at_a_time()
    score = Score.objects.select_for_update().get(pk=score_id)
    if PersonScore.objects.filter(score_id=score_id).exists():
        raise Conflict(
            "in_use",
            _("People have the score “%(label)s”; it can be deleted while nobody has it.")
            % {"label": score.label},
        )
    if found := users.asking(f"person.score.{score.name}"):
        raise saving.in_use(score.label, found)
    score.delete()


@transaction.atomic
def set_score(person_id: int, score: Score, value: int, *, by: User, now: datetime) -> None:
    """Set what a person has of a score; recorded, and its accounts marked, when it really changes.

    :raises PermissionDenied: without accounts.change_person
    :raises Person.DoesNotExist:
    :raises Invalid: no whole number
    """
    require(by, "accounts.change_person")
    value = _whole(value)
    person = lock(person_id)
    old = PersonScore.objects.filter(person_id=person_id, score=score).values_list("value", flat=True).first()
    if old == value:
        return
    PersonScore.objects.bulk_create(
        [PersonScore(person=person, score=score, value=value)],
        update_conflicts=True, unique_fields=["person", "score"], update_fields=["value"],
    )  # fmt: skip
    payload = {"score": score.name, "old": old, "new": value}
    record_payloads(EventType.BuiltIn.SCORE_CHANGED, [payload], source=staff(by), now=now, person=person_id)
    changes.mark_people([person_id])


def _whole(value: int) -> int:
    try:
        return int(values.number(value, places=0, minimum=-BIGINT_LIMIT, maximum=Decimal(BIGINT_LIMIT)))
    except ValueError as error:
        raise Invalid(
            [Finding("invalid_value", _("Score: %(error)s") % {"error": error}, ("value",))]
        ) from error


def _save(score: Score) -> None:
    """:raises Invalid:"""
    findings = []
    try:
        score.full_clean(validate_constraints=False)
    except ValidationError as error:
        findings = [
            Finding("invalid_value", message, (field,))
            for field, said in error.message_dict.items()
            for message in said
        ]
    if Score.objects.filter(name__iexact=score.name).exclude(pk=score.pk).exists():
        findings.append(
            Finding("taken", _("There is a score “%(name)s” already.") % {"name": score.name}, ("name",))
        )
    if findings:
        raise Invalid(findings)
    score.save()
