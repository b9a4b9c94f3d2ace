"""The matrix of reference 6.6, literally, and cell by cell on rows."""

from __future__ import annotations

import pytest

from accounts.events import Source
from accounts.models import Event
from accounts.sql import sql
from buying_groups.members.precedence import MATRIX, Last
from buying_groups.members.write import change
from buying_groups.models import GroupMember, IgnoredChange, MemberSource
from tests.conftest import NOW
from tests.factories import BuyingGroupFactory, PersonFactory, SolutionInterestFactory
from tests.factories.buying_groups import LONG_AGO, role

pytestmark = pytest.mark.django_db

TABLE = """
| Last effective change ↓ / incoming → | Manual | Journey | System |
|---|---|---|---|
| Manual **assign** | apply | **ignore removal**; ignore role change | **ignore removal**; ignore role change |
| Journey assign | apply | apply (latest wins) | **ignore removal**; ignore role change |
| System assign | apply | apply | apply |
| Manual **removal** | apply | ignore assign | ignore assign |
| Journey removal | apply | apply | ignore assign |
| System removal / never a member | apply | apply | apply |
"""


def cells() -> dict[tuple[str, str], str]:
    head, _, *lines = [
        [cell.strip().replace("*", "") for cell in line.strip("|").split("|")]
        for line in TABLE.strip().splitlines()
    ]
    return {
        (line[0], incoming): cell for line in lines for incoming, cell in zip(head[1:], line[1:], strict=True)
    }


def last_of(name: str) -> Last:
    by, verb = name.partition(" / ")[0].split()
    return Last[f"{by}_{verb}".upper()]


CELLS = [pytest.param(last, by, cell, id=f"{last} × {by}: {cell}") for (last, by), cell in cells().items()]


@pytest.mark.parametrize(("last", "incoming", "cell"), CELLS)
def test_the_matrix_is_the_table(last, incoming, cell):
    reason = MATRIX[last_of(last)][MemberSource[incoming.upper()]]

    assert (reason is None) == cell.startswith("apply")
    if reason is not None:
        assert reason.name == f"{last_of(last).value[0].name}_{'REMOVAL' if 'removal' in last else 'MEMBER'}"


def test_the_matrix_has_no_cell_beside_the_table():
    assert sum(len(row) for row in MATRIX.values()) == len(CELLS) == 18


KIND = {"Manual": Event.Source.STAFF, "Journey": Event.Source.JOURNEY, "System": Event.Source.SYSTEM}


@pytest.fixture
def group():
    roles: dict[str, dict] = {"Decision Maker": {}, "Champion": {}}
    return BuyingGroupFactory(solution_interest=SolutionInterestFactory(roles=roles))


def wish(group, person, name: str | None, by: str):
    """A change that somebody wants: a role, or no membership."""
    wanted = sql(
        "SELECT {group}::bigint AS group_id, {account}::bigint AS account_id, {interest}::bigint AS interest_id,"
        " {person}::bigint AS person_id, {role}::bigint AS role_id",
        group=group.pk, account=group.account_id, interest=group.solution_interest_id, person=person.pk,
        role=role(name).pk if name else None,
    )  # fmt: skip
    return change(wanted, source=Source(KIND[by], None if by == "System" else 7), now=NOW).figures


def standing(group, person) -> tuple[str, bool, str] | None:
    found = GroupMember.objects.filter(group=group, person=person).select_related("role").first()
    return found and (found.role.name, found.is_removed, MemberSource(found.source).label)


def stand(group, person, last: str) -> None:
    by, verb = last.split()[:2]
    GroupMember.objects.create(
        group=group, person=person, role=role("Decision Maker"), source=MemberSource[by.upper()],
        is_removed=verb == "removal", changed_at=LONG_AGO,
    )  # fmt: skip


@pytest.mark.parametrize(("last", "incoming", "cell"), CELLS)
class TestEachCell:
    def test_removal(self, group, last, incoming, cell):
        person = PersonFactory(accounts=[group.account])
        stand(group, person, last)
        before = standing(group, person)

        wish(group, person, None, incoming)

        if "removal" in last:
            assert standing(group, person) == before  # nobody to remove
            assert not IgnoredChange.objects.exists()
        elif "ignore removal" in cell:
            assert standing(group, person) == before
            assert IgnoredChange.objects.get().is_removal
        else:
            assert standing(group, person) == ("Decision Maker", True, incoming)

    def test_assignment_of_another_role(self, group, last, incoming, cell):
        person = PersonFactory(accounts=[group.account])
        stand(group, person, last)
        before = standing(group, person)

        wish(group, person, "Champion", incoming)

        if "ignore role change" in cell or "ignore assign" in cell:
            assert standing(group, person) == before
            assert IgnoredChange.objects.get().role.name == "Champion"
        else:
            assert standing(group, person) == ("Champion", False, incoming)
            assert not IgnoredChange.objects.exists()

    def test_assignment_of_the_same_role(self, group, last, incoming, cell):
        """A higher source takes over; the same or a lower one changes nothing, and is not ignored."""
        person = PersonFactory(accounts=[group.account])
        stand(group, person, last)

        figures = wish(group, person, "Decision Maker", incoming)

        by = last.split()[0]
        if "removal" in last:
            assert figures.ignored == ("ignore assign" in cell)
            assert figures.assigned == (not figures.ignored)
        else:
            higher = MemberSource[incoming.upper()] > MemberSource[by.upper()]
            assert (figures.confirmed, figures.unchanged) == (higher, not higher)
            assert standing(group, person) == ("Decision Maker", False, incoming if higher else by)


@pytest.mark.parametrize("incoming", KIND)
class TestNeverAMember:
    def test_is_assigned_by_anybody(self, group, incoming):
        person = PersonFactory(accounts=[group.account])

        assert wish(group, person, "Champion", incoming).assigned == 1
        assert standing(group, person) == ("Champion", False, incoming)

    def test_cannot_be_removed(self, group, incoming):
        person = PersonFactory(accounts=[group.account])

        assert wish(group, person, None, incoming).unchanged == 1
        assert standing(group, person) is None
