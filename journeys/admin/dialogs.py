"""A question on a page of its own that looks like a dialog: GET asks, POST calls one service (spec 6.1)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.errors import Conflict, Stale
from accounts.findings import Invalid
from journeys import services
from journeys.admin import door
from journeys.admin.offers import RULES
from journeys.models import Journey

# The status of a page that says that somebody saved meanwhile.
STALE = 412


class Dialog:
    """One question about one journey. A subclass says what it shows (`context`) and which service it calls (`act`)."""

    name = ""
    title: str | Promise = ""
    template = "dialogs/plain.html"
    submit: str | Promise = ""
    form_class: type[Form] = Form

    def __call__(self, request: HttpRequest, journey_id: int) -> HttpResponse:
        journey = door.journey_of(request, journey_id)
        door.require(request, RULES[self.name].permission)
        form = self.form(request, journey)
        if request.method != "POST":
            return self.show(request, journey, form)
        if not form.is_valid():
            return self.show(request, journey, form, status=400)
        return self._answer(request, journey, form)

    def _answer(self, request: HttpRequest, journey: Journey, form: Form) -> HttpResponse:
        try:
            return self.act(request, journey, form)
        except Invalid as wrong:
            door.put(form, wrong.findings)
            return self.show(request, journey, form, status=400)
        except Conflict as conflict:
            now = door.journey_of(request, journey.pk)
            return self.show(request, now, form, status=409, refused=conflict.message)
        except Stale as stale:
            return self.show(request, journey, form, status=STALE, refused=str(stale))
        except services.CannotPublish as error:
            return self.show(request, journey, form, status=422, problems=error.problems)
        except Journey.DoesNotExist:
            messages.error(request, _("“%(name)s” has been deleted meanwhile.") % {"name": journey.name})
            return HttpResponseRedirect(door.to("changelist"))

    def show(
        self, request: HttpRequest, journey: Journey, form: Form, *, status: int = 200, **context: Any
    ) -> HttpResponse:
        """The question, with what was refused."""
        rule = RULES[self.name]
        frame = {
            "journey": journey,
            "object": journey,
            "form": form,
            "heading": self.title,
            "submit": self.submit or self.title,
            "danger": rule.danger,
            "icon": rule.icon,
            "offered": self.offered(journey),
            "back": self.back(journey),
            "allowed": allowed_words(journey),
        }
        said = {**frame, **self.context(request, journey), **context}
        return door.page(request, self.template, title=str(self.title), status=status, **said)

    def form(self, request: HttpRequest, journey: Journey) -> Form:
        if request.method == "POST":
            return self.form_class(request.POST)
        return self.form_class(initial=self.initial(journey))

    def offered(self, journey: Journey) -> bool:
        """Whether the status allows it; else the page says so, without a button."""
        return RULES[self.name].when(journey)

    def back(self, journey: Journey) -> str:
        return door.to("change", journey.pk)

    def initial(self, journey: Journey) -> dict[str, Any]:
        return {}

    def context(self, request: HttpRequest, journey: Journey) -> dict[str, Any]:
        """What else the page says: what will happen, in numbers."""
        return {}

    def act(self, request: HttpRequest, journey: Journey, form: Form) -> HttpResponse:
        """Call the service and go on to a page."""
        raise NotImplementedError


def done(request: HttpRequest, message: str, url: str) -> HttpResponse:
    """What was done, said on the next page."""
    messages.success(request, message)
    return HttpResponseRedirect(url)


WORDS = {
    "publish": _("publish"), "close": _("close to new entries"), "abort": _("abort"),
    "duplicate": _("duplicate"), "delete": _("delete"), "edit": _("edit"),
    "change_end": _("change the end date"),
}  # fmt: skip


def allowed_words(journey: Journey) -> str:
    """ "duplicate, delete": what the status allows."""
    return ", ".join(str(WORDS[action]) for action in services.allowed_actions(journey))
