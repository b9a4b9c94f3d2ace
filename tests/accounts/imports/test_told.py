"""Who is told what has become of an import."""

from __future__ import annotations

import io

import pytest
from django.core.files import File

from accounts import notices
from accounts.imports.run import run
from accounts.models import Import, Notice
from accounts.services import imports
from tests.conftest import NOW
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def user(db: None):
    return UserFactory(username="ada")


def csv_file(content: str) -> File:
    return File(io.BytesIO(content.encode()), "accounts.csv")


def queued(user, content: str = "name,employees\nAcme,3\nGlobex,many\n") -> Import:
    return imports.start_import(csv_file(content), kind="accounts", by=user, now=NOW)


def said() -> list[tuple[str, str]]:
    return [(notice.level, notices.text(notice)) for notice in Notice.objects.order_by("pk")]


def test_who_made_it_is_told_that_it_is_done(user):
    job = queued(user)

    run(job.pk, clock=lambda: NOW)

    assert said() == [("look", "The import of “accounts.csv” is done. Created: 1, updated: 0, left out: 1.")]
    notice = Notice.objects.get()
    assert (notice.user, notice.about, notice.about_id) == (user, "accounts.import", job.pk)


def test_all_well_is_good(user):
    run(queued(user, "name\nAcme\n").pk, clock=lambda: NOW)

    assert Notice.objects.get().level == "good"


def test_why_it_has_failed(user):
    run(queued(user, "name\n").pk, clock=lambda: NOW)

    assert said() == [("bad", "The import of “accounts.csv” has failed: The file has a header and no rows.")]


def test_who_has_cancelled_it(user):
    other = UserFactory(username="ben")

    imports.cancel(queued(user).pk, by=other, now=NOW)

    assert said() == [("look", "The import of “accounts.csv” was cancelled by ben after 0 rows.")]
    assert Import.objects.get().cancelled_by == other


def test_nothing_to_who_has_cancelled_it_or_only_looked_at_it_or_waits_for_it(user):
    other = UserFactory(username="ben")
    imports.cancel(queued(user).pk, by=user, now=NOW)
    imports.cancel(
        imports.upload(csv_file("name\nA\n"), kind="accounts", by=user, now=NOW).pk, by=other, now=NOW
    )
    run(queued(user).pk, clock=lambda: NOW, tells=False)
    run(queued(None).pk, clock=lambda: NOW)

    assert said() == []


def test_who_asked_first_has_cancelled_it(user, monkeypatch):
    monkeypatch.setattr(imports.locks, "is_alive", lambda import_id: True)
    job = queued(user)
    job.start(now=NOW)
    job.save()

    imports.cancel(job.pk, by=user, now=NOW)
    imports.cancel(job.pk, by=UserFactory(), now=NOW)

    assert Import.objects.get().cancelled_by == user


def test_started_again_nobody_has_cancelled_it(user):
    job = queued(user)
    imports.cancel(job.pk, by=user, now=NOW)

    imports.queue(job.pk, by=user)

    assert Import.objects.get().cancelled_by is None
