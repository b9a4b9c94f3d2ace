"""An audience: its condition, how many satisfy it now, and why one account does or does not."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.admin import conditions, door, drafts, explained, saved_form, seen
from accounts.conditions import CannotCompile
from accounts.models import Account, Audience
from accounts.search import containing
from accounts.services import audiences, deleting

AUDIENCES = Audience.objects.select_related("created_by")
FOUND = 10


def page(request: HttpRequest, audience_id: Any) -> HttpResponse:
    """Name, description and condition, for whoever may change them; for the others to read."""
    audience = door.one(request, AUDIENCES, audience_id)
    may_change = door.may(request, "accounts.change_audience")
    if request.method == "POST":
        door.require(request, "accounts.change_audience")
    initial = {
        "name": audience.name,
        "description": audience.description,
        "condition": conditions.shown(audience.condition),
    }
    form = saved_form.AudienceForm(request.POST or None, initial=initial)
    if request.method != "POST":
        form.fields["condition"].say(saved_form.missing(audience.condition))  # type: ignore[attr-defined]
    said = {**door.said(request), "unchanged_since": seen.moment(request)}
    saved = saved_form.submit(request, form, lambda given: audiences.edit(audience, **given, **said))
    if saved is not None:
        return door.done(request, _("“%s” is saved.") % saved.name, door.to(saved, "change", saved.pk))
    return show(
        request,
        audience,
        "audience.html",
        "change",
        status=400 if form.errors else 200,
        form=form,
        may_change=may_change,
        words=conditions.words(audience.condition),
        accounts=conditions.count(audience.condition),
        seen=seen.shown(request, audience),
        newer=seen.newer(form, audience),
        submit=_("Save"),
    )


def create(request: HttpRequest) -> HttpResponse:
    """A new audience."""
    door.require(request, "accounts.add_audience")
    form = saved_form.AudienceForm(request.POST or None, initial={"condition": conditions.EVERYBODY})
    made = saved_form.submit(request, form, lambda given: audiences.create(**given, **door.said(request)))
    if made is not None:
        return door.done(request, _("“%s” is an audience now.") % made.name, door.to(made, "change", made.pk))
    return door.page(
        request,
        "create.html",
        Audience,
        title=_("Add audience"),
        status=400 if form.errors else 200,
        form=form,
        may_change=True,
        submit=_("Add audience"),
        back=door.to(Audience, "changelist"),
        is_plain=True,
    )


def explain(request: HttpRequest, audience_id: int) -> HttpResponse:
    """For one account: each filter with its verdict and the value that it saw."""
    audience = door.one(request, AUDIENCES, audience_id)
    door.require(request, "accounts.view_account")
    query, account = request.GET.get("q", ""), None
    found: list[Account] = []
    if chosen := door.number(request.GET.get("account")):
        account = Account.objects.filter(pk=chosen).first()
    elif query.strip():
        found = list(containing(Account.objects.order_by("name", "pk"), ("name", "domain"), query)[:FOUND])
        account = found[0] if len(found) == 1 else None
    tree = gone = None
    if account is not None:
        try:
            tree = explained.of_account(audience.condition, account, now=timezone.now())
        except CannotCompile as error:
            gone = str(error)
    return show(
        request,
        audience,
        "explain.html",
        "explain",
        query=query,
        found=found,
        account=account,
        tree=tree,
        gone=gone,
        words=conditions.words(audience.condition),
    )


def delete(request: HttpRequest, audience_id: Any) -> HttpResponse:
    """Gone for good, unless somebody uses it; who does is said."""
    audience = door.one(request, AUDIENCES, audience_id)
    door.require(request, "accounts.delete_audience")
    if request.method == "POST" and door.attempt(
        request,
        lambda: audiences.delete(audience, by=request.user),
        lambda _none: _("“%s” is deleted.") % audience.name,
    ):
        return HttpResponseRedirect(door.to(Audience, "changelist"))
    says = [
        ("delete_forever", _("The audience and its condition, for good.")),
        ("domain", _("The accounts stay; none of them leaves a journey by this.")),
        *drafts.naming("audience", [audience]),
    ]
    return door.page(
        request,
        "delete.html",
        Audience,
        title=_("Delete audience"),
        object=audience,
        says=says,
        kept=deleting.kept([audience]).get(audience.pk),
        submit=_("Delete audience"),
        heading=_("Delete “%s”") % audience.name,
        back=door.to(audience, "change", audience.pk),
    )


def show(
    request: HttpRequest, audience: Audience, template: str, tab: str, *, status: int = 200, **context: Any
) -> HttpResponse:
    """A tab of the audience in its frame."""
    tabs = [("change", _("Condition"))]
    if door.may(request, "accounts.view_account"):
        tabs.append(("explain", _("Explain an account")))
    frame = {
        "object": audience,
        "icon": "filter_alt",
        "heading": audience.name,
        "lead": audience.description,
        "tab": tab,
        "tabs": [(name, label, door.to(audience, name, audience.pk)) for name, label in tabs],
        "delete_url": door.to(audience, "delete", audience.pk)
        if door.may(request, "accounts.delete_audience")
        else "",
    }
    return door.page(request, template, Audience, title=audience.name, status=status, **frame, **context)
