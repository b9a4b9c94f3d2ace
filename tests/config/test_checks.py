from __future__ import annotations

import sys
from pathlib import Path

import pytest
from celery import current_app
from django.conf import settings
from django.core.checks.registry import registry

from config.checks import check_one_fsm, check_times
from config.postgres.checks import check_database


class TestOneFsm:
    def test_finds_nothing_here(self):
        assert check_one_fsm() == []

    def test_refuses_django_fsm_beside_django_fsm_2(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        metadata = tmp_path / "django_fsm-3.0.1.dist-info" / "METADATA"
        metadata.parent.mkdir()
        metadata.write_text("Metadata-Version: 2.1\nName: django-fsm\nVersion: 3.0.1\n")
        monkeypatch.syspath_prepend(str(tmp_path))
        assert str(tmp_path) in sys.path
        assert [problem.id for problem in check_one_fsm()] == ["throughline.E010"]


class TestTimes:
    def test_the_defaults_are_right(self):
        assert check_times() == []

    @pytest.mark.parametrize(
        ("name", "wrong", "id"),
        [
            ("BUYING_GROUPS_TIME_ZONE", "Mars/Olympus", "throughline.E011"),
            ("BUYING_GROUPS_TIME_ZONE", "../etc", "throughline.E011"),
            ("BUYING_GROUPS_NIGHT", "midnight", "throughline.E012"),
            ("BUYING_GROUPS_NIGHT", "25:00", "throughline.E012"),
            ("BUYING_GROUPS_NIGHT", "01:00+02:00", "throughline.E012"),
        ],
    )
    def test_a_wrong_one_is_named(self, settings, name, wrong, id):
        setattr(settings, name, wrong)

        [problem] = check_times()

        assert problem.id == id
        assert problem.msg.startswith(f"{name}: ")
        assert wrong in problem.msg


def test_the_checks_are_registered():
    assert {check_one_fsm, check_times, check_database} <= registry.registered_checks


class TestTheSchedule:
    def test_names_tasks_that_exist(self):
        current_app.loader.import_default_modules()
        assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} <= set(current_app.tasks)

    def test_no_message_waits_for_ever(self):
        for entry in settings.CELERY_BEAT_SCHEDULE.values():
            assert entry["schedule"] < entry["options"]["expires"] <= 4 * entry["schedule"]

    def test_an_account_that_qualifies_enters_within_a_minute(self):
        admit = settings.CELERY_BEAT_SCHEDULE["admit"]["schedule"]
        assert admit + settings.ENGINE_SLICE < 60
