"""The quick search of the sidebar: a few journeys, accounts and people of that name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from unfold.dataclasses import SearchResult

from accounts.models import Account, Person
from journeys.admin import door
from journeys.models import Journey

# Of each sort.
CAP = 6
# A trigram index has nothing to go by below three letters.
SHORTEST = 3


def results(request: HttpRequest, term: str) -> list[SearchResult]:
    """What the user may see, each sort capped; shorter words find what begins with them, in journeys only."""
    term = term.strip()[:200].replace("\x00", "")
    return [*_journeys(request, term), *_accounts(request, term), *_people(request, term)]


def _journeys(request: HttpRequest, term: str) -> list[SearchResult]:
    if not door.may(request, door.VIEW):
        return []
    found = Journey.objects.present().filter(name__icontains=term).order_by("-updated_at", "-pk")[:CAP]
    return [
        SearchResult(
            journey.name,
            f"{_('Journey')} · {journey.get_status_display()}",
            door.to("change", journey.pk),
            "route",
        )
        for journey in found
    ]


def _accounts(request: HttpRequest, term: str) -> list[SearchResult]:
    if not door.may(request, "accounts.view_account") or len(term) < SHORTEST:
        return []
    # By id, not by name: a frequent word may stand late in the alphabet only, after half a million others.
    found = Account.objects.filter(name__icontains=term).order_by("pk")
    return _linked(found, "domain", _("Account"), lambda account: account.domain)


def _people(request: HttpRequest, term: str) -> list[SearchResult]:
    if not door.may(request, "accounts.view_person") or len(term) < SHORTEST:
        return []
    found = Person.objects.order_by("pk")
    for word in term.split()[:5]:
        found = found.filter(
            Q(email__icontains=word) | Q(first_name__icontains=word) | Q(last_name__icontains=word)
        )
    return _linked(found, "person", _("Person"), lambda person: person.email)


def _linked(found: QuerySet[Any], icon: str, what: str, also: Callable[[Any], str]) -> list[SearchResult]:
    """Those that have a page of their own."""
    rows = [(row, door.page_of(row)) for row in found[:CAP]]
    return [
        SearchResult(str(row), " · ".join(filter(None, (what, also(row)))), url, icon)
        for row, url in rows
        if url
    ]
