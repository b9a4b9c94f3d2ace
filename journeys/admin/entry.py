"""The page that says why: one account's way through a journey, or why it is not inside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Account
from journeys.admin import door, frame
from journeys.admin.entries import VIEW
from journeys.admin.words import reason_of, value_of
from journeys.models import Entry, EntryFailure
from journeys.nodes.registry import KINDS
from journeys.reports import why
from journeys.reports.standing import as_it_stands
from journeys.reports.verdicts import Verdict
from journeys.reports.why import Step

Seen = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Asked:
    """A path whose condition was asked, and the values that it saw, in words."""

    verdict: Verdict
    seen: Seen


@dataclass(frozen=True)
class Told:
    """A step with the words for it: the kind, each path that was asked with the values seen then."""

    step: Step
    kind: str
    verdicts: Sequence[Asked] = field(default_factory=list)
    # Values that belong to no filter any more.
    seen: Seen = field(default_factory=list)

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
    """The steps in words."""
    return [
        Told(
            step, str(KINDS[step.node.kind].label) if step.node.kind in KINDS else step.node.kind,
            [_asked(verdict) for verdict in step.verdicts],
            [(name, value_of(value)) for name, value in sorted(step.unclaimed.items())],
        )
        for step in steps
    ]  # fmt: skip


def _asked(verdict: Verdict) -> Asked:
    return Asked(verdict, [(saw.text, value_of(saw.value)) for saw in verdict.seen])
