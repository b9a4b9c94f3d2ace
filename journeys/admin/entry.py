"""The page that says why: one account's way through a journey, or why it is not inside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.conditions.lookup import Lookup
from accounts.models import Account
from journeys.admin import door, frame
from journeys.admin.entries import VIEW
from journeys.admin.words import in_words, label_of, reason_of, value_of
from journeys.models import Entry, EntryFailure, Path
from journeys.nodes.registry import KINDS
from journeys.reports import why
from journeys.reports.standing import as_it_stands
from journeys.reports.why import Step


@dataclass(frozen=True)
class Told:
    """A step with the words for it: the kind, the condition of the path taken, the values seen then."""

    step: Step
    kind: str
    words: str = ""
    seen: Sequence[tuple[str, str]] = field(default_factory=list)

    @property
    def reason(self) -> str:
        return reason_of(self.step.reason)


def page(request: HttpRequest, journey_id: int, entry_id: int) -> HttpResponse:
    """Each visit with the path taken and why; for an entry that has ended, why the account is not inside."""
    journey = door.journey_of(request, journey_id)
    door.require(request, VIEW)
    entry = Entry.objects.filter(journey=journey, pk=entry_id).select_related("account", "journey").first()
    if entry is None:
        raise Http404(_("There is no such entry, or it has been deleted."))
    entry = as_it_stands(entry)
    steps = why.steps(entry)
    others = Entry.objects.filter(journey=journey, account_id=entry.account_id).order_by("number")[:50]
    is_inside = entry.status in Entry.INSIDE
    failure = EntryFailure.objects.filter(entry=entry).first() if is_inside else None
    not_inside = None if is_inside else why.why_not(journey, entry.account, now=timezone.now())
    reason = reason_of(Entry.Reason(entry.reason).label) if entry.reason else ""
    return frame.show(
        request,
        journey,
        "entry.html",
        tab="entries",
        entry=entry,
        account=entry.account,
        told=_told(steps),
        failure=failure,
        others=others,
        not_inside=not_inside,
        is_inside=is_inside,
        reason=reason,
        account_url=account_url(request, entry.account),
    )


def why_not_page(request: HttpRequest, journey_id: int, account_id: int) -> HttpResponse:
    """Why an account that has no entry, or none now, is not inside."""
    journey = door.journey_of(request, journey_id)
    door.require(request, VIEW)
    account = Account.objects.filter(pk=account_id).first()
    if account is None:
        raise Http404(_("There is no such account."))
    return frame.show(
        request, journey, "why_not.html", tab="entries", account=account, account_url=account_url(request, account),
        not_inside=why.why_not(journey, account, now=timezone.now()),
        entries=Entry.objects.filter(journey=journey, account=account).order_by("number")[:50],
    )  # fmt: skip


def account_url(request: HttpRequest, account: Account) -> str:
    """The account's own page, for whoever may open it."""
    return door.page_of(account) if door.may(request, "accounts.view_account") else ""


def _told(steps: Sequence[Step]) -> list[Told]:
    """The steps in words; one query for the paths of all of them."""
    lookup = Lookup()
    taken = {(step.node.pk, step.path) for step in steps if step.path}
    paths = Path.objects.filter(node_id__in={node for node, _label in taken}, condition__isnull=False)
    conditions = {(path.node_id, path.label or path.key): path.condition for path in paths}
    return [
        Told(
            step, str(KINDS[step.node.kind].label) if step.node.kind in KINDS else step.node.kind,
            in_words(conditions.get((step.node.pk, step.path)), lookup), _seen(step.seen, lookup),
        )
        for step in steps
    ]  # fmt: skip


def _seen(values: Mapping[str, Any], lookup: Lookup) -> list[tuple[str, str]]:
    """The values that the conditions saw, by the names of their fields."""
    return [(label_of(name, lookup) or name, value_of(value)) for name, value in sorted(values.items())]
