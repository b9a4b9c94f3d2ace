"""Whose saved conditions name something: it cannot be deleted meanwhile (spec 3.2).

Conditions are saved by lists and audiences, and by whatever upper layers have (`settings.CONDITION_OWNERS`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.conditions.grammar import Condition, filters
from accounts.conditions.lookup import Lookup
from accounts.conditions.references import references
from accounts.models import AccountList, Audience
from accounts.references import id_of

Owned = tuple[str, Condition]
"""What the owner of a condition is called ("list Enterprise"), and the condition as it is stored."""


def of_accounts() -> Iterator[Owned]:
    """The conditions of lists, also of drafts, and of audiences."""
    for label, model in (("list", AccountList), ("audience", Audience)):
        for name, condition in model._default_manager.values_list("name", "condition"):
            if condition:
                yield f"{label} {name}", condition


def naming(resource: str, id: int) -> list[str]:
    """What those are called whose conditions refer to this row ("account_list", 3)."""
    lookup = Lookup()
    return _owners(lambda condition: (resource, id) in _named(condition, lookup))


def asking(field: str) -> list[str]:
    """What those are called whose conditions ask for this field ("person.score.fit")."""
    return _owners(lambda condition: any(filter["field"] == field for filter in filters(condition)))


def _owners(does: Callable[[Condition], bool]) -> list[str]:
    return sorted({name for name, condition in _all() if does(condition)})


def _all() -> Iterator[Owned]:
    for path in settings.CONDITION_OWNERS:
        owned: Callable[[], Iterable[Owned]] = import_string(path)
        yield from owned()


def _named(condition: Condition, lookup: Lookup) -> set[tuple[str, int | None]]:
    return {(resource, id_of(value)) for resource, value in references(condition, lookup)}
