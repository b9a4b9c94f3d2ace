from __future__ import annotations

import io
from datetime import datetime

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.core.files import File

from accounts.errors import Conflict
from accounts.findings import Invalid
from accounts.models import Import
from accounts.services import imports
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files_of_the_test(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path


def file(content: str = "Company,Colour\nAcme,red\n", name: str = "my accounts.csv") -> File:
    return File(io.BytesIO(content.encode()), name)


class TestUpload:
    def test_keeps_the_file_with_a_guessed_mapping_for_a_preview(self, now: datetime) -> None:
        job = imports.upload(file(), kind="accounts", by=None, now=now)

        assert (job.status, job.file_name) == (Import.Status.PREVIEW, "my accounts.csv")
        assert job.mapping == {"Company": "account.name", "Colour": ""}
        assert imports.look(job).rows[0].cells == ["Acme", "red"]

    def test_another_mapping_can_be_looked_at_before_it_is_chosen(self, now: datetime) -> None:
        job = imports.upload(file(), kind="accounts", by=None, now=now)

        seen = imports.look(job, {"Company": "account.name", "Colour": "account.employees"})

        assert [problem.column for problem in seen.problems] == ["Colour"]

    @pytest.mark.parametrize("content", ["", "name,Name\n"])
    def test_refuses_a_file_that_cannot_be_read(self, content: str, now: datetime) -> None:
        with pytest.raises(Invalid) as error:
            imports.upload(file(content), kind="accounts", by=None, now=now)

        assert [finding.at for finding in error.value.findings] == [("file",)]
        assert not Import.objects.exists()

    def test_refuses_a_kind_that_is_not_known(self, now: datetime) -> None:
        with pytest.raises(Invalid, match="accounts, people"):
            imports.upload(file(), kind="orders", by=None, now=now)

    def test_needs_the_permissions_to_import_and_to_write(self, now: datetime) -> None:
        user = UserFactory(is_superuser=False)
        user.user_permissions.set(Permission.objects.filter(codename__in=["add_import", "add_account"]))

        with pytest.raises(PermissionDenied, match="change_account"):
            imports.upload(file(), kind="accounts", by=user, now=now)

        user.user_permissions.add(Permission.objects.get(codename="change_account"))
        user = type(user).objects.get(pk=user.pk)
        assert imports.upload(file(), kind="accounts", by=user, now=now).created_by == user
        with pytest.raises(PermissionDenied):
            imports.upload(file("email\na@b.de\n"), kind="people", by=user, now=now)


class TestQueue:
    def test_takes_the_mapping_that_staff_have_chosen(self, now: datetime) -> None:
        job = imports.upload(file(), kind="accounts", by=None, now=now)

        job = imports.queue(job.pk, mapping={"Colour": "account.industry"}, by=None)

        assert job.status == Import.Status.QUEUED
        assert job.mapping == {"Company": "account.name", "Colour": "account.industry"}

    def test_refuses_a_mapping_that_does_not_fit(self, now: datetime) -> None:
        with pytest.raises(Invalid) as error:
            imports.start_import(file(), kind="accounts", mapping={"Shade": "account.city"}, by=None, now=now)

        assert [finding.at for finding in error.value.findings] == [("mapping", "Shade")]
        assert not Import.objects.exists()

    def test_refuses_what_is_queued_already(self, now: datetime) -> None:
        job = imports.start_import(file(), kind="accounts", by=None, now=now)

        with pytest.raises(Conflict):
            imports.queue(job.pk, by=None)


class TestCancel:
    def test_refuses_what_has_ended(self, now: datetime) -> None:
        job = imports.start_import(file(), kind="accounts", by=None, now=now)
        imports.cancel(job.pk, by=None, now=now)

        with pytest.raises(Conflict, match="cancelled"):
            imports.cancel(job.pk, by=None, now=now)
