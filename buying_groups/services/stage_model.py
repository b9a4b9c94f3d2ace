"""What staff and clients can do with the stage model: the stages of buying groups, and the moves between them
(spec 3.7, reference 9.1).

There is one. As a draft it changes freely: stages can be taken out again, which the product that this follows does
not allow. Published, it is frozen; it goes only while no solution interest uses it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_fsm import can_proceed

from accounts import values
from accounts.conditions import users
from accounts.errors import Conflict, User, require
from accounts.findings import Finding
from accounts.services import saving
from buying_groups.models import BuyingGroup, SolutionInterest, StageModel
from buying_groups.services import model_stages
from buying_groups.services.opening import allowing, is_protected, opened

NOUN = gettext_lazy("A stage model")


def the_model() -> StageModel | None:
    """The one that there is."""
    return StageModel.objects.select_related("created_by", "published_by").first()


@transaction.atomic
def create(*, name: str, description: str = "", stages: Any = (), by: User, now: datetime) -> StageModel:
    """The stage model, as a draft; its name is fixed. `stages`: as `model_stages` has them, in their order.

    :raises PermissionDenied: if `by` may not add stage models
    :raises Conflict: `exists` if there is one
    :raises Invalid: if a value is wrong; rules about the whole are asked when it is published
    """
    require(by, "buying_groups.add_stagemodel")
    if there := the_model():
        raise _exists(there)
    stages = list(stages) if isinstance(stages, tuple) else stages
    saving.refuse([
        *saving.faults(StageModel.objects.all(), NOUN, name, description), *model_stages.faults(stages),
    ])  # fmt: skip
    model = StageModel(
        name=values.tidy(name), description=description.strip(), created_at=now, updated_at=now,
        created_by_id=by.pk if by is not None else None,
    )  # fmt: skip
    try:
        with transaction.atomic():
            model.save()
    except IntegrityError:
        raise _exists(the_model()) from None
    model_stages.write(model, stages)
    return model


@transaction.atomic
def edit(
    model: StageModel, *, name: str | None = None, description: str | None = None, stages: Any = None,
    by: User, now: datetime, unchanged_since: datetime | None = None,
) -> StageModel:  # fmt: skip
    """Change what is given of the draft (None: as it is); `stages` are all of them, in their order.

    The name may be given as it is. `unchanged_since`: the `updated_at` that the caller has seen.

    :raises PermissionDenied: if `by` may not change stage models
    :raises Conflict: `live` if it is frozen; `gone`
    :raises Invalid: as `create`; `fixed` for another name
    :raises Stale: if somebody changed it in between
    """
    require(by, "buying_groups.change_stagemodel")
    current = opened(model, unchanged_since=unchanged_since)
    if current.status != StageModel.Status.DRAFT:
        raise Conflict(
            "live",
            _("“%(name)s” is live: its stages are frozen.") % {"name": current.name},
            allowed=allowed_actions(current),
        )
    others = StageModel.objects.exclude(pk=current.pk)
    description = current.description if description is None else description
    saving.refuse([
        *_name_faults(current, name), *saving.faults(others, NOUN, current.name, description),
        *(model_stages.faults(stages) if stages is not None else ()),
    ])  # fmt: skip
    current.description, current.updated_at = description.strip(), now
    current.save()
    if stages is not None:
        model_stages.write(current, stages)
    return current


def set_stages(
    model: StageModel, stages: Any, *, by: User, now: datetime, unchanged_since: datetime | None = None
) -> StageModel:
    """Put these stages in the place of those that are there. Raises as `edit`."""
    return edit(model, stages=stages, by=by, now=now, unchanged_since=unchanged_since)


@transaction.atomic
def publish(
    model: StageModel, *, by: User, now: datetime, unchanged_since: datetime | None = None
) -> StageModel:
    """Make the draft live: solution interests can use it, and its stages and moves are frozen.

    :raises PermissionDenied: if `by` may not publish the stage model
    :raises Conflict: `not_draft` if it is live already; `gone`
    :raises Invalid: with each of its `problems`
    :raises Stale: if somebody changed it in between
    """
    require(by, "buying_groups.publish_stagemodel")
    current = opened(model, unchanged_since=unchanged_since)
    if not can_proceed(current.publish):
        raise Conflict(
            "not_draft",
            _("The stage model “%(name)s” is live already.") % {"name": current.name},
            allowed=allowed_actions(current),
        )
    saving.refuse_any(problems(current))
    current.publish(by=by, now=now)
    current.updated_at = now
    current.save()
    return current


def problems(model: StageModel) -> list[Finding]:
    """Why the draft cannot be published; none of a live model."""
    if model.status != StageModel.Status.DRAFT:
        return []
    return model_stages.problems(model_stages.as_given(model))


def warnings(model: StageModel) -> list[Finding]:
    """What of the draft looks like an oversight; none of a live model, which is frozen."""
    if model.status != StageModel.Status.DRAFT:
        return []
    return model_stages.warnings(model_stages.as_given(model))


@transaction.atomic
def delete(model: StageModel, *, by: User, unchanged_since: datetime | None = None) -> None:
    """Delete the stage model with its stages for good; a live one, too, while nothing uses it.

    :raises PermissionDenied: if `by` may not delete stage models
    :raises Conflict: `in_use` by a solution interest, or by a condition or a published journey that names a stage
    :raises Stale: if somebody changed it in between
    """
    require(by, "buying_groups.delete_stagemodel")
    saving.one_at_a_time()
    if not StageModel.objects.filter(pk=model.pk).exists():
        return
    current = opened(model, unchanged_since=unchanged_since, to_delete=True)
    if found := used_by(current):
        raise allowing(saving.in_use(current.name, found), allowed_actions(current))
    try:
        current.delete()
    except ProtectedError as error:
        users_of_stages = [str(user) for user in error.protected_objects]
        raise allowing(saving.in_use(current.name, users_of_stages), allowed_actions(current)) from error


def allowed_actions(model: StageModel) -> list[str]:
    """What its state allows, whoever asks: a live one can only go, while nothing uses it."""
    found = ["edit", "publish"] if model.status == StageModel.Status.DRAFT else []
    return found if used_by(model) or is_protected(model) else [*found, "delete"]


def used_by(model: StageModel) -> list[str]:
    """What uses it, published journeys aside: solution interests, and conditions that name its stages."""
    names = SolutionInterest.objects.filter(stage_model=model).order_by("name").values_list("name", flat=True)
    stages = model.stages.values_list("pk", flat=True)
    naming = {user for stage in stages for user in users.naming("buying_group_stage", stage)}
    # Those that are still to lose it: deleted now, it would go without a word.
    has_groups = BuyingGroup.objects.filter(stage__model=model).exists()
    groups = [_("buying groups that are still to lose their stage")] if has_groups and not names else []
    return [*(_("solution interest %(name)s") % {"name": name} for name in names), *groups, *sorted(naming)]


def _name_faults(model: StageModel, name: str | None) -> list[Finding]:
    if name is None or (isinstance(name, str) and values.tidy(name) == model.name):
        return []
    return [
        Finding(
            "fixed", _("The stage model is called “%(name)s” for good.") % {"name": model.name}, ("name",)
        )
    ]


def _exists(there: StageModel | None) -> Conflict:
    message = _("There is a stage model already; there can be one.")
    return Conflict("exists", message, allowed=allowed_actions(there) if there else ())
