"""The roles of groups: how many members each has, how many it needs, and what is missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import Count

from buying_groups.models import BuyingGroup, GroupMember, TemplateRole


@dataclass(frozen=True)
class RoleState:
    """A role of a group's template, and how many members of the group are in it."""

    role_id: int
    name: str
    needed: int
    is_required: bool
    members: int

    @property
    def completeness(self) -> float:
        """Of the role alone, from 0 to 100 (spec 3.6)."""
        return float(self._share)

    @property
    def missing(self) -> int:
        """How many members a required role still needs."""
        return max(0, self.needed - self.members) if self.is_required else 0

    @property
    def _share(self) -> Fraction:
        return Fraction(100 * min(self.members, self.needed), self.needed)


def of_groups(groups: Collection[BuyingGroup]) -> dict[int, list[RoleState]]:
    """The roles of each group, by its id, in the order of priority; two queries, whatever the number of groups."""
    templates = _templates({group.solution_interest_id for group in groups})
    filled = _filled([group.pk for group in groups])
    return {
        group.pk: [
            RoleState(id, name, needed, is_required, filled[group.pk, id])
            for id, name, needed, is_required in templates[group.solution_interest_id]
        ]
        for group in groups
    }


def of_group(group: BuyingGroup) -> list[RoleState]:
    """The roles of one group."""
    return of_groups([group])[group.pk]


def missing(states: Iterable[RoleState]) -> list[RoleState]:
    """Required roles with fewer members than they need."""
    return [state for state in states if state.missing]


def completeness(states: Iterable[RoleState]) -> float:
    """Of a group with these roles: the mean over those that are required (spec 3.6)."""
    shares = [state._share for state in states if state.is_required]
    return float(sum(shares, Fraction(0)) / len(shares)) if shares else 0.0


def changed(states: Iterable[RoleState], change: Mapping[int, int]) -> list[RoleState]:
    """The roles as they would be with so many members more or fewer ({role id: difference})."""
    return [
        RoleState(
            state.role_id, state.name, state.needed, state.is_required,
            max(0, state.members + change.get(state.role_id, 0)),
        )
        for state in states
    ]  # fmt: skip


def _templates(interest_ids: Collection[int]) -> Mapping[int, list[tuple[int, str, int, bool]]]:
    """By solution interest: role, its name, members needed, whether it is required; in the order of priority."""
    rows = TemplateRole.objects.filter(template__solution_interests__in=interest_ids).order_by("priority")
    found: dict[int, list[tuple[int, str, int, bool]]] = defaultdict(list)
    columns = ("template__solution_interests", "role_id", "role__name", "members_needed", "is_required")
    for interest, role, name, needed, is_required in rows.values_list(*columns):
        found[interest].append((role, name, needed, is_required))
    return found


def _filled(group_ids: Collection[int]) -> Mapping[tuple[int, int], int]:
    rows = GroupMember.objects.filter(group_id__in=group_ids, is_removed=False).order_by()
    counted = rows.values("group_id", "role_id").annotate(n=Count("person_id"))
    found: dict[tuple[int, int], int] = defaultdict(int)
    found.update({(row["group_id"], row["role_id"]): row["n"] for row in counted})
    return found
