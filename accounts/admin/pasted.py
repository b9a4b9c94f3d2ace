"""Accounts by what staff paste: external ids, domains or exact names, one a line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models.functions import Lower

from accounts.models import Account

LONGEST = 500_000
LINES = 5_000
NAMED = 20


@dataclass(frozen=True)
class Found:
    """The accounts that the lines mean, and the lines that mean none or several."""

    ids: Sequence[int]
    unknown: Sequence[str]
    several: Sequence[str]


def find(text: str) -> Found:
    """By external id, else domain, else exact name; three queries whatever the number of lines."""
    lines = list(dict.fromkeys(line.strip(' \t,;"') for line in text.replace("\0", "").splitlines()))[:LINES]
    lines = [line for line in lines if line]
    by_id = _by(Account.objects.filter(external_id__in=lines).values_list("external_id", "pk"))
    domains = [line.lower() for line in lines]
    by_domain = _by(
        Account.objects.annotate(_d=Lower("domain")).filter(_d__in=domains).values_list("_d", "pk")
    )
    by_name = _by(Account.objects.filter(name__in=lines).values_list("name", "pk"))
    ids: list[int] = []
    unknown: list[str] = []
    several: list[str] = []
    for line in lines:
        found = by_id.get(line) or by_domain.get(line.lower()) or by_name.get(line) or []
        if len(found) == 1:
            ids.append(found[0])
        else:
            (several if found else unknown).append(line)
    return Found(sorted(set(ids)), unknown, several)


def _by(pairs: Iterable[tuple[str | None, int]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for key, id in pairs:
        found[key or ""].append(id)
    return found


def named(lines: Sequence[str]) -> str:
    """The first of them, cut."""
    shown = ", ".join(f"“{line[:60]}”" for line in lines[:NAMED])
    return f"{shown} … ({len(lines):,})" if len(lines) > NAMED else shown
