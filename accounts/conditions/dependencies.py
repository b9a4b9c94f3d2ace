"""What saved conditions stand on: dynamic lists and audiences that name one another.

A list or audience that names itself by a detour has no meaning, so circles are refused; without them the
lists have an order in which one round brings all of them up to date.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.conditions.grammar import Condition
from accounts.conditions.lookup import Lookup
from accounts.conditions.references import references
from accounts.models import AccountList, Audience
from accounts.references import id_of

Key = tuple[str, int]
"""("account_list", 3) or ("audience", 7)."""

RESOURCES = ("account_list", "audience")


@dataclass(frozen=True)
class Saved:
    """A list or audience, and what its condition names."""

    name: str
    names: frozenset[Key] = frozenset()
    revision: int = 0


class Dependencies:
    """All lists and audiences of the moment; two queries."""

    def __init__(self) -> None:
        self.lookup = Lookup()
        self._saved: dict[Key, Saved] = {}
        for id, name, condition in AccountList.objects.values_list("pk", "name", "condition"):
            self._saved["account_list", id] = Saved(name, self.named(condition))
        audiences = Audience.objects.values_list("pk", "name", "condition", "revision")
        for id, name, condition, revision in audiences:
            self._saved["audience", id] = Saved(name, self.named(condition), revision)

    def named(self, condition: Condition | None) -> frozenset[Key]:
        """The lists and audiences that a pinned condition names."""
        found = references(condition, self.lookup) if condition else []
        keys = ((resource, id_of(value)) for resource, value in found if resource in RESOURCES)
        return frozenset((resource, id) for resource, id in keys if id is not None)

    def circle(self, start: Key, condition: Condition) -> list[str]:
        """The names along a way from `start`, if it had this condition, back to itself; [] if none."""
        way = self._way_to(start, self.named(condition), set())
        return [self._saved[key].name for key in [start, *way]] if way else []

    def audiences_on(self, audience_id: int) -> list[int]:
        """The audiences whose condition names this one, directly or by others."""
        found: set[Key] = set()
        rest = [("audience", audience_id)]
        while rest:
            key = rest.pop()
            users = {
                user for user, saved in self._saved.items() if user[0] == "audience" and key in saved.names
            }
            rest.extend(users - found)
            found |= users
        return sorted(id for _, id in found)

    def revision(self, condition: Condition | None) -> int:
        """Grows whenever an audience that the condition names (by others too) is edited.

        An edit of an audience raises the revision of those that name it as well (services.audiences).
        """
        keys = self.named(condition)
        return 1 + sum(self._saved[key].revision for key in keys if key in self._saved)

    def in_order(self, lists: Iterable[AccountList]) -> list[AccountList]:
        """The lists, each behind those that its condition names, directly or by audiences."""
        by_key = {("account_list", account_list.pk): account_list for account_list in lists}
        order: list[Key] = []
        seen: set[Key] = set()
        for key in sorted(by_key):
            self._behind_what_it_names(key, seen, order)
        return [by_key[key] for key in order if key in by_key]

    def _behind_what_it_names(self, key: Key, seen: set[Key], order: list[Key]) -> None:
        if key in seen:
            return
        seen.add(key)
        for named in sorted(self._saved[key].names if key in self._saved else ()):
            self._behind_what_it_names(named, seen, order)
        order.append(key)

    def _way_to(self, target: Key, names: frozenset[Key], seen: set[Key]) -> list[Key]:
        for key in sorted(names - seen):
            seen.add(key)
            if key == target:
                return [key]
            if key in self._saved and (way := self._way_to(target, self._saved[key].names, seen)):
                return [key, *way]
        return []
