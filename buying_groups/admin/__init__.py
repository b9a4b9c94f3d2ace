"""The admin of buying groups. Each list is a `tabs.TabbedTable` below the same tabs; its pages call services.

tabs            the six tabs, and the base of the lists
browse          the list of groups (browse_filters, browse_order); `setup` says what comes before the first one
group_…         a group: its page, the other tabs, the dialogs about members (and undo), stage and status; `group_frame`
                is what they share, `charts` and `scores` draw scores
group_bulk      what is done to several groups; people_bulk: several people into one
overview        how many groups, by scores, interest, stage and role; panels: on the pages of accounts and people
roles           the roles, at most twenty
role_templates  the list of templates; their pages: role_template_pages, and role_template_editor with `cards`
stages          the stage model: pages, the rows of its editor, its diagram and where the boxes stand (stage_…)
weighting_models  what each kind of activity counts: the list, its pages (weighting_pages) and its form
personas        sorts of people, told by values of their attributes
deleting        the dialog that says what uses something
"""

from __future__ import annotations

from buying_groups.admin.browse import BuyingGroupAdmin
from buying_groups.admin.personas import PersonaAdmin
from buying_groups.admin.role_templates import RoleTemplateAdmin
from buying_groups.admin.roles import RoleAdmin
from buying_groups.admin.solution_interests import SolutionInterestAdmin
from buying_groups.admin.stages import StageModelAdmin
from buying_groups.admin.weighting_models import WeightingModelAdmin

__all__ = [
    "BuyingGroupAdmin",
    "PersonaAdmin",
    "RoleAdmin",
    "RoleTemplateAdmin",
    "SolutionInterestAdmin",
    "StageModelAdmin",
    "WeightingModelAdmin",
]
