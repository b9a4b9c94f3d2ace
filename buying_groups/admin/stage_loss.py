"""The question before a solution interest gives up its stage model: its groups lose their stages (reference U 22)."""

from __future__ import annotations

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.admin import door
from buying_groups.admin.deleting import NAMED
from buying_groups.models import SolutionInterest
from buying_groups.services import solution_interests
from buying_groups.services.solution_interests import EXACT_TO

CONFIRMED = "confirmed"


def question(request: HttpRequest, interest: SolutionInterest, form: Form) -> HttpResponse | None:
    """The page that asks, or names the journeys that stand in the way; None when there is nothing to ask (any more).

    `form`: the settings as they were posted. The page sends them once more, confirmed.
    """
    if request.method != "POST" or CONFIRMED in request.POST or not form.is_valid():
        return None
    former, model = interest.stage_model, form.cleaned_data["stage_model"]
    if former is None or model == former:
        return None
    users, count = solution_interests.stage_users(interest), solution_interests.count_staged(interest)
    if not users and not count:
        return None
    return door.page(
        request,
        "buying_groups/admin/stage_loss.html",
        SolutionInterest,
        title=_("Give up the stage model"),
        heading=_("“%(name)s” gives up “%(model)s”") % {"name": interest.name, "model": former.name},
        object=interest,
        back=door.to(interest, "settings", interest.pk),
        submit=_("Save, and take the stages"),
        danger=True,
        icon="label_off",
        users=users[:NAMED],
        more_users=max(0, len(users) - NAMED),
        says=[
            ("groups", _lost(count)),
            ("history", _("The timeline of each says so; it cannot be undone.")),
            ("flag", _("With a stage model again they begin without a stage.")),
        ],
        fields=[form[name].as_hidden() for name in form.fields],
        seen=request.POST.get("seen", ""),
        confirmed=CONFIRMED,
    )


def _lost(count: int) -> str:
    if count > EXACT_TO:
        said = _("More than %(n)s buying groups lose the stage that they have now.")
        return said % {"n": f"{EXACT_TO:,}"}
    said = ngettext(
        "%(n)s buying group loses the stage that it has now.",
        "%(n)s buying groups lose the stage that they have now.",
        count,
    )
    return said % {"n": f"{count:,}"}
