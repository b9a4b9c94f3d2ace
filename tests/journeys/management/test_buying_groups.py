from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from buying_groups.models import BuyingGroup, CreationJob, JobRun
from journeys.services import hold_engine
from tests.factories import AudienceFactory, PersonFactory, SolutionInterestFactory
from tests.factories.buying_groups import job_title

pytestmark = pytest.mark.django_db


def test_does_what_the_night_does_and_says_what_it_came_to(now):
    interest = SolutionInterestFactory(roles={"Decision Maker": {"condition": job_title("Director")}})
    CreationJob.objects.create(solution_interest=interest, audience=AudienceFactory(), created_at=now)
    PersonFactory(accounts=1, job_title="Director")

    out = StringIO()
    call_command("buying_groups", stdout=out)

    assert BuyingGroup.objects.get().completeness == 100
    creation, maintenance, *_ = out.getvalue().splitlines()
    assert creation.endswith(": done created_groups=1 added=1 rescored=1")
    assert maintenance.startswith("maintenance")
    assert set(JobRun.objects.values_list("status", flat=True)) == {"done"}


def test_does_it_again_although_the_night_is_through():
    SolutionInterestFactory()
    for _ in range(2):
        call_command("buying_groups", stdout=StringIO())

    assert JobRun.objects.filter(kind="maintenance").count() == 2


def test_refuses_while_the_engine_is_held(now):
    SolutionInterestFactory()
    hold_engine(because="Restored", by=None, now=now)

    with pytest.raises(CommandError, match="held"):
        call_command("buying_groups", stdout=StringIO())

    assert not JobRun.objects.exists()
