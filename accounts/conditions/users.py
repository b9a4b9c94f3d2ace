"""Whose saved conditions name something: it cannot be deleted meanwhile (spec 3.2).

Conditions are saved by lists and audiences, and by whatever upper layers have (`settings.CONDITION_OWNERS`).
Fields are kept for journeys, too (`settings.FIELD_USERS`), for their conditions and their actions, also in drafts: a
draft that names a list which is gone has a problem, one that names a field which is gone cannot even be saved. What
published journeys refer to is protected by foreign keys.

Whoever asks here to delete has `saving.one_at_a_time`, and who publishes has that or `saving.nothing_goes`: so nobody
names in this very moment what is about to go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from django.conf import settings
from django.db import models
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts.conditions.grammar import Condition, filters
from accounts.conditions.lookup import Lookup
from accounts.conditions.references import references
from accounts.models import AccountList, Audience
from accounts.references import id_of

Owned = tuple[str, Condition]
"""What the owner of a condition is called ("list Enterprise"), and the condition as it is stored."""

RESOURCES: dict[type[models.Model], str] = {AccountList: "account_list", Audience: "audience"}

Asking = tuple[str, Iterable[str]]
"""What somebody is called who needs fields ("journey Welcome"), and the names of these fields."""


def of_accounts() -> Iterator[Owned]:
    """The conditions of lists, also of drafts, and of audiences."""
    for model in (AccountList, Audience):
        for name, condition in model._default_manager.values_list("name", "condition"):
            if condition:
                yield _called(model, name), condition


def called(row: AccountList | Audience) -> str:
    """What a list or audience is called as the owner of its condition."""
    return _called(type(row), row.name)


def _called(model: type[models.Model], name: str) -> str:
    said = _("list %(name)s") if model is AccountList else _("audience %(name)s")
    return said % {"name": name}


def naming_each(rows: Sequence[AccountList | Audience]) -> dict[int, set[str]]:
    """What those are called whose conditions refer to each of these rows of one sort, by their ids."""
    found: dict[int, set[str]] = {row.pk: set() for row in rows}
    for resource, id, name in _references() if rows else ():
        if id in found and resource == RESOURCES[type(rows[0])]:
            found[id].add(name)
    return found


def naming(resource: str, id: int) -> list[str]:
    """What those are called whose conditions refer to this row ("account_list", 3)."""
    return sorted({name for *found, name in _references() if found == [resource, id]})


def named(model: type[AccountList | Audience]) -> set[int]:
    """The ids of the rows that a condition refers to."""
    return {id for resource, id, _name in _references() if resource == RESOURCES[model]}


def asking(field: str) -> list[str]:
    """What those are called who ask for this field ("person.score.fit"), in a condition or otherwise."""
    return sorted({name for name, fields in _asking() if field in fields})


def writing(attribute: str) -> list[str]:
    """What those are called whose actions change this attribute ("account.custom.tier")."""
    writers = _told(settings.ATTRIBUTE_WRITERS)
    return sorted({name for name, attributes in writers if attribute in attributes})


def fields_of(condition: Condition) -> set[str]:
    """The names of the fields that a condition asks for."""
    return {filter["field"] for filter in filters(condition)}


def _asking() -> Iterator[Asking]:
    yield from ((name, fields_of(condition)) for name, condition in _owned())
    yield from _told(settings.FIELD_USERS)


def _told(paths: Iterable[str]) -> Iterator[Asking]:
    for path in paths:
        users: Callable[[], Iterable[Asking]] = import_string(path)
        yield from users()


def _owned() -> Iterator[Owned]:
    for path in settings.CONDITION_OWNERS:
        owned: Callable[[], Iterable[Owned]] = import_string(path)
        yield from owned()


def _references() -> Iterator[tuple[str, int, str]]:
    """What all conditions refer to: the resource, the id, and what the owner of the condition is called."""
    lookup = Lookup()
    for name, condition in _owned():
        for resource, value in references(condition, lookup):
            if (id := id_of(value)) is not None:
                yield resource, id, name
