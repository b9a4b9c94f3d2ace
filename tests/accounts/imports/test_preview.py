from __future__ import annotations

import io

import pytest

from accounts.imports.preview import preview
from accounts.imports.reading import Row

pytestmark = pytest.mark.django_db


def look(content: str, mapping: dict[str, str] | None = None, size: int = 10):
    return preview(io.BytesIO(content.encode()), "accounts", mapping, size=size)


class TestPreview:
    def test_shows_the_first_rows_with_the_guessed_mapping(self) -> None:
        seen = look("Company;Colour\nAcme;red\nBeta;blue\n", size=1)

        assert seen.mapping == {"Company": "account.name", "Colour": ""}
        assert (seen.left_out, seen.delimiter) == (["Colour"], ";")
        assert seen.rows == [Row(2, ["Acme", "red"])]

    def test_shows_what_is_wrong_with_these_rows(self) -> None:
        seen = look("name,employees\nAcme,many\nBeta\n")

        assert [(problem.line, problem.column) for problem in seen.problems] == [(2, "employees"), (3, "")]

    def test_reads_by_the_mapping_that_is_given(self) -> None:
        seen = look("Company,Colour\nAcme,red\n", {"Colour": "account.employees"})

        assert [problem.column for problem in seen.problems] == ["Colour"]

    def test_says_what_is_wrong_with_the_mapping(self) -> None:
        assert [finding.code for finding in look("Colour\nred\n").findings] == ["no_identity"]
