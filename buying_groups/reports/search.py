"""Groups by words of their name, which is made of two: "CRM for Northwind"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import Account
from accounts.search import TRIGRAM, is_one_of, words_of
from accounts.sql import Sql, run
from buying_groups.models import BuyingGroup, SolutionInterest

# What stands between the two names.
BETWEEN = "for"
# Frequent words meet in a bitmap that must not be rounded to whole pages. What is found of accounts or groups is looked
# up in the others, until it is enough: merging or hashing would read all of one of them.
BY_KEYS = Sql(
    "SELECT set_config('work_mem', '64MB', true), set_config('enable_mergejoin', 'off', true),"
    " set_config('enable_hashjoin', 'off', true)"
)
# So many are looked up and then sorted.
FEW = 10_000


@dataclass(frozen=True)
class Found:
    """Groups that were found: how many, at most one more than `FEW`, and whether they are few."""

    rows: QuerySet[BuyingGroup]
    n: int

    @property
    def are_few(self) -> bool:
        return self.n <= FEW


def find(rows: QuerySet[BuyingGroup], typed: str, *, all_rows: QuerySet[BuyingGroup]) -> Found:
    """Those of the rows in whose names each word stands; without a word all of them.

    Few are given by their ids, of `all_rows` (as `rows`, without its conditions): sort them by `by_itself`.
    """
    # The more words, the fewer groups: then the walk asks for ids, and not for the account of each group on its way.
    wanted = sorted(conditions(typed), key=lambda one: -len(one.words))
    looked_up = _look_up(rows, wanted)
    ids = [id for of_one in looked_up for id in of_one or ()]
    if None not in looked_up:
        return Found(all_rows.filter(is_one_of(ids)), len(ids))
    both = zip(wanted, looked_up, strict=True)
    known = [one.walked() if of_one is None else is_one_of(of_one) for one, of_one in both]
    return Found(rows.filter(reduce(or_, known)), FEW + 1)


@dataclass(frozen=True)
class Wanted:
    """Groups of these solution interests whose account's name or domain contains each of the words."""

    interests: tuple[int, ...] | None = None
    words: tuple[str, ...] = ()

    def looked_up(self) -> Q:
        """Out of the index on trigrams of accounts, which finds few of a million."""
        return (
            self._of(Q(account__in=Account.objects.filter(_named(self.words))))
            if self.words
            else self._of(Q())
        )

    def walked(self) -> Q:
        """Asked of one group after the other, where a page is soon full."""
        return self._of(_named(self.words, "account__"))

    def _of(self, condition: Q) -> Q:
        return condition if self.interests is None else Q(solution_interest_id__in=self.interests) & condition


def conditions(typed: str) -> list[Wanted]:
    """What a group must fulfil one of; none fulfils two.

    A word that is not in the name of a solution interest must be in the account's name or domain. So for each
    interest some words are left for the account; interests with the same words left are one condition, of which
    there are few. Each comes out of indexes; all of them in one OR would read all groups.
    """
    words = _words(typed)
    if not words:
        return [Wanted()]
    left: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for id, name in SolutionInterest.objects.values_list("pk", "name"):
        left[tuple(word for word in words if word not in name.casefold())].append(id)
    return [Wanted(tuple(interests), rest) for rest, interests in left.items()] or [Wanted(())]


def any_of(rows: QuerySet[BuyingGroup], wanted: Sequence[Wanted]) -> QuerySet[BuyingGroup]:
    """Those of many rows that fulfil one of the conditions."""
    return rows.filter(reduce(or_, (one.walked() for one in wanted)))


def _look_up(rows: QuerySet[BuyingGroup], wanted: Iterable[Wanted]) -> list[list[int] | None]:
    """The ids of the rows that fulfil each of the conditions; None for one from which on all of them are many.

    Few are worth looking up at once: walking an index until a page is full would read a million groups to find
    them. Many are met soon on the way.
    """
    found: list[list[int] | None] = []
    left = FEW + 1
    with transaction.atomic():
        run(BY_KEYS)
        for one in wanted:
            of_one = rows.filter(one.looked_up()).order_by().values_list("pk", flat=True)
            ids = list(of_one[:left]) if left else []
            found.append(ids if len(ids) < left else None)
            left -= len(ids)
    return found


def _words(typed: str) -> list[str]:
    """What was typed, without the word that is in every name; unless there is no other."""
    words = words_of(typed.casefold())
    return [word for word in words if word != BETWEEN] or words


def _named(words: Iterable[str], prefix: str = "") -> Q:
    """An account's name or domain contains each of the words."""
    named = Q()
    for word in words:
        lookup = "icontains" if len(word) >= TRIGRAM else "istartswith"
        named &= Q(**{f"{prefix}name__{lookup}": word}) | Q(**{f"{prefix}domain__{lookup}": word})
    return named
