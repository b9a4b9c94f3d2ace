"""Solution interests, roles and stages, as something that conditions and settings refer to by name."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.references import Found, Resource
from buying_groups.models import Persona, Role, SolutionInterest, Stage, StageModel

STAGED = "staged"
"""`Found.kind` of a solution interest that has a stage model."""


def _stage(row: Stage) -> Found:
    return Found(row.pk, row.name, is_live=row.model.status == StageModel.Status.LIVE)


RESOURCES: dict[str, Resource] = {
    "solution_interest": Resource(
        _("solution interest"),
        lambda: SolutionInterest.objects.all(),
        lambda row: Found(row.pk, row.name, kind=STAGED if row.stage_model_id is not None else ""),
    ),
    "buying_group_role": Resource(
        _("buying group role"), lambda: Role.objects.all(), lambda row: Found(row.pk, row.name)
    ),
    "persona": Resource(_("persona"), lambda: Persona.objects.all(), lambda row: Found(row.pk, row.name)),
    # There is one stage model, and names are unique in it.
    "buying_group_stage": Resource(
        _("buying group stage"), lambda: Stage.objects.select_related("model"), _stage
    ),
}
