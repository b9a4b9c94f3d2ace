"""Rules of the stage of a buying group (spec 3.7, reference 9.2) and of its status (reference 9.3)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.events import Source
from accounts.models import Account, Event, EventType
from accounts.sql import Sql, rows, sql
from buying_groups import stages
from buying_groups.models import BuyingGroup, SolutionInterest, Stage
from buying_groups.stages import Verdict
from tests.factories import AccountFactory, BuyingGroupFactory, SolutionInterestFactory
from tests.factories.stages import MOVES, StageModelFactory, stage

pytestmark = pytest.mark.django_db
BY_JOURNEY = Source(Event.Source.JOURNEY, 7)
PAIRS = [(here, there) for here in [None, *MOVES] for there in MOVES]


@pytest.fixture
def crm() -> SolutionInterest:
    return SolutionInterestFactory(name="CRM", stage_model=StageModelFactory())


def subject(*accounts: Account) -> Sql:
    """Keys 1, 2, … for these accounts."""
    return sql(
        "(SELECT key, account_id FROM unnest({ids}::bigint[]) WITH ORDINALITY AS given (account_id, key))",
        ids=[account.pk for account in accounts],
    )


def verdicts(change: Sql) -> dict[int, Verdict]:
    found = rows(sql("WITH {change} SELECT key, verdict FROM asked ORDER BY key", change=change))
    return {key: Verdict(verdict) for key, verdict in found}


@pytest.fixture
def move(now) -> Callable[..., dict[int, Verdict]]:
    def do(interest: SolutionInterest, to: Stage, *accounts: Account) -> dict[int, Verdict]:
        return verdicts(
            stages.move(
                subject(*accounts), interest_id=interest.pk, stage_id=to.pk, source=BY_JOURNEY, now=now
            )
        )

    return do


@pytest.fixture
def set_status(now) -> Callable[..., dict[int, Verdict]]:
    def do(interest: SolutionInterest, status: str, *accounts: Account) -> dict[int, Verdict]:
        return verdicts(
            stages.set_status(
                subject(*accounts), interest_id=interest.pk, status=status, source=BY_JOURNEY, now=now
            )
        )

    return do


def stage_name(group: BuyingGroup) -> str | None:
    return BuyingGroup.objects.values_list("stage__name", flat=True).get(pk=group.pk)


def expected(here: str | None, there: str) -> Verdict:
    """The rules in words: the same stage is no change; from blank by an entry; else where a move leads."""
    if here == there:
        return Verdict.SAME
    allowed = there in ("Awareness", "Interest") if here is None else there in MOVES[here]
    return Verdict.CHANGED if allowed else Verdict.NOT_ALLOWED


class TestMove:
    @pytest.mark.parametrize(("here", "there"), PAIRS)
    def test_only_an_entry_from_blank_and_only_allowed_moves_from_a_stage(self, crm, move, here, there):
        group = BuyingGroupFactory(solution_interest=crm, stage=stage(here) if here else None)

        found = move(crm, stage(there), group.account)

        assert found == {1: expected(here, there)}
        assert stage_name(group) == (there if found[1] == Verdict.CHANGED else here)
        assert Event.objects.count() == (1 if found[1] == Verdict.CHANGED else 0)

    def test_records_the_old_and_the_new_stage(self, crm, move, now):
        group = BuyingGroupFactory(solution_interest=crm, stage=stage("Interest"))

        move(crm, stage("Rejection"), group.account)

        event = Event.objects.get()
        assert event.type_id == EventType.BuiltIn.BUYING_GROUP_STAGE_CHANGED
        assert (event.account_id, event.person_id, event.occurred_at) == (group.account_id, None, now)
        assert (event.source, event.source_id) == (Event.Source.JOURNEY, 7)
        assert event.payload == {
            "group": group.pk, "solution_interest": crm.pk, "name": "CRM", "old": "Interest", "new": "Rejection",
            "old_id": stage("Interest").pk, "new_id": stage("Rejection").pk,
        }  # fmt: skip

    def test_records_a_first_stage_with_nothing_before(self, crm, move):
        group = BuyingGroupFactory(solution_interest=crm)

        move(crm, stage("Awareness"), group.account)

        payload = Event.objects.get().payload
        assert (payload["old"], payload["old_id"], payload["new"]) == (None, None, "Awareness")

    def test_stamps_only_groups_that_it_moves(self, crm, move, now):
        moved, same = (
            BuyingGroupFactory(solution_interest=crm, stage=at, updated_at=now - timedelta(days=9))
            for at in (stage("Awareness"), stage("Interest"))
        )

        move(crm, stage("Interest"), moved.account, same.account)

        moved.refresh_from_db()
        same.refresh_from_db()
        assert (moved.updated_at, same.updated_at) == (now, now - timedelta(days=9))

    def test_a_failure_stage_may_lead_on(self, move):
        model = StageModelFactory(moves={"Awareness": ["Purchase", "Rejection"], "Purchase": [],
                                         "Rejection": ["Awareness"]})  # fmt: skip
        interest = SolutionInterestFactory(stage_model=model)
        group = BuyingGroupFactory(solution_interest=interest, stage=stage("Rejection"))

        assert move(interest, stage("Awareness"), group.account) == {1: Verdict.CHANGED}

    def test_an_account_without_a_group_is_passed_over(self, crm, move):
        other = BuyingGroupFactory(account=(account := AccountFactory()))

        assert move(crm, stage("Awareness"), account) == {1: Verdict.NO_GROUP}
        assert stage_name(other) is None

    def test_an_interest_without_a_model_moves_nobody(self, crm, move):
        plain = SolutionInterestFactory()
        group = BuyingGroupFactory(solution_interest=plain)

        assert move(plain, stage("Awareness"), group.account) == {1: Verdict.NO_STAGE_MODEL}
        assert stage_name(group) is None

    def test_a_stage_that_is_gone_moves_nobody(self, crm, move):
        group = BuyingGroupFactory(solution_interest=crm)

        assert move(crm, Stage(pk=stage("Awareness").pk + 1000), group.account) == {1: Verdict.GONE}

    def test_an_interest_that_is_gone_moves_nobody(self, crm, move):
        assert move(SolutionInterest(pk=0), stage("Awareness"), AccountFactory()) == {1: Verdict.GONE}

    def test_many_accounts_each_by_its_own_stage_in_one_statement(self, crm, move, count_queries):
        groups = [
            BuyingGroupFactory(solution_interest=crm, stage=stage(name) if name else None)
            for name in (None, "Awareness", "Consideration", "Intent")
        ]
        to, accounts = stage("Interest"), [group.account for group in groups]
        found: list[dict[int, Verdict]] = []

        assert count_queries(lambda: found.append(move(crm, to, *accounts))) == 1
        assert [stage_name(group) for group in groups] == ["Interest", "Interest", "Consideration", "Intent"]
        assert list(found[0].values()) == [
            Verdict.CHANGED, Verdict.CHANGED, Verdict.NOT_ALLOWED, Verdict.NOT_ALLOWED,
        ]  # fmt: skip
        assert Event.objects.count() == 2

    def test_an_account_that_is_named_twice_moves_once(self, crm, move):
        group = BuyingGroupFactory(solution_interest=crm)

        move(crm, stage("Awareness"), group.account, group.account)

        assert Event.objects.count() == 1

    def test_records_nothing_when_events_are_off(self, crm, move, settings):
        settings.RECORD_EVENTS = False
        group = BuyingGroupFactory(solution_interest=crm)

        move(crm, stage("Awareness"), group.account)

        assert stage_name(group) == "Awareness"
        assert not Event.objects.exists()


class TestSetStatus:
    def test_records_the_old_and_the_new_status(self, crm, set_status, now):
        group = BuyingGroupFactory(solution_interest=crm, status="Cold")

        assert set_status(crm, "Contacted", group.account) == {1: Verdict.CHANGED}

        group.refresh_from_db()
        assert (group.status, group.updated_at) == ("Contacted", now)
        event = Event.objects.get()
        assert event.type_id == EventType.BuiltIn.BUYING_GROUP_STATUS_CHANGED
        assert event.account_id == group.account_id
        assert event.payload == {
            "group": group.pk, "solution_interest": crm.pk, "name": "CRM", "old": "Cold", "new": "Contacted",
        }  # fmt: skip

    def test_a_first_status_follows_nothing(self, crm, set_status):
        group = BuyingGroupFactory(solution_interest=crm)

        set_status(crm, "Cold", group.account)

        assert Event.objects.get().payload["old"] is None

    def test_the_same_status_is_no_change(self, crm, set_status):
        group = BuyingGroupFactory(solution_interest=crm, status="Cold")

        assert set_status(crm, "Cold", group.account) == {1: Verdict.SAME}
        assert not Event.objects.exists()

    def test_is_independent_of_stages(self, set_status):
        interest = SolutionInterestFactory()
        group = BuyingGroupFactory(solution_interest=interest)

        assert set_status(interest, "Cold", group.account) == {1: Verdict.CHANGED}

    def test_says_who_has_no_group_and_that_the_interest_is_gone(self, crm, set_status):
        account = AccountFactory()

        assert set_status(crm, "Cold", account) == {1: Verdict.NO_GROUP}
        assert set_status(SolutionInterest(pk=0), "Cold", account) == {1: Verdict.GONE}
