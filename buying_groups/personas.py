"""Personas: sorts of people, told by values of their attributes.

The attributes of a persona combine with *and*, its values with *or*, without regard to case; a person has the
first persona, in their order, that fits (reference 15.2, U 32). `conditions.PersonaField` says so in SQL.
"""

from __future__ import annotations

from datetime import datetime

from accounts.conditions import Scope
from accounts.conditions.compile import Compiler
from accounts.conditions.grammar import Condition
from accounts.sql import row, sql
from buying_groups.conditions import PERSONA
from buying_groups.models import Persona

RESOURCE = PERSONA.resource


def of_person(person_id: int, *, now: datetime) -> Persona | None:
    """The persona that a person has now, if any.

    :raises CannotCompile: if a persona names an attribute that is gone
    """
    found = row(sql(
        "SELECT {persona} FROM accounts_person person WHERE person.id = {id}",
        persona=PERSONA.value(Scope(now=now), Compiler()), id=person_id,
    ))  # fmt: skip
    return Persona.objects.filter(pk=found[0]).first() if found and found[0] else None


def attributes(condition: Condition) -> list[tuple[str, list[str]]]:
    """The attributes of a persona, with their values."""
    return [(item["field"], list(item["value"])) for item in condition["filters"]]
