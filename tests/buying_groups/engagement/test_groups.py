"""Group scores, rule by rule (reference 8.3, 8.4)."""

from __future__ import annotations

from datetime import timedelta
from math import sqrt

import pytest

from accounts.models import AccountChange, Event, EventType
from buying_groups.models import BuyingGroup, GroupMember, GroupScore, TemplateRole
from tests.factories import BuyingGroupFactory, PersonFactory, SolutionInterestFactory

pytestmark = pytest.mark.django_db
CLICK = EventType.BuiltIn.EMAIL_CLICKED
CHANGED = EventType.BuiltIn.BUYING_GROUP_ENGAGEMENT_CHANGED
WEIGHTS = TemplateRole.Weight
ROLES = {
    "Decision Maker": {"weight": WEIGHTS.VITAL}, "Champion": {"weight": WEIGHTS.IMPORTANT},
    "Influencer": {"weight": WEIGHTS.NORMAL},
}  # fmt: skip


@pytest.fixture
def crm():
    return SolutionInterestFactory(name="CRM", roles=ROLES)


@pytest.fixture
def somebody(weigh, did):
    """A person of so many clicks: of n among those of at most m, the score is 100 × √(n ÷ m)."""
    weigh({CLICK: 30})

    def make(clicks: int):
        person = PersonFactory(accounts=1)
        if clicks:
            did(person, CLICK, clicks)
        return person

    return make


def of(group) -> float | None:
    return BuyingGroup.objects.values_list("engagement", flat=True).get(pk=group.pk)


def told() -> list[tuple[int, dict]]:
    found = Event.objects.filter(type_id=CHANGED).order_by("id")
    return [(event.account_id, event.payload) for event in found]


class TestAggregate:
    """Each member's score times the weight of the role, as a share of the roles that have a member."""

    @pytest.fixture
    def highest(self, crm, somebody):
        """A group of one, with a score of 100: its aggregate is 100, and the others are measured by it."""
        return BuyingGroupFactory(solution_interest=crm, members={somebody(16): "Champion"})

    def test_a_role_without_members_does_not_dilute(self, crm, highest, somebody, score):
        group = BuyingGroupFactory(solution_interest=crm, members={somebody(4): "Influencer"})

        score()

        assert (of(highest), of(group)) == (100, pytest.approx(100 * sqrt(50 / 100)))

    def test_roles_are_weighed_against_one_another(self, crm, highest, somebody, score):
        members = {somebody(4): "Decision Maker", somebody(1): "Influencer"}
        group = BuyingGroupFactory(solution_interest=crm, members=members)

        score()

        assert of(group) == pytest.approx(100 * sqrt((50 * 100 + 25 * 60) / 160 / 100))

    def test_each_member_of_a_role_counts_with_its_share(self, crm, somebody, score):
        two = {somebody(16): "Decision Maker", somebody(16): "Decision Maker"}
        group = BuyingGroupFactory(solution_interest=crm, members=two)
        one = BuyingGroupFactory(solution_interest=crm, members={somebody(16): "Decision Maker"})

        score()

        assert (of(group), of(one)) == (100, pytest.approx(100 * sqrt(100 / 200)))

    def test_removed_members_do_not_count(self, crm, highest, somebody, score):
        stays, leaves = somebody(4), somebody(16)
        group = BuyingGroupFactory(
            solution_interest=crm, members={stays: "Influencer", leaves: "Decision Maker"}
        )
        GroupMember.objects.filter(group=group, person=leaves).update(is_removed=True)

        score()

        assert of(group) == pytest.approx(100 * sqrt(50 / 100))

    def test_groups_of_all_interests_are_measured_together(self, highest, somebody, score):
        group = BuyingGroupFactory(members={somebody(4): "Decision Maker"})

        score()

        assert of(group) == pytest.approx(100 * sqrt(50 / 100))

    def test_a_group_without_members_has_0(self, highest, crm, score):
        group = BuyingGroupFactory(solution_interest=crm)

        score()

        assert of(group) == 0

    def test_nobody_is_active_so_every_group_has_0(self, crm, somebody, score):
        group = BuyingGroupFactory(solution_interest=crm, members={somebody(0): "Champion"})

        score()

        assert of(group) == 0

    def test_a_group_that_was_made_after_the_last_run_has_none_yet(self, score):
        score()

        assert of(BuyingGroupFactory()) is None


class TestRecords:
    @pytest.fixture
    def group(self, crm, somebody):
        return BuyingGroupFactory(solution_interest=crm, completeness=50.5, members={somebody(4): "Champion"})

    @pytest.fixture
    def rival(self, crm, somebody, did):
        """Measured by this one, the first falls from 100 to the root of its aggregate's share."""
        rival = somebody(0)
        BuyingGroupFactory(solution_interest=crm, members={rival: "Champion"})
        return lambda clicks: did(rival, CLICK, clicks)

    def test_a_first_score_is_an_event(self, group, score, crm):
        score()

        assert told() == [(group.account_id, {
            "group": group.pk, "solution_interest": crm.pk, "name": "CRM", "old": None, "new": 100,
        })]  # fmt: skip

    def test_an_event_has_the_exact_old_and_new(self, group, rival, score):
        score()
        Event.objects.filter(type_id=CHANGED).delete()
        rival(9)

        score()

        [payload] = [payload for account, payload in told() if account == group.account_id]
        assert (payload["old"], payload["new"]) == (100, of(group))
        assert payload["new"] == pytest.approx(100 * sqrt(sqrt(4 / 9)))

    def test_no_event_while_the_displayed_number_stays(self, group, rival, score):
        """Reference U 34."""
        BuyingGroup.objects.filter(pk=group.pk).update(engagement=99.6)

        score()

        assert of(group) == 100
        assert [payload for account, payload in told() if account == group.account_id] == []

    def test_the_score_of_the_day_is_kept(self, group, rival, score, now):
        score()
        rival(9)
        score(now + timedelta(hours=1))
        score(now + timedelta(days=1))
        rival(20)
        score(now + timedelta(days=2))

        kept = GroupScore.objects.filter(group=group).order_by("day")
        assert [(row.day - now.date()).days for row in kept] == [0, 2]
        assert [row.completeness for row in kept] == [50.5, 50.5]
        assert kept[0].engagement == pytest.approx(100 * sqrt(sqrt(4 / 9)))
        assert kept[1].engagement == of(group) < kept[0].engagement

    def test_marks_the_accounts_of_groups_that_change(self, group, score):
        score()
        AccountChange.objects.all().delete()
        BuyingGroup.objects.filter(pk=group.pk).update(engagement=1)

        run = score()

        assert list(AccountChange.objects.values_list("account_id", flat=True)) == [group.account_id]
        assert run.rescored == 1

    def test_records_no_event_when_events_are_off(self, group, score, settings):
        settings.RECORD_EVENTS = False

        score()

        assert (of(group), told()) == (100, [])
