from __future__ import annotations

import pytest
from django.conf import settings

from buying_groups import tasks
from buying_groups.models import JobRun
from tests.factories import SolutionInterestFactory


@pytest.mark.django_db
def test_the_task_goes_round():
    SolutionInterestFactory()

    tasks.keep()

    assert set(JobRun.objects.values_list("kind", "status")) == {
        ("maintenance", "done"),
        ("engagement", "done"),
    }


def test_beat_starts_it():
    assert tasks.keep.name in {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
