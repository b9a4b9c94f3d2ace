"""Whoever writes a buying group holds its account first; see `test_lock_order`."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import Account, Person
from accounts.services import accounts as account_services
from accounts.services import people, relations
from buying_groups import rounds
from buying_groups.models import BuyingGroup, CreationJob, JobRun, LeftOver
from buying_groups.services import creation, members
from journeys.engine import admit
from journeys.engine.worker import Worker
from tests.conftest import NOW
from tests.factories import AudienceFactory, BuyingGroupFactory, PersonFactory, SolutionInterestFactory
from tests.factories.buying_groups import job_title, role
from tests.factories.maps import action, publish_map, start
from tests.faults.locks import shortly
from tests.faults.test_lock_order import BY, clock, in_order

pytestmark = pytest.mark.django_db(transaction=True)
IN_ORDER = [("accounts", 0), ("rest", 0)]


@pytest.fixture
def job() -> CreationJob:
    roles = {"Decision Maker": {"condition": job_title("Director")}, "Champion": {}}
    interest = SolutionInterestFactory(name="CRM", roles=roles, updates_groups=True)
    return creation.create(interest, audience=AudienceFactory(), **BY)


@pytest.fixture
def person() -> Person:
    made: Person = PersonFactory(accounts=3, job_title="Director")
    return made


@pytest.fixture
def group(job: CreationJob, person: Person) -> BuyingGroup:
    made: BuyingGroup = BuyingGroupFactory(
        account=Account.objects.order_by("pk")[1], solution_interest=job.solution_interest
    )
    return made


class TestRuns:
    """The account, then the group, its members and the run itself."""

    def test_of_a_night(self, job: CreationJob, person: Person) -> None:
        in_order(lambda: rounds.go_round(clock))
        Person.objects.update(job_title="Pensioner")
        in_order(lambda: rounds.go_round(lambda: NOW + timedelta(days=1)))

    @pytest.mark.parametrize("kind", ["creation", "maintenance"])
    def test_hold_accounts_before_they_write(self, kind: str, group: BuyingGroup, job: CreationJob) -> None:
        run = creation.run(job, **BY) if kind == "creation" else creation.maintain(None, **BY)
        found = in_order(lambda: rounds.WORK[kind](run, clock, lambda: False))
        assert shortly(max(found, key=len)) == IN_ORDER

    @pytest.mark.parametrize("kind", ["creation", "maintenance"])
    def test_wait_for_what_is_left_over_in_order(
        self, kind: str, group: BuyingGroup, job: CreationJob
    ) -> None:
        run = creation.run(job, **BY) if kind == "creation" else creation.maintain(None, **BY)
        JobRun.objects.update(status="running", position=2**60)
        left = group.pk if kind == "maintenance" else Account.objects.order_by("pk")[0].pk
        LeftOver.objects.create(run=run, subject_id=left)
        run.refresh_from_db(fields=["position"])
        found = in_order(lambda: rounds.WORK[kind](JobRun.objects.get(pk=run.pk), clock, lambda: False))
        assert shortly(max(found, key=len)) == IN_ORDER


class TestServices:
    def test_of_members(self, group: BuyingGroup, person: Person) -> None:
        champion, decider = ({person.pk: role(name).pk} for name in ("Champion", "Decision Maker"))
        for call in (
            lambda: members.assign(group, champion, **BY),
            lambda: members.change_role(group, decider, **BY),
            lambda: members.remove(group, [person.pk], **BY),
        ):
            [found] = in_order(call)
            assert shortly(found) == IN_ORDER

    def test_of_those_who_leave_and_are_deleted(self, group: BuyingGroup, person: Person) -> None:
        members.assign(group, {person.pk: role("Champion").pk}, **BY)
        in_order(lambda: relations.remove(group.account_id, person.pk, **BY))
        in_order(lambda: people.delete([person.pk], **BY))
        in_order(lambda: account_services.delete([group.account_id], by=None))

    def test_of_jobs(self, job: CreationJob) -> None:
        in_order(lambda: creation.run(job, **BY))
        in_order(lambda: creation.maintain(job.solution_interest, **BY))
        in_order(lambda: creation.delete(job, **BY))


def test_a_batch_of_a_journey(group: BuyingGroup, person: Person) -> None:
    interest = {"solution_interest": {"id": group.solution_interest_id, "name": "CRM"}}
    champion = {"role": {"id": role("Champion").pk, "name": "Champion"}}
    journey = publish_map(
        start(), action("in", "assign_to_buying_group", **interest, **champion),
        action("out", "remove_from_buying_group", **interest),
    )  # fmt: skip
    admit.admit(journey.pk, clock=clock)
    moved = in_order(lambda: Worker(clock=clock).move_due())[1]
    assert [what for what, _ in shortly(moved)] == ["journey fence", "accounts", "rest"]
    assert group.members.get().is_removed
