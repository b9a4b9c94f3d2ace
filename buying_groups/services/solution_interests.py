"""What staff and clients can do with solution interests (spec 3.4, reference 6.3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, Literal

from django.conf import settings
from django.db import transaction
from django.db.models import ProtectedError, QuerySet
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import values
from accounts.conditions import users
from accounts.errors import Conflict, User, require
from accounts.findings import Finding
from accounts.services import saving
from accounts.services.checking import staff
from buying_groups import stage_removal
from buying_groups.jobs.batches import BATCH
from buying_groups.models import (
    BuyingGroup,
    CreationJob,
    JobRun,
    RoleTemplate,
    SolutionInterest,
    Stage,
    StageModel,
)
from buying_groups.services.opening import allowing, is_protected, opened

NOUN = gettext_lazy("A solution interest")
# Groups are counted up to here, then "more than".
EXACT_TO = 10_000
Unchanged = Literal["unchanged"]


@transaction.atomic
def create(
    *, name: str, template: RoleTemplate, description: str = "", stage_model: StageModel | None = None,
    updates_groups: bool = False, by: User, now: datetime,
) -> SolutionInterest:  # fmt: skip
    """A new solution interest; its template is fixed for ever.

    :raises PermissionDenied: if `by` may not add solution interests
    :raises Invalid: if a value is wrong, or template or stage model are not live
    :raises Conflict: `gone` if one of these has been deleted
    """
    require(by, "buying_groups.add_solutioninterest")
    template = opened(template)
    faults = [
        *saving.faults(SolutionInterest.objects.all(), NOUN, name, description),
        *_not_live("template", template),
        *_stage_model_faults(stage_model),
    ]
    saving.refuse_any(faults)
    interest = SolutionInterest(
        name=values.tidy(name), description=description.strip(), template=template, stage_model=stage_model,
        updates_groups=updates_groups, created_at=now, updated_at=now,
        created_by_id=by.pk if by is not None else None,
    )  # fmt: skip
    saving.save(interest, NOUN)
    return interest


@transaction.atomic
def edit(
    interest: SolutionInterest, *, name: str | None = None, description: str | None = None,
    stage_model: StageModel | Unchanged | None = "unchanged", updates_groups: bool | None = None,
    by: User, now: datetime, unchanged_since: datetime | None = None,
) -> SolutionInterest:  # fmt: skip
    """Change what is given (None: as it is; `stage_model` None: without one from now on).

    When the stage model goes or is another one, the groups lose their stages, each with its event (U 22): at once,
    or, when there are more than a batch of them, by a run that a worker takes up (`JobRun.Kind.STAGES`).
    `unchanged_since`: the `updated_at` that the caller has seen.

    :raises PermissionDenied: if `by` may not change solution interests
    :raises Invalid: if a value is wrong, or the stage model is not live
    :raises Conflict: `gone`; `busy` if it takes a stage model while its groups still lose their stages; `in_use` if
        a published journey uses the stages that they would lose
    :raises Stale: if somebody changed it in between
    """
    require(by, "buying_groups.change_solutioninterest")
    if stage_model != "unchanged":
        # Before its row: a journey that is being published is done first, or finds no stage model.
        saving.one_at_a_time()
    current = opened(interest, unchanged_since=unchanged_since)
    name = current.name if name is None else name
    description = current.description if description is None else description
    model = current.stage_model if stage_model == "unchanged" else stage_model
    others = SolutionInterest.objects.exclude(pk=current.pk)
    saving.refuse_any([*saving.faults(others, NOUN, name, description), *_stage_model_faults(model)])
    gets_model = model is not None and current.stage_model != model
    if (
        gets_model
        and _runs(current).filter(status__in=(JobRun.Status.QUEUED, JobRun.Status.RUNNING)).exists()
    ):
        message = _("The groups of “%(name)s” are still losing their stages; try again when they have.")
        raise Conflict("busy", message % {"name": current}, allowed=allowed_actions(current))
    loses_stages = current.stage_model_id is not None and current.stage_model != model
    if loses_stages and (found := stage_users(current)):
        raise allowing(_stages_in_use(current, found), allowed_actions(current))
    current.name, current.description, current.updated_at = values.tidy(name), description.strip(), now
    current.stage_model = model
    current.updates_groups = current.updates_groups if updates_groups is None else updates_groups
    saving.save(current, NOUN)
    if loses_stages:
        _take_stages(current, by=by, now=now)
    return current


@transaction.atomic
def delete(interest: SolutionInterest, *, by: User, unchanged_since: datetime | None = None) -> None:
    """Delete a solution interest for good.

    :raises PermissionDenied: if `by` may not delete solution interests
    :raises Conflict: `in_use` by creation jobs, buying groups (U 14), a published journey or a condition
    :raises Stale: if somebody changed it in between
    """
    require(by, "buying_groups.delete_solutioninterest")
    saving.one_at_a_time()
    if not SolutionInterest.objects.filter(pk=interest.pk).exists():
        return
    current = opened(interest, unchanged_since=unchanged_since, to_delete=True)
    if found := used_by(current):
        said = " ".join(filter(None, (saving.in_use(current.name, found).message, staying(current))))
        raise Conflict("in_use", said, allowed=allowed_actions(current))
    try:
        current.delete()
    except ProtectedError as error:
        journeys = [str(user) for user in error.protected_objects]
        raise allowing(saving.in_use(current.name, journeys), allowed_actions(current)) from error


def allowed_actions(interest: SolutionInterest) -> list[str]:
    """What its state allows, whoever asks. While groups lose their stages, an edit may not give it a stage model."""
    found = ["edit", "maintain"]
    return found if used_by(interest) or is_protected(interest) else [*found, "delete"]


def stage_users(interest: SolutionInterest) -> list[str]:
    """What the published journeys are called that use the stages of its groups (`settings.STAGE_USERS`)."""
    asked: list[Callable[[int], list[str]]] = [import_string(path) for path in settings.STAGE_USERS]
    return [user for ask in asked for user in ask(interest.pk)]


def count_staged(interest: SolutionInterest) -> int:
    """How many of its groups have a stage; at most one more than is counted exactly (`EXACT_TO`)."""
    stages = list(Stage.objects.filter(model=interest.stage_model_id).values_list("pk", flat=True))
    staged = BuyingGroup.objects.filter(solution_interest=interest, stage__in=stages)
    return staged.values("pk")[: EXACT_TO + 1].count()


def _stages_in_use(interest: SolutionInterest, users: Sequence[str]) -> Conflict:
    said = _("The stages of “%(name)s” are used by %(users)s.")
    if (more := len(users) - saving.NAMED) > 0:
        said = _("The stages of “%(name)s” are used by %(users)s and %(more)s more.")
    named = ", ".join(users[: saving.NAMED])
    return Conflict("in_use", said % {"name": interest.name, "users": named, "more": f"{more:,}"})


def _take_stages(interest: SolutionInterest, *, by: User, now: datetime) -> None:
    ids = list(interest.groups.order_by("pk").values_list("pk", flat=True)[: BATCH + 1])
    if len(ids) > BATCH:
        asked_by = by.pk if by is not None else None
        run = JobRun(kind=JobRun.Kind.STAGES, solution_interest=interest, queued_at=now, asked_by_id=asked_by)
        JobRun.objects.bulk_create([run], ignore_conflicts=True)
    elif ids:
        stage_removal.hold(ids, waits=True)
        stage_removal.clear_stages(interest, ids, source=staff(by), now=now)


def _runs(interest: SolutionInterest) -> QuerySet[JobRun]:
    """Those that take stages away."""
    return JobRun.objects.filter(kind=JobRun.Kind.STAGES, solution_interest=interest)


def used_by(interest: SolutionInterest) -> list[str]:
    """What uses it, published journeys aside: groups, creation jobs and conditions."""
    return [*_users(interest), *users.naming("solution_interest", interest.pk)]


def staying(interest: SolutionInterest) -> str:
    """What can be done instead of deleting one that has groups: groups go only with their accounts."""
    if not interest.groups.exists():
        return ""
    return _(
        "Buying groups go only with their accounts. To give it up all the same, delete its creation jobs, switch off"
        " the daily update in its settings, and give it a name that says so."
    )


def _users(interest: SolutionInterest) -> Iterator[str]:
    count = BuyingGroup.objects.filter(solution_interest=interest).values("pk")[: EXACT_TO + 1].count()
    if count > EXACT_TO:
        yield _("more than %(n)s buying groups") % {"n": f"{EXACT_TO:,}"}
    elif count:
        yield ngettext("%(n)s buying group", "%(n)s buying groups", count) % {"n": f"{count:,}"}
    jobs = CreationJob.objects.filter(solution_interest=interest).select_related("audience", "account_list")
    for job in jobs.order_by("pk"):
        yield _("the creation job from %(name)s") % {"name": job.audience or job.account_list}


def _stage_model_faults(model: StageModel | None) -> Iterator[Finding]:
    """Whether it can be used; it cannot go until the end of the transaction."""
    if model is not None:
        yield from _not_live("stage_model", opened(model))


def _not_live(key: str, row: Any) -> Iterator[Finding]:
    if row.status != "live":
        message = _("“%(name)s” is a draft; publish it first.") % {"name": row}
        yield Finding("not_live", message, (key,), refused=False)
