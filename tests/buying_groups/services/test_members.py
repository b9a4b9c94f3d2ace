from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from accounts.errors import Conflict
from accounts.events import Source
from accounts.findings import Invalid
from accounts.models import AccountPerson, Event, EventType
from buying_groups.members.write import Figures
from buying_groups.models import BuyingGroup, GroupMember, MemberSource
from buying_groups.services import members
from tests.factories import BuyingGroupFactory, PersonFactory, SolutionInterestFactory, UserFactory
from tests.factories.buying_groups import role

pytestmark = pytest.mark.django_db


@pytest.fixture
def group() -> BuyingGroup:
    interest = SolutionInterestFactory(roles={"Decision Maker": {}, "Champion": {}})
    return BuyingGroupFactory(solution_interest=interest)


@pytest.fixture
def staff():
    return UserFactory()


@pytest.fixture
def said(staff, now):
    return {"by": staff, "now": now}


def people(group, n):
    return PersonFactory.create_batch(n, accounts=[group.account])


def roles(name, *given):
    return dict.fromkeys([person.pk for person in given], role(name).pk)


def standing(group):
    found = GroupMember.objects.filter(group=group, is_removed=False).order_by("person_id")
    return dict(found.values_list("person_id", "role__name"))


class TestAssign:
    def test_makes_members_by_hand(self, group, said, staff):
        anna, ben = people(group, 2)

        made = members.assign(group, {**roles("Champion", anna), **roles("Decision Maker", ben)}, **said)

        assert standing(group) == {anna.pk: "Champion", ben.pk: "Decision Maker"}
        assert made.figures == Figures(assigned=2)
        assert set(GroupMember.objects.values_list("source", "source_id")) == {
            (MemberSource.MANUAL, staff.pk)
        }
        assert BuyingGroup.objects.get().completeness == 100

    def test_by_the_system_itself_is_by_hand_too(self, group, now):
        [anna] = people(group, 1)

        members.assign(group, roles("Champion", anna), by=None, now=now)

        assert GroupMember.objects.get().source == MemberSource.MANUAL

    def test_names_the_client_that_asked(self, group, said):
        [anna] = people(group, 1)

        members.assign(group, roles("Champion", anna), **said, source=Source(Event.Source.API, 9))

        event = Event.objects.get(type_id=EventType.BuiltIn.ASSIGNED_TO_BUYING_GROUP)
        assert (event.source, event.source_id) == (Event.Source.API, 9)

    def test_again_changes_nothing(self, group, said):
        [anna] = people(group, 1)
        members.assign(group, roles("Champion", anna), **said)

        again = members.assign(group, roles("Champion", anna), **said)

        assert (again.figures, again.before) == (Figures(unchanged=1), {})

    def test_refuses_a_role_outside_the_template(self, group, said):
        """Reference U 35."""
        [anna] = people(group, 1)

        with pytest.raises(Invalid, match=r"“Other” is none of the roles of “.*”: Decision Maker") as error:
            members.assign(group, roles("Other", anna), **said)
        assert [finding.at for finding in error.value.findings] == [("people", anna.pk, "role")]
        with pytest.raises(Invalid, match="There is no role 999; the roles of “"):
            members.assign(group, {anna.pk: 999}, **said)

    def test_refuses_people_of_other_accounts(self, group, said):
        [anna] = people(group, 1)
        stranger = PersonFactory(accounts=1)

        with pytest.raises(Invalid) as refused:
            members.assign(group, roles("Champion", anna, stranger), **said)

        assert [finding.at for finding in refused.value.findings] == [("people", stranger.pk)]
        assert standing(group) == {}

    def test_takes_fifty_at_once_and_not_one_more(self, group, said):
        crowd = people(group, 51)

        with pytest.raises(Invalid, match="51 people at once; at most 50"):
            members.assign(group, roles("Champion", *crowd), **said)
        assert members.assign(group, roles("Champion", *crowd[:50]), **said).figures.assigned == 50

    def test_needs_somebody(self, group, said):
        with pytest.raises(Invalid, match="at least one person"):
            members.assign(group, {}, **said)

    def test_needs_the_permission(self, group, now):
        [anna] = people(group, 1)

        with pytest.raises(PermissionDenied):
            members.assign(group, roles("Champion", anna), by=UserFactory(is_superuser=False), now=now)

    def test_says_when_the_group_is_gone(self, group, said):
        [anna] = people(group, 1)
        BuyingGroup.objects.all().delete()

        with pytest.raises(Conflict) as refused:
            members.assign(group, roles("Champion", anna), **said)

        assert refused.value.code == "gone"

    def test_takes_as_many_statements_for_thirty_as_for_one(self, group, said, count_queries):
        one, *many = people(group, 31)
        first, rest = roles("Champion", one), roles("Champion", *many)
        few = count_queries(lambda: members.assign(group, first, **said))

        assert count_queries(lambda: members.assign(group, rest, **said)) == few


class TestChangeRole:
    def test_gives_members_another_role(self, group, said):
        [anna] = people(group, 1)
        members.assign(group, roles("Champion", anna), **said)

        changed = members.change_role(group, roles("Decision Maker", anna), **said)

        assert standing(group) == {anna.pk: "Decision Maker"}
        assert changed.figures == Figures(re_roled=1)
        assert changed.before == {anna.pk: role("Champion").pk}

    def test_refuses_who_is_no_member(self, group, said):
        anna, ben = people(group, 2)
        members.assign(group, roles("Champion", anna), **said)

        with pytest.raises(Invalid, match="no member") as refused:
            members.change_role(group, roles("Decision Maker", anna, ben), **said)

        assert [finding.at for finding in refused.value.findings] == [("people", ben.pk)]
        assert standing(group) == {anna.pk: "Champion"}


class TestRemove:
    def test_removes_softly(self, group, said):
        anna, ben = people(group, 2)
        members.assign(group, roles("Champion", anna, ben), **said)

        gone = members.remove(group, [anna.pk], **said)

        assert standing(group) == {ben.pk: "Champion"}
        assert (gone.figures.removed, gone.before) == (1, {anna.pk: role("Champion").pk})
        assert GroupMember.objects.get(person=anna).is_removed

    def test_passes_over_who_is_no_member(self, group, said):
        [anna] = people(group, 1)

        assert members.remove(group, [anna.pk, 2**60], **said).figures == Figures(unchanged=2)

    def test_removes_who_does_not_belong_to_the_account_any_more(self, group, said):
        anna = PersonFactory()
        GroupMember.objects.create(
            group=group,
            person=anna,
            role=role("Champion"),
            source=MemberSource.JOURNEY,
            changed_at=said["now"],
        )

        assert members.remove(group, [anna.pk], **said).figures.removed == 1

    def test_needs_the_permission(self, group, now):
        with pytest.raises(PermissionDenied):
            members.remove(group, [1], by=UserFactory(is_superuser=False), now=now)


class TestUndo:
    @pytest.fixture
    def later(self, said, now):
        return {**said, "now": now + timedelta(minutes=1)}

    @pytest.fixture
    def anna_and_ben(self, group, said):
        found = people(group, 2)
        members.assign(group, roles("Champion", *found), **said)
        return found

    def test_undoes_an_assignment(self, group, said, later):
        [anna] = people(group, 1)
        made = members.assign(group, roles("Champion", anna), **said)

        undone = members.undo(group, made.former, at=made.at, **later)

        assert standing(group) == {}
        assert (undone.n, undone.kept) == (1, {})

    def test_undoes_a_removal_and_a_change_of_role(self, group, later, anna_and_ben):
        anna, ben = anna_and_ben
        changed = members.change_role(group, roles("Decision Maker", anna), **later)
        gone = members.remove(group, [ben.pk], **later)

        members.undo(group, {**changed.former, **gone.former}, at=gone.at, **later)

        assert standing(group) == {anna.pk: "Champion", ben.pk: "Champion"}

    def test_leaves_who_has_been_changed_since_and_says_so(self, group, later, anna_and_ben, now):
        anna, ben = anna_and_ben
        changed = members.change_role(group, roles("Decision Maker", anna, ben), **later)
        last = {**later, "now": now + timedelta(minutes=2)}
        members.remove(group, [anna.pk], **last)

        undone = members.undo(group, changed.former, at=changed.at, **last)

        assert standing(group) == {ben.pk: "Champion"}
        assert (undone.n, undone.kept) == (1, {anna.pk: members.Kept.CHANGED})

    def test_leaves_who_has_left_the_account(self, group, later, anna_and_ben):
        anna, ben = anna_and_ben
        gone = members.remove(group, [anna.pk, ben.pk], **later)
        AccountPerson.objects.filter(person=anna).delete()

        undone = members.undo(group, gone.former, at=gone.at, **later)

        assert standing(group) == {ben.pk: "Champion"}
        assert undone.kept == {anna.pk: members.Kept.LEFT}

    def test_twice_changes_nothing_more(self, group, later, anna_and_ben, now):
        gone = members.remove(group, [one.pk for one in anna_and_ben], **later)
        members.undo(group, gone.former, at=gone.at, **{**later, "now": now + timedelta(minutes=2)})

        again = members.undo(group, gone.former, at=gone.at, **{**later, "now": now + timedelta(minutes=3)})

        assert (again.n, set(again.kept.values())) == (0, {members.Kept.CHANGED})
        assert len(standing(group)) == 2

    def test_needs_the_permission_and_the_group(self, group, later, anna_and_ben):
        gone = members.remove(group, [anna_and_ben[0].pk], **later)

        with pytest.raises(PermissionDenied):
            members.undo(group, gone.former, at=gone.at, by=UserFactory(is_superuser=False), now=later["now"])
        BuyingGroup.objects.filter(pk=group.pk).delete()
        with pytest.raises(Conflict):
            members.undo(group, gone.former, at=gone.at, **later)
