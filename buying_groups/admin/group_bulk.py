"""Several groups at once: another stage or status, or their accounts onto a list. First a page that says how many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.admin import bulk, door
from accounts.known_values import different_values
from accounts.models import Account
from buying_groups.admin import group_frame
from buying_groups.admin.group_change import OFFERED, StageForm, StatusForm
from buying_groups.models import BuyingGroup, Stage
from buying_groups.services import several
from buying_groups.services.several import Done

VIEW = "buying_groups.view_buyinggroup"
IN_ORDER = BuyingGroup.objects.select_related("account", "solution_interest", "stage").order_by(
    "account__name", "pk"
)


def stage(request: HttpRequest) -> HttpResponse:
    """To a stage, each where the stage model allows it; the choices say how many of them may go there."""
    found = _asked(request)
    ways = several.Ways().counted(found)
    form = StageForm(request.POST if request.method == "POST" else None)
    field: Any = form.fields["stage"]
    field.queryset = Stage.objects.filter(pk__in=[stage.pk for stage, _n in ways])
    field.choices = [(stage.pk, _of(stage, n, len(found))) for stage, n in ways]
    ids = [group.pk for group in found if group.solution_interest.stage_model_id is not None]
    done = door.submit(
        request, form, lambda given: several.set_stage(ids, given["stage"], **door.said(request))
    )
    if done is not None:
        words = ngettext("%(n)s group is at “%(to)s” now.", "%(n)s groups are at “%(to)s” now.", done.changed)
        return _told(request, done, words % {"n": f"{done.changed:,}", "to": form.cleaned_data["stage"]})
    n = len(found)
    heading = ngettext("Change the stage of %(n)s group", "Change the stage of %(n)s groups", n)
    return bulk.page(
        request, found, BuyingGroup,
        title=_("Change stage"), heading=heading % {"n": f"{n:,}"},
        columns=[_("Stage now"), _("Groups")],
        cells=_counted(str(group.stage or _("No stage")) for group in found),
        left_out=_without_model(found),
        fits=bool(ways), nothing=_("The stage model lets none of them go anywhere from where they are."),
        form=form, icon="account_tree", submit=_("Change stage"), status=400 if form.errors else 200,
    )  # fmt: skip


def status(request: HttpRequest) -> HttpResponse:
    """All of them get the same status, or lose theirs."""
    found = _asked(request)
    form = StatusForm(request.POST if request.method == "POST" else None)
    ids = [group.pk for group in found]
    done = door.submit(
        request, form, lambda given: several.set_status(ids, given["status"], **door.said(request))
    )
    if done is not None:
        new = form.cleaned_data["status"]
        words = ngettext("%(n)s group has no status now.", "%(n)s groups have no status now.", done.changed)
        if new:
            words = ngettext("%(n)s group is “%(to)s” now.", "%(n)s groups are “%(to)s” now.", done.changed)
        return _told(request, done, words % {"n": f"{done.changed:,}", "to": new})
    n = len(found)
    heading = ngettext("Change the status of %(n)s group", "Change the status of %(n)s groups", n)
    return bulk.page(
        request, found, BuyingGroup, template="buying_groups/admin/groups_status.html",
        title=_("Change status"), heading=heading % {"n": f"{n:,}"},
        columns=[_("Status now"), _("Groups")],
        cells=_counted(group.status or _("No status") for group in found),
        form=form, icon="label", submit=_("Change status"), status=400 if form.errors else 200,
        statuses=different_values(BuyingGroup._meta.db_table, "status", at_most=OFFERED),
    )  # fmt: skip


def accounts_to_list(request: HttpRequest) -> HttpResponse:
    """Their accounts, on the page that asks for a list."""
    door.require(request, VIEW)
    groups = BuyingGroup.objects.filter(pk__in=bulk.ids_of(request))
    accounts = groups.order_by("account_id").values_list("account_id", flat=True).distinct()
    there = bulk.ask_about(request, Account, "add_to_list", accounts, back=bulk.back(request, BuyingGroup))
    return there or HttpResponseRedirect(bulk.back(request, BuyingGroup))


def _asked(request: HttpRequest) -> list[BuyingGroup]:
    """:raises PermissionDenied: for who may not change groups"""
    door.require(request, VIEW)
    door.require(request, group_frame.CHANGE)
    return bulk.meant(request, IN_ORDER)


def _of(stage: Stage, n: int, groups: int) -> str:
    """ "Interest: 12 of 15 groups"."""
    return _("%(stage)s: %(n)s of %(groups)s groups") % {
        "stage": stage,
        "n": f"{n:,}",
        "groups": f"{groups:,}",
    }


def _counted(values: Iterable[str]) -> list[tuple[str, str]]:
    """How often each is there, the most frequent first."""
    return [(value, f"{n:,}") for value, n in Counter(values).most_common()]


def _without_model(groups: Sequence[BuyingGroup]) -> list[bulk.LeftOut]:
    return [
        (str(group), _("Its solution interest has no stage model."))
        for group in groups
        if group.solution_interest.stage_model_id is None
    ]


def _told(request: HttpRequest, done: Done, words: str) -> HttpResponse:
    said = [words] if done.changed or not (done.same or done.refused) else []
    if done.same:
        already = ngettext("%(n)s was so already.", "%(n)s were so already.", done.same)
        said.append(already % {"n": f"{done.same:,}"})
    bulk.tell(request, " ".join(said), done.refused)
    return HttpResponseRedirect(bulk.back(request, BuyingGroup))


BULKS = (
    bulk.Bulk("stage_of_several", gettext_lazy("Change stage"), (group_frame.CHANGE,), stage),
    bulk.Bulk("status_of_several", gettext_lazy("Change status"), (group_frame.CHANGE,), status),
    bulk.Bulk(
        "accounts_to_list",
        gettext_lazy("Add their accounts to a list"),
        ("accounts.view_account", "accounts.edit_members_accountlist"),
        accounts_to_list,
    ),
)
