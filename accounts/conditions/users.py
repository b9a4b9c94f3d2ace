"""Whose saved conditions name something: it cannot be deleted meanwhile (spec 3.2).

Conditions are saved by lists and audiences, and by whatever upper layers have (`settings.CONDITION_OWNERS`).
Fields are kept for journeys, too (`settings.FIELD_USERS`), also for drafts: a draft that names a list which is gone
has a problem, one that names a field which is gone cannot even be saved. What published journeys refer to is
protected by foreign keys.
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
    owners = settings.CONDITION_OWNERS
    return _owners(owners, lambda condition: (resource, id) in _named(condition, lookup))


def asking(field: str) -> list[str]:
    """What those are called whose conditions ask for this field ("person.score.fit")."""
    owners = [*settings.CONDITION_OWNERS, *settings.FIELD_USERS]
    return _owners(owners, lambda condition: any(item["field"] == field for item in filters(condition)))


def _owners(paths: Iterable[str], does: Callable[[Condition], bool]) -> list[str]:
    return sorted({name for name, condition in _all(paths) if does(condition)})


def _all(paths: Iterable[str]) -> Iterator[Owned]:
    for path in paths:
        owned: Callable[[], Iterable[Owned]] = import_string(path)
        yield from owned()


def _named(condition: Condition, lookup: Lookup) -> set[tuple[str, int | None]]:
    return {(resource, id_of(value)) for resource, value in references(condition, lookup)}
