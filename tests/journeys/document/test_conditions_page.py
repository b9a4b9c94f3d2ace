"""The page about conditions says what is so: fields, operators, examples."""

from __future__ import annotations

import re

import pytest

from accounts import conditions
from accounts.conditions import registry
from accounts.conditions.grammar import MAX_DEPTH, MAX_FILTERS, MAX_FILTERS_IN_ALL
from accounts.conditions.operators import DENIES, OPERATORS, Operator, Type
from journeys.document.parse import parse
from tests.architecture.source import ROOT
from tests.factories import AccountListFactory, AudienceFactory, CustomAttributeFactory
from tests.factories.buying_groups import SolutionInterestFactory

PAGE = (ROOT / "docs" / "reference" / "conditions.md").read_text()
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


def rows(heading: str) -> list[tuple[str, list[str]]]:
    """The rows of the first table below a heading: the first cell, and the words in code of the second."""
    table = PAGE.partition(f"## {heading}\n")[2].partition("\n|")[2].partition("\n\n")[0]
    cells = [line.strip("| ").split(" | ") for line in table.splitlines()[2:]]
    return [(first, re.findall(r"`(\w+)`", second)) for first, second in cells]


def test_every_type_has_the_operators_that_the_page_gives_it() -> None:
    said = {Type(type): operators for types, operators in rows("Operators") for type in types.split(", ")}

    assert said == {type: [str(operator) for operator in known] for type, known in OPERATORS.items()}


def test_every_field_that_is_always_there_is_listed_with_its_type() -> None:
    table = PAGE.partition("## Fields\n")[2].partition("\n|")[2].partition("\n\n")[0]
    said = {
        name: line.rstrip(" |").rpartition("| ")[2]
        for line in table.splitlines()[2:]
        for name in re.findall(r"`((?:account|person)\.\w+)`", line)
    }

    assert said == {name: str(field.type) for name, field in registry.fixed().items()}


def test_the_limits_are_those_of_the_grammar() -> None:
    assert f"At most {MAX_FILTERS} filters in a group, {MAX_DEPTH} groups in one another" in PAGE
    assert f"{MAX_FILTERS_IN_ALL} filters in all." in PAGE


def test_it_names_the_operators_that_a_missing_value_satisfies() -> None:
    said = PAGE.partition("## Missing values\n")[2].partition(". It")[0]

    assert set(re.findall(r"`(\w+)`", said)) == {Operator.IS_EMPTY, *DENIES} - {Operator.HAS_NOT}


@pytest.mark.django_db
@pytest.mark.parametrize("text", EXAMPLES, ids=range(len(EXAMPLES)))
def test_every_example_is_right_and_can_be_asked(text: str) -> None:
    AccountListFactory(name="Enterprise")
    AudienceFactory(name="Banks")
    CustomAttributeFactory(name="renewal", type="date")
    CustomAttributeFactory(name="strategic", type="yes_no")
    SolutionInterestFactory(name="CRM")
    condition = parse(text)

    about = "person" if "person.persona" in text else "account"
    assert conditions.check(condition, about=about) == []
    assert conditions.describe(condition)
