"""Several rows of a list at once: from the ticks to a page that says what will happen, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from accounts.admin import door
from accounts.errors import Conflict, Stale
from accounts.findings import Invalid
from accounts.services.deleting import Deleted

Row = TypeVar("Row", bound=Model)
View = Callable[[HttpRequest], HttpResponseBase]
LeftOut = tuple[str, str]
"""What stays as it is: its name, and why, in a sentence."""

# They stand in an address, whose length has its limits.
AT_ONCE = 200
# Names of those that are meant, and reasons that a message says.
NAMED = 12
REASONS = 5


@dataclass(frozen=True)
class Bulk:
    """What can be done to several rows of a list, on a page of its own (`Table.bulks`)."""

    name: str
    label: str | Promise
    # Whoever lacks one of them is not offered it; the page asks again.
    permissions: tuple[str, ...]
    view: View

    @property
    def action(self) -> str:
        return f"ask_{self.name}"

    def __call__(self, table: object, request: HttpRequest, ticked: QuerySet[Any]) -> HttpResponse | None:
        return ask(request, ticked, self.name)


def offered(request: HttpRequest, bulks: Iterable[Bulk]) -> dict[str, Any]:
    """The actions of a list for whoever asks, as Django's admin wants them."""
    return {
        bulk.action: (bulk, bulk.action, bulk.label)
        for bulk in bulks
        if all(door.may(request, permission) for permission in bulk.permissions)
    }


def ask(request: HttpRequest, ticked: QuerySet[Any], page: str) -> HttpResponse | None:
    """From the list with its ticks to the page that asks. None: back to the list, too many are ticked."""
    ids = ticked.order_by("pk").values_list("pk", flat=True)
    return ask_about(request, ticked.model, page, ids, back=request.get_full_path())


def ask_about(
    request: HttpRequest, model: type[Model], page: str, ids: QuerySet[Any, Any], *, back: str
) -> HttpResponse | None:
    """To the page that asks about rows of a model, which need not be those of the list; from there to `back`."""
    found = list(ids[: AT_ONCE + 1])
    if len(found) > AT_ONCE:
        messages.error(request, _("At most %(n)s at once; nothing was changed.") % {"n": AT_ONCE})
        return None
    query = {"ids": ",".join(str(pk) for pk in found), "back": back}
    return HttpResponseRedirect(f"{door.to(model, page)}?{urlencode(query)}")


def ids_of(request: HttpRequest) -> list[int]:
    """The rows that are meant, out of the form or the address."""
    given = request.POST.get("ids") or request.GET.get("ids", "")
    return [id for text in given.split(",")[:AT_ONCE] if (id := door.number(text))]


def meant(request: HttpRequest, rows: QuerySet[Row]) -> list[Row]:
    """Those of them that are still there, in the order of `rows`."""
    return list(rows.filter(pk__in=ids_of(request)))


def names(rows: Sequence[Model]) -> list[str]:
    """What they are called; of many some, and how many more there are."""
    said = [str(row) for row in rows[:NAMED]]
    return [*said, _("and %s more") % f"{len(rows) - NAMED:,}"] if len(rows) > NAMED else said


def back(request: HttpRequest, model: type[Model]) -> str:
    """The list as it was filtered when they were ticked."""
    here = request.GET.get("back", "")
    fits = url_has_allowed_host_and_scheme(here, allowed_hosts={request.get_host()})
    return here if fits else door.to(model, "changelist")


def page(
    request: HttpRequest,
    rows: Sequence[Model],
    model: type[Model],
    *,
    template: str = "bulk.html",
    **context: Any,
) -> HttpResponse:
    """The page that asks, with what the template wants to know; back to the list when nothing is left to ask about."""
    if not rows:
        messages.error(request, _("None of them is there any more."))
        return HttpResponseRedirect(back(request, model))
    frame = {
        "ids": ",".join(str(row.pk) for row in rows),
        "names": names(rows),
        "back": back(request, model),
        "fits": True,
        **context,
    }
    return door.page(request, template, model, **frame)


def delete_page(
    request: HttpRequest,
    rows: Sequence[Model],
    model: type[Model],
    *,
    kept: Mapping[int, str],
    act: Callable[[], Deleted],
    heading: Callable[[int], str],
    done: Callable[[int], str],
    **context: Any,
) -> HttpResponse:
    """Which go, and which are kept by somebody who uses them (`kept`: why, by their ids); then they go.

    `heading` and `done` give the words for a number, with %(n)s in the place of it.
    """
    going = [row for row in rows if row.pk not in kept]
    n = {"n": f"{len(going):,}"}
    if request.method == "POST" and going:
        deleted = act()
        said = done(deleted.n) % {"n": f"{deleted.n:,}"} if deleted.n else ""
        tell(request, said, [refused.message for refused in deleted.refused])
        return HttpResponseRedirect(back(request, model))
    context["says"] = context["says"] if going else []
    return page(
        request,
        rows,
        model,
        heading=heading(len(going)) % n if going else context["title"],
        names=names(going),
        left_out=[(str(row), kept[row.pk]) for row in rows if row.pk in kept],
        fits=bool(going),
        icon="delete",
        danger=True,
        submit=_("Delete"),
        **context,
    )


def each(rows: Iterable[Row], act: Callable[[Row], object]) -> tuple[int, list[str]]:
    """Do it to one after the other: what one refuses does not stop the others. How many; why not the others."""
    done, left = 0, []
    for row in rows:
        try:
            act(row)
        except (Conflict, Stale) as refused:
            left.append(str(refused))
        except Invalid as refused:
            left.append(_("“%(name)s”: %(reason)s") % {"name": row, "reason": refused})
        except ObjectDoesNotExist:
            left.append(_("“%(name)s” has been deleted meanwhile.") % {"name": row})
        else:
            done += 1
    return done, left


def tell(request: HttpRequest, done: str, left: Sequence[str]) -> None:
    """What came of it, on the next page: what was done ("" when nothing was), and why the others were left out."""
    if done:
        messages.success(request, done)
    if left:
        messages.warning(request, _left_out(left))


def _left_out(reasons: Sequence[str]) -> str:
    said = {"n": len(reasons), "reasons": " ".join(reasons[:REASONS]), "more": len(reasons) - REASONS}
    if len(reasons) > REASONS:
        return _("%(n)s left out: %(reasons)s And %(more)s more.") % said
    return _("%(n)s left out: %(reasons)s") % said
