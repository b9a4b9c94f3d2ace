"""The switch: hold and release a journey, or the whole engine."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.admin.counting import EXACT_TO, many
from accounts.errors import Conflict
from accounts.findings import Invalid
from journeys import services
from journeys.admin import door, forms
from journeys.admin.dialogs import Dialog, done
from journeys.admin.lifecycle import inside
from journeys.models import EngineState, Entry, Journey


class Hold(Dialog):
    """Nobody moves or enters until it is released."""

    name, title, template = "hold", _("Hold"), "dialogs/hold.html"
    form_class = forms.Hold

    def context(self, request: HttpRequest, journey: Journey) -> dict[str, Any]:
        return inside(journey)

    def act(self, request: HttpRequest, journey: Journey, form: Form) -> HttpResponse:
        services.hold(journey, because=form.cleaned_data["because"], **door.said(request))
        return done(request, _("“%(name)s” is held.") % {"name": journey.name}, self.back(journey))


class Release(Dialog):
    """Go on; what has fallen due meanwhile is caught up."""

    name, title, template = "release", _("Release"), "dialogs/release.html"

    def act(self, request: HttpRequest, journey: Journey, form: Form) -> HttpResponse:
        services.release(journey, **door.said(request))
        return done(request, _("“%(name)s” goes on.") % {"name": journey.name}, self.back(journey))


def engine(request: HttpRequest) -> HttpResponse:
    """Hold the whole engine, or release it when it is held."""
    door.require(request, door.HOLD_ENGINE)
    state = EngineState.objects.select_related("held_by").filter(pk=1).first()
    held = bool(state and state.held_at)
    form = Form(request.POST or None) if held else forms.HoldEngine(request.POST or None)
    if request.method == "POST":
        answer = _switch(request, form, release="release" in request.POST)
        if answer is not None:
            return answer
    status = 200 if request.method == "GET" else 400
    title = _("Release the engine") if held else _("Hold the engine")
    return door.page(
        request, "dialogs/engine.html", title=str(title), status=status, state=state, held=held, form=form,
        **({} if held else _everywhere()),
    )  # fmt: skip


def _everywhere() -> dict[str, str]:
    """How many journeys would stand still, and how many accounts in them; said exactly to 10,000."""
    under_way = Journey.objects.published()
    moving = under_way.exclude(status=Journey.Status.SCHEDULED)
    inside = Entry.objects.filter(status__in=Entry.INSIDE, journey__in=moving)
    return {
        "under_way": many(under_way[: EXACT_TO + 1].count()),
        "inside": many(inside[: EXACT_TO + 1].count()),
    }


def _switch(request: HttpRequest, form: Form, *, release: bool) -> HttpResponse | None:
    """The service's answer; None when the form is to be shown again."""
    who = {name: value for name, value in door.said(request).items() if name != "interface"}
    try:
        if release:
            services.release_engine(**who)
        elif form.is_valid():
            services.hold_engine(because=form.cleaned_data.get("because", ""), **who)
        else:
            return None
    except Invalid as wrong:
        door.put(form, wrong.findings)
        return None
    except Conflict as conflict:
        messages.warning(request, conflict.message)
        return HttpResponseRedirect(reverse("admin:index"))
    said = _("The engine goes on.") if release else _("The engine is held: nobody moves.")
    return done(request, str(said), reverse("admin:index"))
