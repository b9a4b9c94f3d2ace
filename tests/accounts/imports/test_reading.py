from __future__ import annotations

import io

import pytest

from accounts.imports.reading import CsvFile, Problem, Row, Unreadable


def read(content: str | bytes) -> CsvFile:
    return CsvFile(io.BytesIO(content.encode() if isinstance(content, str) else content))


class TestCsvFile:
    def test_reads_commas(self) -> None:
        csv = read("name,domain\nAcme,acme.com\n")

        assert csv.header == ["name", "domain"]
        assert list(csv) == [Row(2, ["Acme", "acme.com"])]

    def test_reads_semicolons(self) -> None:
        csv = read("name;city\nAcme, Inc;Köln\n")

        assert csv.delimiter == ";"
        assert list(csv) == [Row(2, ["Acme, Inc", "Köln"])]

    def test_passes_over_a_byte_order_mark(self) -> None:
        csv = read(b"\xef\xbb\xbfname,city\nAcme,K\xc3\xb6ln\n")

        assert csv.header == ["name", "city"]
        assert list(csv) == [Row(2, ["Acme", "Köln"])]

    def test_a_row_is_named_by_the_line_on_which_it_starts(self) -> None:
        csv = read('name,city\n"Acme\nof\nold",Rome\nBeta,Bonn\n')

        assert list(csv) == [Row(2, ["Acme\nof\nold", "Rome"]), Row(5, ["Beta", "Bonn"])]

    def test_a_header_may_have_line_breaks_in_quotes(self) -> None:
        csv = read('"account\nname",city\nAcme,Rome\n')

        assert csv.header == ["account\nname", "city"]
        assert list(csv) == [Row(3, ["Acme", "Rome"])]

    def test_windows_line_ends_and_a_last_line_without_end_are_read(self) -> None:
        assert list(read("name,city\r\nAcme,Rome\r\nBeta,Bonn")) == [
            Row(2, ["Acme", "Rome"]),
            Row(3, ["Beta", "Bonn"]),
        ]

    def test_line_ends_of_old_macs_are_read(self) -> None:
        content = '\ufeffname,city\r"Acme\rof old",Köln\r\rBeta,Bonn'.encode()
        csv = read(content)

        assert csv.header == ["name", "city"]
        assert list(csv) == [Row(2, ["Acme\nof old", "Köln"]), Row(5, ["Beta", "Bonn"])]
        assert csv.bytes_read == len(content)

    def test_a_long_file_with_line_ends_of_old_macs_is_read_whole(self) -> None:
        names = [f"Company {number}" for number in range(30_000)]
        rows = list(read("name,city\r" + "".join(f"{name},Bonn\r" for name in names)))

        assert [row.cells[0] for row in rows if isinstance(row, Row)] == names
        assert rows[-1].line == 30_001

    def test_a_carriage_return_inside_quotes_stays_where_lines_end_otherwise(self) -> None:
        assert list(read('name,city\nAcme,"Ro\rme"\n')) == [Row(2, ["Acme", "Ro\rme"])]

    def test_lines_without_text_are_passed_over(self) -> None:
        assert list(read("name,city\n\n , \nAcme,Rome\n,\n")) == [Row(4, ["Acme", "Rome"])]

    @pytest.mark.parametrize("cells", ["Acme", "Acme,Rome,9"])
    def test_a_row_with_another_number_of_cells_is_a_problem_and_the_next_one_is_read(
        self, cells: str
    ) -> None:
        problem, row = read(f"name,city\n{cells}\nBeta,Bonn\n")

        assert isinstance(problem, Problem)
        assert problem.line == 2
        said = f"The row has {'1 cell' if cells == 'Acme' else '3 cells'}, the header 2; put"
        assert problem.reason.startswith(said)
        assert row == Row(3, ["Beta", "Bonn"])

    def test_a_quote_that_is_never_closed_costs_its_own_row_only(self) -> None:
        problem, *rest = read('name,city\n"Acme,Rome\nBeta,Bonn\nGamma,Graz\n')

        assert isinstance(problem, Problem)
        assert (problem.line, problem.reason) == (2, "A quote is opened and never closed.")
        assert rest == [Row(3, ["Beta", "Bonn"]), Row(4, ["Gamma", "Graz"])]

    def test_a_quote_that_runs_away_in_a_long_file_costs_its_own_row_only(self) -> None:
        rows = "".join(f"Company {number},Bonn\n" for number in range(1_000))
        problem, *rest = read(f'name,city\n"Acme,Rome\n{rows}')

        assert isinstance(problem, Problem)
        assert len(rest) == 1_000
        assert rest[-1] == Row(1_002, ["Company 999", "Bonn"])

    def test_a_quote_inside_quotes_that_is_not_doubled_is_a_problem(self) -> None:
        problem, row = read('name,city\n"Acme "Best" Inc",Rome\nBeta,Bonn\n')

        assert isinstance(problem, Problem)
        assert "written twice" in problem.reason
        assert row == Row(3, ["Beta", "Bonn"])

    def test_counts_the_bytes_it_has_read(self) -> None:
        content = "name,city\nAcme,Köln\n".encode("utf-8-sig")
        csv = read(content)

        list(csv)

        assert csv.bytes_read == len(content)


class TestRefusedFiles:
    @pytest.mark.parametrize("content", ["", "\n\n", ",,\n"])
    def test_an_empty_file_is_refused(self, content: str) -> None:
        with pytest.raises(Unreadable, match="The file is empty"):
            read(content)

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            ('"name,city\nAcme,Rome\n', "A quote is opened and never closed"),
            ('"na"me",city\nAcme,Rome\n', "must be written twice"),
            ("name,city\rAcme,Rome\nBeta,Bonn\n", "The first line .*end all lines in the same way"),
        ],
    )
    def test_a_first_line_that_is_broken_is_not_called_empty(self, content: str, said: str) -> None:
        with pytest.raises(Unreadable, match=said):
            read(content)

    def test_old_macs_in_another_encoding_are_refused_with_the_line(self) -> None:
        with pytest.raises(Unreadable, match="line 3 holds the byte 0xF6"):
            read("name,city\rAcme,Rome\rBeta,Köln\r".encode("latin-1"))

    @pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
    def test_another_unicode_encoding_is_refused_by_its_name(self, encoding: str) -> None:
        with pytest.raises(Unreadable, match=encoding.upper()):
            read("name,city\nAcme,Rome\n".encode(encoding))

    def test_utf_16_without_a_mark_is_refused(self) -> None:
        with pytest.raises(Unreadable, match="not text in UTF-8"):
            read("name,city\nAcme,Rome\n".encode("utf-16-le"))

    def test_latin_1_is_refused_with_the_line(self) -> None:
        with pytest.raises(Unreadable, match=r"line 3 holds the byte 0xF6.*CSV UTF-8"):
            read("name,city\nAcme,Rome\nBeta,Köln\n".encode("latin-1"))

    def test_a_stray_byte_in_a_file_that_is_utf_8_elsewhere_costs_its_row_only(self) -> None:
        rows = list(read("name,city\nAcme,Köln\n".encode() + b"Beta,K\xf6ln\nGamma,Graz\n"))

        assert rows[1] == Problem(3, "city", "The value is not UTF-8. Save it as “CSV UTF-8” and try again.")
        assert rows[2] == Row(4, ["Gamma", "Graz"])

    def test_a_header_that_names_a_column_twice_is_refused(self) -> None:
        with pytest.raises(Unreadable, match=r"“Name” twice \(columns 1 and 3\)"):
            read("name,city,Name\nAcme,Rome,Beta\n")

    def test_a_line_without_an_end_is_refused(self) -> None:
        with pytest.raises(Unreadable, match="Line 2 is longer"):
            list(read("name\n" + "x" * 1_000_001))
