from __future__ import annotations

import csv
import io
import tracemalloc
from datetime import date

import pytest
from django.db.models import F, Value

from accounts.exports import Column, attribute_columns, cell, harmless, stream, without_guard
from accounts.models import Account, Person, PersonScore
from tests.accounts.imports.conftest import figures, import_csv  # noqa: F401
from tests.factories import AccountFactory, CustomAttributeFactory, PersonFactory, ScoreFactory

FORMULAS = ["=1+1", "+49 30", "-2", "@SUM(A1)", "\tx", "\rx"]


class TestCell:
    @pytest.mark.parametrize("text", FORMULAS)
    def test_text_that_a_spreadsheet_takes_for_a_formula_is_made_harmless(self, text: str) -> None:
        assert cell(text) == "'" + text

    @pytest.mark.parametrize("text", [*FORMULAS, "'=1", "''=1", "'tis", "Acme", ""])
    def test_the_guard_can_be_taken_off(self, text: str) -> None:
        assert without_guard(harmless(text)) == text

    @pytest.mark.parametrize("number", [-5, -1.5, 0])
    def test_a_number_stays_a_number(self, number: float) -> None:
        assert cell(number) == number

    def test_yes_no_dates_and_nothing(self) -> None:
        values = [True, False, date(2027, 3, 1), None]

        assert [cell(value) for value in values] == ["yes", "no", "2027-03-01", ""]


@pytest.mark.django_db
class TestStream:
    def test_a_column_may_say_its_values_in_its_own_words(self) -> None:
        AccountFactory(custom={"a": [1, 2]})
        column = Column("sum", F("custom"), shown=lambda value: f"={sum(value['a'])}")

        assert list(stream(Account.objects.all(), [column])) == ["sum\r\n", "'=3\r\n"]

    def test_writes_the_chosen_columns_in_the_order_of_the_queryset(self) -> None:
        AccountFactory(name="Beta, Inc", employees=5)
        AccountFactory(name='Acme "Best"', employees=None)
        columns = [Column("Name", F("name")), Column("=Size", F("employees"))]

        text = "".join(stream(Account.objects.order_by("name"), columns))

        assert text == 'Name,\'=Size\r\n"Acme ""Best""",\r\n"Beta, Inc",5\r\n'

    def test_ten_rows_and_a_thousand_take_the_same_number_of_queries(self, count_queries) -> None:
        AccountFactory.create_batch(10)
        few = count_queries(lambda: list(stream(Account.objects.all(), [Column("name", F("name"))])))
        Account.objects.bulk_create(Account(name=f"Company {number}") for number in range(5_000))

        assert count_queries(lambda: list(stream(Account.objects.all(), [Column("name", F("name"))]))) == few

    def test_memory_does_not_grow_with_the_list(self) -> None:
        columns = [Column("name", F("name")), Column("padding", Value("x" * 500))]
        Account.objects.bulk_create(Account(name=f"Company {number}") for number in range(4_000))

        def peak() -> int:
            tracemalloc.start()
            for _ in stream(Account.objects.all(), columns):
                pass
            _, most = tracemalloc.get_traced_memory()
            tracemalloc.stop()
            return most

        peak()
        few = peak()
        Account.objects.bulk_create(Account(name=f"Company {number}") for number in range(16_000))
        assert peak() < few * 1.5

    def test_an_exported_file_changes_nothing_when_it_is_imported(self, import_csv) -> None:  # noqa: F811
        CustomAttributeFactory(name="tier")
        CustomAttributeFactory(name="seats", type="number")
        CustomAttributeFactory(name="vip", type="yes_no")
        AccountFactory(
            external_id="A1",
            name="=Acme",
            annual_revenue="-12.50",
            employees=0,
            custom={"tier": "-", "seats": 1.5, "vip": False},
        )
        AccountFactory(external_id="B1", name="Beta", domain="", industry="IT\nServices")

        text = "".join(stream(Account.objects.order_by("pk"), attribute_columns("account")))

        assert figures(import_csv("accounts", text)) == (0, 0, 2, 0)

    def test_exported_people_change_nothing_when_they_are_imported(self, import_csv) -> None:  # noqa: F811
        fit = ScoreFactory(name="fit")
        anna = PersonFactory(
            phone="+49 30", date_of_birth=date(1980, 2, 29), consent_email="yes", is_test=True
        )
        PersonFactory()
        PersonScore.objects.create(person=anna, score=fit, value=-5)

        text = "".join(stream(Person.objects.order_by("pk"), attribute_columns("person")))

        header, first, _ = list(csv.reader(io.StringIO(text)))
        assert dict(zip(header, first, strict=True))["score.fit"] == "-5"
        assert figures(import_csv("people", text)) == (0, 0, 2, 0)
