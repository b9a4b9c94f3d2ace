"""Several people at once: marked, unsubscribed, suspended, or away. First a page that says how many really change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.admin import bulk, door, person_pages
from accounts.models import Person
from accounts.services import people

IN_ORDER = Person.objects.order_by("last_name", "pk")
CHANGE = "accounts.change_person"


class ReasonForm(forms.Form):
    """Why they want no more messages."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Kept with each of them who is unsubscribed now. It may stay empty."),
    )


@dataclass(frozen=True)
class Mark:
    """A yes or no that several people get, with the words for it."""

    name: str
    label: str | Promise
    field: str
    value: bool
    icon: str
    says: str | Promise
    asks_reason: bool = False

    def values(self, given: dict[str, Any]) -> dict[str, Any]:
        """What each of them gets. Who is subscribed again has no reason any more."""
        values: dict[str, Any] = {self.field: self.value}
        if self.field == "unsubscribed" and (not self.value or given.get("reason")):
            values["unsubscribed_reason"] = given.get("reason", "")
        return values


MARKS = (
    Mark(
        "unsubscribe", gettext_lazy("Unsubscribe"), "unsubscribed", True, "unsubscribe",
        gettext_lazy("They are sent no marketing messages any more."), asks_reason=True,
    ),
    Mark(
        "subscribe_again", gettext_lazy("Subscribe again"), "unsubscribed", False, "mark_email_read",
        gettext_lazy("Only for people who asked for it: they can be sent marketing messages again."),
    ),
    Mark(
        "suspend_marketing", gettext_lazy("Suspend marketing"), "marketing_suspended", True, "pause_circle",
        gettext_lazy("They are sent no marketing messages until it is resumed."),
    ),
    Mark(
        "resume_marketing", gettext_lazy("Resume marketing"), "marketing_suspended", False, "play_circle",
        gettext_lazy("They can be sent marketing messages again, unless they are unsubscribed."),
    ),
    Mark(
        "mark_as_test", gettext_lazy("Mark as test people"), "is_test", True, "science",
        gettext_lazy("Test people are for trying journeys out, and are left out of statistics."),
    ),
    Mark(
        "mark_as_real", gettext_lazy("Mark as real people"), "is_test", False, "person_check",
        gettext_lazy("They are no test people any more, and count in statistics."),
    ),
)  # fmt: skip


def page_of(mark: Mark) -> Callable[[HttpRequest], HttpResponse]:
    """The page that asks about one of the marks, and then sets it."""

    def page(request: HttpRequest) -> HttpResponse:
        door.require(request, "accounts.view_person")
        door.require(request, CHANGE)
        found = bulk.meant(request, IN_ORDER)
        others = [person for person in found if getattr(person, mark.field) != mark.value]
        form = (ReasonForm if mark.asks_reason else forms.Form)(
            request.POST if request.method == "POST" else None
        )
        ids = [person.pk for person in others]
        changed = door.submit(
            request, form, lambda given: people.edit_several(ids, mark.values(given), **door.said(request))
        )
        if changed is not None:
            said = ngettext(
                "%(label)s: %(n)s person is changed.", "%(label)s: %(n)s people are changed.", changed
            )
            words = said % {"label": mark.label, "n": f"{changed:,}"}
            return door.done(request, words, bulk.back(request, Person))
        n = len(found)
        heading = ngettext("%(label)s: %(n)s person", "%(label)s: %(n)s people", n)
        return bulk.page(
            request,
            found,
            Person,
            title=str(mark.label),
            heading=heading % {"label": mark.label, "n": f"{n:,}"},
            says=_says(mark, len(others), n - len(others)),
            fits=bool(others),
            nothing=_("All of them are so already: there is nothing to change."),
            form=form,
            icon=mark.icon,
            submit=mark.label,
            status=400 if form.errors else 200,
        )

    return page


def _says(mark: Mark, n: int, same: int) -> list[tuple[str, str]]:
    if not n:
        return []
    changing = ngettext("%(n)s person changes.", "%(n)s people change.", n) % {"n": f"{n:,}"}
    said = [(mark.icon, f"{changing} {mark.says}")]
    if same:
        already = ngettext(
            "%(n)s is so already and stays as they are.", "%(n)s are so already and stay as they are.", same
        )
        said.append(("check", already % {"n": f"{same:,}"}))
    return [
        *said,
        ("bolt", _("Conditions that ask for it see it at once.")),
        ("history", _("Each change is on the timeline, with your name.")),
    ]


def delete(request: HttpRequest) -> HttpResponse:
    """What goes with them; then they go."""
    door.require(request, "accounts.view_person")
    door.require(request, "accounts.delete_person")
    found = bulk.meant(request, IN_ORDER)
    ids, n = [person.pk for person in found], len(found)
    if (
        found
        and request.method == "POST"
        and door.attempt(
            request,
            lambda: people.delete(ids, **door.said(request)),
            lambda n: ngettext("%(n)s person is deleted.", "%(n)s people are deleted.", n) % {"n": f"{n:,}"},
        )
    ):
        return HttpResponseRedirect(bulk.back(request, Person))
    return bulk.page(
        request,
        found,
        Person,
        title=_("Delete people"),
        heading=ngettext("Delete %(n)s person", "Delete %(n)s people", n) % {"n": f"{n:,}"},
        says=person_pages.goes(ids),
        submit=_("Delete people"),
        icon="delete",
        danger=True,
    )


BULKS = (
    *(bulk.Bulk(mark.name, mark.label, (CHANGE,), page_of(mark)) for mark in MARKS),
    bulk.Bulk("delete_selected", gettext_lazy("Delete"), ("accounts.delete_person",), delete),
)
