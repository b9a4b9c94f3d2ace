"""Whose saved conditions name something: it cannot be deleted meanwhile (spec 3.2).

Conditions are saved by lists and audiences, and by whatever upper layers have (`settings.CONDITION_OWNERS`).
Fields are kept for journeys, too (`settings.FIELD_USERS`), for their conditions and their actions, also in drafts: a
draft that names a list which is gone has a problem, one that names a field which is gone cannot even be saved. What
published journeys refer to is protected by foreign keys.

Whoever asks here to delete has `saving.one_at_a_time`, and who publishes has that or `saving.nothing_goes`: so nobody
names in this very moment what is about to go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts.conditions.grammar import Condition, filters
from accounts.conditions.lookup import Lookup
from accounts.conditions.references import references
from accounts.models import AccountList, Audience
from accounts.references import id_of

Owned = tuple[str, Condition]
"""What the owner of a condition is called ("list Enterprise"), and the condition as it is stored."""

Asking = tuple[str, Iterable[str]]
"""What somebody is called who needs fields ("journey Welcome"), and the names of these fields."""


def of_accounts() -> Iterator[Owned]:
    """The conditions of lists, also of drafts, and of audiences."""
    for said, model in ((_("list %(name)s"), AccountList), (_("audience %(name)s"), Audience)):
        for name, condition in model._default_manager.values_list("name", "condition"):
            if condition:
                yield said % {"name": name}, condition


def naming(resource: str, id: int) -> list[str]:
    """What those are called whose conditions refer to this row ("account_list", 3)."""
    lookup = Lookup()
    return sorted({name for name, condition in _owned() if (resource, id) in _named(condition, lookup)})


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


def _named(condition: Condition, lookup: Lookup) -> set[tuple[str, int | None]]:
    return {(resource, id_of(value)) for resource, value in references(condition, lookup)}
