"""Imports: upload, preview with the mapping, start, figures, bad rows."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts import tasks
from accounts.models import Account, Import, Notice, Person
from accounts.services import imports
from tests.factories import AccountFactory
from tests.factories.admin import staff_with

pytestmark = pytest.mark.django_db
BAD = (
    "\ufeffCompany;Website;Employees;Remarks\n"
    "Globex;globex.example;12;x\n"
    "Initech;initech.example;twelve;\n"
    'Broken "Row;x.example;1\n'
    'Two lines;two.example;3;"y\nz"\n'
    "Globex;globex.example;12;x\n"
).encode()


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def upload(client, to, content, kind="accounts"):
    file = SimpleUploadedFile("file.csv", content, "text/csv")
    return client.post(to(Import, "add"), {"kind": kind, "file": file}, follow=True)


def mapping(answer, **targets):
    """What the browser sends of the preview, with these targets by column instead."""
    columns = answer.context["columns"]
    names = {f"column_{column.number}": column.name for column in columns}
    return {**names, **{f"target_{c.number}": targets.get(c.name, c.target) for c in columns}}


class TestUpload:
    def test_shows_the_first_rows_and_stores_nothing(self, client, to):
        answer = upload(client, to, BAD)

        assert {column.name: column.target for column in answer.context["columns"]} == {
            "Company": "account.name",
            "Website": "account.domain",
            "Employees": "account.employees",
            "Remarks": "",
        }
        assert len(answer.context["seen"].problems) == 2
        assert not Account.objects.exists()

    @pytest.mark.parametrize("content", [b"", b"\xff\xfeA\0", b"a,a\n1,2\n", "ä;ö\n".encode("latin-1")])
    def test_says_why_a_file_cannot_be_read(self, client, to, content):
        answer = upload(client, to, content)

        assert answer.status_code == 400
        assert "file" in answer.context["form"].errors

    def test_needs_the_permission_for_what_the_file_holds(self, client_with, to):
        importer = client_with("view_import", "add_import", "add_account", "change_account")

        assert upload(importer, to, BAD).status_code == 200
        assert upload(importer, to, b"email\na@b.example\n", kind="people").status_code == 403

    def test_a_template_is_understood(self, client, to):
        text = client.get(to(Import, "template", "people")).content
        answer = upload(client, to, text, kind="people")

        assert all(column.target == column.name for column in answer.context["columns"])
        assert client.get(to(Import, "template", "nonsense")).status_code == 404


class TestStart:
    def test_stores_what_is_right_and_names_what_is_not(self, client, to):
        page = upload(client, to, BAD)
        job = page.context["job"]

        answer = client.post(to(Import, "start", job.pk), mapping(page), follow=True)

        job = Import.objects.get()
        assert (job.status, job.rows, job.created, job.unchanged, job.failed) == ("done", 5, 2, 1, 2)
        assert [problem.line for problem in answer.context["problems"]] == [3, 4]
        text = b"".join(client.get(to(Import, "problems", job.pk)).streaming_content).decode()
        assert "3,Employees," in text

    def test_takes_the_mapping_of_the_page(self, client, to):
        page = upload(client, to, b"Company,Sector\nGlobex,Bonn\n")
        job = page.context["job"]

        client.post(to(Import, "start", job.pk), mapping(page, Sector="account.city"))

        assert Account.objects.get().city == "Bonn"

    def test_refuses_a_mapping_at_its_column(self, client, to):
        page = upload(client, to, b"Company,Sector\nGlobex,Bonn\n")
        job = page.context["job"]

        answer = client.post(to(Import, "start", job.pk), mapping(page, Sector="account.name"))

        assert answer.status_code == 400
        assert answer.context["columns"][1].errors
        assert Import.objects.get().status == "preview"

    def test_looks_again_with_another_mapping_and_stores_nothing(self, client, to):
        page = upload(client, to, b"Company,Sector\nGlobex,Bonn\n")
        job = page.context["job"]

        answer = client.post(to(Import, "start", job.pk), {**mapping(page, Sector=""), "look": "1"})

        assert answer.context["columns"][1].target == ""
        assert not Account.objects.exists()

    def test_the_same_file_again_changes_nothing(self, client, to):
        for _ in range(2):
            page = upload(client, to, BAD)
            client.post(to(Import, "start", page.context["job"].pk), mapping(page))

        job = Import.objects.latest("pk")
        assert (job.created, job.updated, job.unchanged) == (0, 0, 3)

    def test_twice_is_a_conflict_and_no_error(self, client, to, said):
        page = upload(client, to, BAD)
        job = page.context["job"]
        client.post(to(Import, "start", job.pk), mapping(page))

        answer = client.post(to(Import, "start", job.pk), mapping(page), follow=True)

        assert "done already" in said(answer)[-1]

    def test_people_come_to_their_account(self, client, to):
        AccountFactory(domain="globex.example")
        page = upload(
            client, to, b"Email,Company domain,Role\nada@globex.example,globex.example,Buyer\n", kind="people"
        )

        client.post(to(Import, "start", page.context["job"].pk), mapping(page))

        assert Person.objects.get().relations.get().role == "Buyer"

    def test_a_get_starts_nothing(self, client, to):
        job = upload(client, to, BAD).context["job"]

        assert client.get(to(Import, "start", job.pk)).status_code == 405
        assert client.get(to(Import, "cancel", job.pk)).status_code == 200
        assert Import.objects.get().status == "preview"


class TestWaiting:
    def queued(self, now):
        file = SimpleUploadedFile("file.csv", BAD)
        return imports.start_import(file, kind="accounts", by=None, now=now)

    def test_shows_how_far_it_has_come(self, client, to, now):
        job = self.queued(now)

        assert "data-progress" in client.get(to(Import, "change", job.pk)).content.decode()
        answer = client.get(to(Import, "progress", job.pk)).json()
        assert (answer["status"], answer["percent"], answer["is_over"]) == ("queued", 0, False)

    def test_is_cancelled(self, client, to, now):
        job = self.queued(now)

        asked = client.get(to(Import, "cancel", job.pk)).content.decode()
        assert "Rows read" in asked
        assert "What is stored stays" in asked
        answer = client.post(to(Import, "cancel", job.pk), follow=True)
        client.post(to(Import, "cancel", job.pk))

        assert Import.objects.get().status == "cancelled"
        assert "It was cancelled by root after 0 rows" in answer.content.decode()
        assert "tl-primary-danger" not in client.get(to(Import, "cancel", job.pk)).content.decode()
        assert not Notice.objects.exists()

    def test_is_cancelled_by_who_may(self, to, now):
        url = to(Import, "cancel", self.queued(now).pk)

        for codenames, status in ((["view_import"], 403), (["view_import", "change_import"], 302)):
            assert staff_with("accounts", codenames).post(url).status_code == status
        assert staff_with("accounts", ["view_import"]).get(url).status_code == 403

    def test_one_that_is_read_at_once_needs_no_notice(self, client, to):
        job = upload(client, to, BAD).context["job"]

        client.post(to(Import, "start", job.pk))

        assert Import.objects.get().status == "done"
        assert not Notice.objects.exists()

    def test_a_worker_takes_it(self, now):
        self.queued(now)

        tasks.run_imports()

        assert Import.objects.get().status == "done"


def test_file_names_and_cells_are_no_markup(client, to):
    script = "<script>alert(1)</script>"
    page = upload(client, to, f"Company,{script}\n{script},{script}\n".encode())

    assert script not in page.content.decode()
