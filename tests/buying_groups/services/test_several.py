"""Stage and status of several groups at once."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from accounts.findings import Invalid
from accounts.models import AccountChange, Event, EventType
from buying_groups.models import BuyingGroup
from buying_groups.services import groups, several
from buying_groups.services.several import Done, Ways
from tests.conftest import NO_ID
from tests.factories import BuyingGroupFactory, SolutionInterestFactory, UserFactory
from tests.factories.stages import StageModelFactory, stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def model():
    return StageModelFactory()


@pytest.fixture
def crm(model):
    return SolutionInterestFactory(name="CRM", stage_model=model)


def at(name: str | None, interest, account: str = "Northwind") -> BuyingGroup:
    here = stage(name) if name else None
    made: BuyingGroup = BuyingGroupFactory(solution_interest=interest, account__name=account, stage=here)
    return made


def ids(*some: BuyingGroup) -> list[int]:
    return [group.pk for group in some]


class TestSetStage:
    def test_moves_those_that_may_go_there_and_says_why_the_others_may_not(self, crm, model, now):
        web = SolutionInterestFactory(name="Web", stage_model=model)
        none, there, far = at(None, crm), at("Interest", crm), at("Intent", web, "Bora")
        bare = at(None, SolutionInterestFactory(name="Bare"))
        AccountChange.objects.all().delete()

        done = several.set_stage([*ids(none, there, far, bare), NO_ID], stage("Interest"), by=None, now=now)

        assert done == Done(1, 1, [
            "“Web for Bora” cannot go from “Intent” to “Interest”; it may go to “Purchase” or “Rejection”.",
            "“Bare” has no stage model.",
        ])  # fmt: skip
        assert BuyingGroup.objects.get(pk=none.pk).stage == stage("Interest")
        assert BuyingGroup.objects.get(pk=far.pk).stage == stage("Intent")
        [event] = Event.objects.all()
        assert (event.type_id, event.account_id) == (
            EventType.BuiltIn.BUYING_GROUP_STAGE_CHANGED,
            none.account_id,
        )
        assert set(AccountChange.objects.values_list("account_id", flat=True)) == {none.account_id}

    def test_the_event_names_whoever_did_it(self, crm, now):
        user = UserFactory()

        several.set_stage(ids(at(None, crm)), stage("Interest"), by=user, now=now)

        assert Event.objects.get().source_id == user.pk

    def test_two_groups_of_one_account_are_told_apart(self, crm, model, now):
        one = at(None, crm)
        web = SolutionInterestFactory(name="Web", stage_model=model)
        other = BuyingGroupFactory(solution_interest=web, account=one.account)

        assert several.set_stage([one.pk], stage("Interest"), by=None, now=now) == Done(1, 0, [])
        assert BuyingGroup.objects.get(pk=other.pk).stage is None

    def test_takes_the_same_queries_for_three_and_thirty(self, crm, now, count_queries):
        def queries(n):
            some = ids(*(at("Intent" if number % 2 else None, crm) for number in range(n)))
            return count_queries(lambda: several.set_stage(some, stage("Interest"), by=None, now=now))

        assert queries(3) == queries(30)


class TestSetStatus:
    def test_gives_it_to_those_that_do_not_have_it(self, crm, now):
        one, same = at(None, crm), at(None, crm)
        BuyingGroup.objects.filter(pk=same.pk).update(status="Hot")

        assert several.set_status(ids(one, same), " Hot ", by=None, now=now) == Done(1, 1, [])
        assert set(BuyingGroup.objects.values_list("status", flat=True)) == {"Hot"}
        assert Event.objects.get().payload["new"] == "Hot"
        assert several.set_status(ids(one, same), "", by=None, now=now) == Done(2, 0, [])

    def test_refuses_what_is_too_long(self, crm, now):
        with pytest.raises(Invalid):
            several.set_status(ids(at(None, crm)), "x" * 51, by=None, now=now)


@pytest.mark.parametrize("call", [several.set_stage, several.set_status])
def test_needs_the_permission(call, model, now):
    with pytest.raises(PermissionDenied):
        call([], stage("Interest"), by=UserFactory(is_superuser=False), now=now)


class TestWays:
    def test_are_those_of_each_group(self, crm):
        for here in (None, "Interest", "Purchase"):
            group = at(here, crm)
            assert Ways().next(group) == list(groups.next_stages(group))
        assert Ways().next(at(None, SolutionInterestFactory(name="Bare"))) == []

    def test_are_counted_in_the_order_of_the_model(self, crm):
        some = [at(None, crm), at("Awareness", crm), at("Purchase", crm)]

        found = [(one.name, n) for one, n in Ways().counted(some)]

        assert found == [("Awareness", 1), ("Interest", 2), ("Consideration", 1)]
