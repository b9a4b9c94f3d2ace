"""Groups by words of their name, which is made of two: "CRM for Northwind"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from accounts.models import Account
from accounts.sql import Sql, run
from buying_groups.models import BuyingGroup, SolutionInterest

WORDS = 5
LONGEST = 100
# Shorter words have no trigram to look for: they are taken for a beginning.
TRIGRAM = 3
# What stands between the two names.
BETWEEN = "for"
# So many are looked up and then sorted.
FEW = 10_000


def matching(rows: QuerySet[BuyingGroup], typed: str) -> QuerySet[BuyingGroup]:
    """Those of the rows in whose names each word stands; without a word all of them."""
    wanted = conditions(typed)
    if not wanted:
        return rows
    ids = few(rows, wanted)
    return rows.filter(reduce(or_, wanted)) if ids is None else of_ids(rows, ids)


def conditions(typed: str) -> list[Q]:
    """What a group must fulfil one of.

    A word that is not in the name of a solution interest must be in the account's name or domain. So for each
    interest some words are left for the account; interests with the same words left are one condition, of which
    there are few. Each comes out of indexes; all of them in one OR would read all groups.
    """
    words = _words(typed)
    if not words:
        return []
    left: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for id, name in SolutionInterest.objects.values_list("pk", "name"):
        left[tuple(word for word in words if word not in name.casefold())].append(id)
    return [_condition(interests, rest) for rest, interests in left.items()] or [Q(pk__in=())]


def few(rows: QuerySet[BuyingGroup], wanted: Sequence[Q]) -> list[int] | None:
    """The ids of the rows that fulfil one of the conditions (none fulfils two); None: they are many.

    Few are worth looking up at once: walking an index until a page is full would read a million groups to find
    them. Many are met soon on the way.
    """
    ids: list[int] = []
    with transaction.atomic():
        # Frequent words meet in a bitmap that must not be rounded to whole pages.
        run(Sql("SET LOCAL work_mem = '64MB'"))
        for condition in wanted:
            found = rows.filter(condition).order_by().values_list("pk", flat=True)
            ids += found[: FEW + 1 - len(ids)]
    return ids if len(ids) <= FEW else None


def of_ids(rows: QuerySet[BuyingGroup], ids: Collection[int]) -> QuerySet[BuyingGroup]:
    """Those of these ids. One parameter: ten thousand of them take longer to send than the rest of a page."""
    return rows.filter(pk__in=RawSQL("SELECT unnest(%s::bigint[])", [list(ids)]))


def _words(typed: str) -> list[str]:
    """What was typed, without the word that is in every name; unless there is no other."""
    words = typed.replace("\0", "")[:LONGEST].casefold().split()[:WORDS]
    return [word for word in words if word != BETWEEN] or words


def _condition(interests: Collection[int], rest: Sequence[str]) -> Q:
    of_them = Q(solution_interest_id__in=interests)
    return of_them & Q(account__in=_named(rest)) if rest else of_them


def _named(words: Sequence[str]) -> QuerySet[Account]:
    """Accounts whose name or domain contains each of the words, by the index on trigrams."""
    accounts = Account.objects.all()
    for word in words:
        lookup = "icontains" if len(word) >= TRIGRAM else "istartswith"
        accounts = accounts.filter(Q(**{f"name__{lookup}": word}) | Q(**{f"domain__{lookup}": word}))
    return accounts
