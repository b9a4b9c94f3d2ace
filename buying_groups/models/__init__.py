"""Who decides together at an account: what a group consists of, the groups, and what keeps and scores them."""

from __future__ import annotations

from buying_groups.models.buying_group import (
    BuyingGroup,
    GroupMember,
    GroupScore,
    IgnoredChange,
    MemberSource,
)
from buying_groups.models.job import CreationJob, JobRun
from buying_groups.models.left_over import LeftOver
from buying_groups.models.pending_score import PendingScore
from buying_groups.models.persona import Persona
from buying_groups.models.role import Role
from buying_groups.models.role_template import RoleTemplate, TemplateRole
from buying_groups.models.solution_interest import SolutionInterest
from buying_groups.models.stage_model import Stage, StageModel, StageMove
from buying_groups.models.weighting_model import ActivityWeight, WeightBand, WeightingModel

__all__ = [
    "ActivityWeight",
    "BuyingGroup",
    "CreationJob",
    "GroupMember",
    "GroupScore",
    "IgnoredChange",
    "JobRun",
    "LeftOver",
    "MemberSource",
    "PendingScore",
    "Persona",
    "Role",
    "RoleTemplate",
    "SolutionInterest",
    "Stage",
    "StageModel",
    "StageMove",
    "TemplateRole",
    "WeightBand",
    "WeightingModel",
]
