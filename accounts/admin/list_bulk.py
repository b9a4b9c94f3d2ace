"""Several lists at once: made live, or away. First a page that says which, and why others are left out."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.admin import bulk, door, drafts
from accounts.admin.counting import EXACT_TO, many
from accounts.models import AccountList, ListMember
from accounts.services import deleting, lists, publishing_lists

IN_ORDER = AccountList.objects.order_by("name", "pk")


def publish(request: HttpRequest) -> HttpResponse:
    """Those that can be go live, each by itself: what one refuses does not stop the others."""
    door.require(request, "accounts.view_accountlist")
    door.require(request, "accounts.publish_accountlist")
    found = bulk.meant(request, IN_ORDER)
    why = publishing_lists.unfit(found)
    fit = [row for row in found if row.pk not in why]
    if request.method == "POST" and fit:
        done, left = bulk.each(
            publishing_lists.in_order(fit), lambda row: lists.publish(row, **door.said(request))
        )
        said = ngettext("%(n)s list is live.", "%(n)s lists are live.", done) % {"n": f"{done:,}"}
        bulk.tell(request, said if done else "", left)
        return HttpResponseRedirect(bulk.back(request, AccountList))
    n = len(fit)
    heading = ngettext("Publish %(n)s list", "Publish %(n)s lists", n) % {"n": f"{n:,}"}
    return bulk.page(
        request,
        found,
        AccountList,
        title=_("Publish lists"),
        heading=heading if fit else _("Publish lists"),
        names=bulk.names(fit),
        says=_becomes(fit),
        left_out=[(row.name, why[row.pk]) for row in found if row.pk in why],
        fits=bool(fit),
        nothing=_("None of the chosen lists can be published."),
        form=forms.Form(),
        submit=_("Publish"),
        icon="publish",
    )


def _becomes(fit: Sequence[AccountList]) -> list[tuple[str, str]]:
    dynamic = sum(row.type == AccountList.Type.DYNAMIC for row in fit)
    static = len(fit) - dynamic
    said = []
    if static:
        words = ngettext(
            "%(n)s static list: journeys can use it, and add and remove accounts. So can you, as before.",
            "%(n)s static lists: journeys can use them, and add and remove accounts. So can you, as before.",
            static,
        )
        said.append(("edit", words % {"n": f"{static:,}"}))
    if dynamic:
        words = ngettext(
            "%(n)s dynamic list: its condition is frozen, and the system keeps the list up to date from then on.",
            "%(n)s dynamic lists: their conditions are frozen, and the system keeps the lists up to date from then on.",
            dynamic,
        )
        said.append(("autorenew", words % {"n": f"{dynamic:,}"}))
    return said


def delete(request: HttpRequest) -> HttpResponse:
    """Those that nobody uses go; of the others it is said who does."""
    door.require(request, "accounts.view_accountlist")
    door.require(request, "accounts.delete_accountlist")
    found = bulk.meant(request, IN_ORDER)
    kept = deleting.kept(found)
    ids = [row.pk for row in found if row.pk not in kept]
    members = ListMember.objects.filter(account_list__in=ids).values("account_id")[: EXACT_TO + 1].count()
    return bulk.delete_page(
        request,
        found,
        AccountList,
        kept={pk: refused.message for pk, refused in kept.items()},
        act=lambda: lists.delete_several(ids, by=request.user),
        done=lambda n: ngettext("%(n)s list is deleted.", "%(n)s lists are deleted.", n),
        title=_("Delete lists"),
        heading=lambda n: ngettext("Delete %(n)s list", "Delete %(n)s lists", n),
        says=[
            ("delete_forever", _("The lists, their descriptions and their conditions, for good.")),
            ("playlist_remove", _("The places of accounts on them: %s.") % many(members)),
            ("domain", _("The accounts themselves stay.")),
            *drafts.naming("account_list", [row for row in found if row.pk not in kept]),
        ],
        nothing=_("Each of the chosen lists is in use, and cannot be deleted meanwhile."),
    )


BULKS = (
    bulk.Bulk("publish_selected", gettext_lazy("Publish"), ("accounts.publish_accountlist",), publish),
    bulk.Bulk("delete_selected", gettext_lazy("Delete"), ("accounts.delete_accountlist",), delete),
)
