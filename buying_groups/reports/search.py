"""Groups by words of their name, which is made of two: "CRM for Northwind"."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import Q, QuerySet

from accounts.models import Account
from buying_groups.models import BuyingGroup, SolutionInterest

WORDS = 5
LONGEST = 100
# Shorter words have no trigram to look for: they are taken for a beginning.
TRIGRAM = 3
# What stands between the two names.
BETWEEN = "for"


def found(rows: QuerySet[BuyingGroup], typed: str) -> list[QuerySet[BuyingGroup]]:
    """Those of the rows in whose names each word stands; in parts, each of which comes out of indexes.

    A word that is not in the name of a solution interest must be in the account's name or domain. So for each
    interest some words are left for the account: interests with the same words left are one part, of which there
    are few. One OR over all of it would read all groups.
    """
    words = _words(typed)
    left: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for id, name in SolutionInterest.objects.values_list("pk", "name"):
        left[tuple(word for word in words if word not in name.casefold())].append(id)
    return [
        rows.filter(solution_interest_id__in=interests, **({"account__in": _named(rest)} if rest else {}))
        for rest, interests in left.items()
    ]


def _words(typed: str) -> list[str]:
    """What was typed, without the word that is in every name; unless there is no other."""
    words = typed.replace("\0", "")[:LONGEST].casefold().split()[:WORDS]
    return [word for word in words if word != BETWEEN] or words


def _named(words: tuple[str, ...]) -> QuerySet[Account]:
    """Accounts whose name or domain contains each of the words, by the index on trigrams."""
    accounts = Account.objects.all()
    for word in words:
        lookup = "icontains" if len(word) >= TRIGRAM else "istartswith"
        accounts = accounts.filter(Q(**{f"name__{lookup}": word}) | Q(**{f"domain__{lookup}": word}))
    return accounts
