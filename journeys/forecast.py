"""How many a journey would take in if it were published now (spec 1.5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from accounts import conditions
from accounts.conditions import CannotCompile
from accounts.models import Audience
from accounts.references import id_of
from accounts.sql import Sql, row, sql
from journeys.document import references
from journeys.document.graph import START
from journeys.models import Journey


@dataclass(frozen=True)
class Forecast:
    """Accounts that qualify now, the people who belong to them, and at most how many messages by channel."""

    accounts: int = 0
    people: int = 0
    messages: Mapping[str, int] = field(default_factory=dict)


def forecast(journey: Journey, *, now: datetime) -> Forecast:
    """Count who qualifies now; nobody when the draft has no audience yet."""
    qualifying = _qualifying(_settings_of_start(journey), now)
    if qualifying is None:
        return Forecast()
    found = row(sql(
        "WITH qualifying (id) AS MATERIALIZED ({accounts}) SELECT (SELECT count(*) FROM qualifying),"
        " (SELECT count(DISTINCT relation.person_id) FROM accounts_accountperson AS relation"
        " JOIN qualifying ON qualifying.id = relation.account_id)",
        accounts=qualifying,
    ))  # fmt: skip
    return Forecast(found[0], found[1]) if found else Forecast()


def has_accounts(settings: Mapping[str, Any], *, now: datetime) -> bool | None:
    """Whether anybody is in the audience that a start node names; None when it names none that exists."""
    qualifying = _qualifying(settings, now)
    if qualifying is None:
        return None
    found = row(sql("SELECT EXISTS ({accounts})", accounts=qualifying))
    return bool(found and found[0])


def _settings_of_start(journey: Journey) -> Mapping[str, Any]:
    nodes = references.pin([node for node in journey.draft.nodes if node["kind"] == START])
    return nodes[0].get("settings") or {} if nodes else {}


def _qualifying(settings: Mapping[str, Any], now: datetime) -> Sql | None:
    """A SELECT of account ids, from the pinned settings of an account audience."""
    if account_list := id_of(settings.get("account_list")):
        return sql("SELECT account_id FROM accounts_listmember WHERE account_list_id = {id}", id=account_list)
    audience_id = id_of(settings.get("audience"))
    audience = Audience.objects.filter(pk=audience_id).first() if audience_id else None
    if audience is None:
        return None
    try:
        return conditions.matching_accounts(audience.condition, now=now)
    except CannotCompile:
        return None
