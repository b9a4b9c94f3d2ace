from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Account, Import, Person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files_of_the_test(settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def write(folder: Path, content: str) -> str:
    path = folder / "file.csv"
    path.write_text(content, encoding="utf-8")
    return str(path)


def call(*arguments: str) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command(*arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


class TestImportAccounts:
    def test_prints_the_figures_the_bad_rows_and_what_was_left_out(self, tmp_path: Path) -> None:
        path = write(tmp_path, "name,domain,employees,Colour\nAcme,acme.com,5,red\nBeta,beta.com,many,blue\n")

        out, err = call("import_accounts", path)

        assert "Left out: Colour" in out
        assert "Done: 2 rows, 1 created, 0 updated, 0 unchanged, 1 bad" in out
        assert "line 3, employees: “many” is no number" in err

    def test_takes_a_mapping(self, tmp_path: Path) -> None:
        path = write(tmp_path, "name,Branche\nAcme,Banking\n")

        call("import_accounts", path, "--mapping", "Branche=account.industry")

        assert Account.objects.get().industry == "Banking"

    @pytest.mark.parametrize(
        ("mapping", "message"),
        [
            ("Branche", "no COLUMN=FIELD"),
            ("Shade=account.city", "no column “Shade”"),
            ("Branche=account.shape", "no field of accounts"),
        ],
    )
    def test_refuses_a_mapping_that_does_not_fit(self, tmp_path: Path, mapping: str, message: str) -> None:
        path = write(tmp_path, "name,Branche\nAcme,Banking\n")

        with pytest.raises(CommandError, match=message):
            call("import_accounts", path, "--mapping", mapping)

    def test_a_file_that_is_not_there_is_one_clear_line(self) -> None:
        with pytest.raises(CommandError, match=r"^/no/such.csv cannot be read: No such file or directory\.$"):
            call("import_accounts", "/no/such.csv")

    @pytest.mark.parametrize(("content", "message"), [("", "is empty"), ("name\n", "a header and no rows")])
    def test_a_file_without_rows_fails(self, tmp_path: Path, content: str, message: str) -> None:
        with pytest.raises(CommandError, match=message):
            call("import_accounts", write(tmp_path, content))

    def test_ends_with_1_when_every_row_is_bad(self, tmp_path: Path) -> None:
        with pytest.raises(SystemExit) as end:
            call("import_accounts", write(tmp_path, "name,employees\nAcme,many\n"))

        assert end.value.code == 1
        assert Import.objects.get().status == Import.Status.DONE


class TestImportPeople:
    def test_imports_people(self, tmp_path: Path) -> None:
        out, _ = call("import_people", write(tmp_path, "email\nanna@acme.com\n"))

        assert "1 created" in out
        assert Person.objects.get().email == "anna@acme.com"
