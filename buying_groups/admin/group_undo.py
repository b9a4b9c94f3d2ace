"""Taking back what was just done to members: the message that says so has a button for it."""

from __future__ import annotations

from dataclasses import astuple
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.admin import door
from accounts.errors import Conflict
from accounts.findings import Invalid
from accounts.models import Person
from buying_groups.admin import group_frame
from buying_groups.members.restore import Former
from buying_groups.models import BuyingGroup
from buying_groups.services import members
from buying_groups.services.members import Changed, Kept

# What an earlier release has signed says less, and is not taken.
SALT = "buying_groups.undo.2"
# Of those who could not be what they were.
NAMED = 5
Stood = dict[int, Former | None]


def leave(request: HttpRequest, group: BuyingGroup, message: str, changed: Changed) -> HttpResponse:
    """Back to the group, where it says what was done and offers to take it back."""
    return group_frame.leave(request, group, _offer(request, group, message, changed))


def _offer(request: HttpRequest, group: BuyingGroup, message: str, changed: Changed) -> SafeString | str:
    if not changed.former:
        return message
    # Signed: only what was done can be taken back, in the group and by the member of staff that it was.
    former = [(person, _packed(stood)) for person, stood in changed.former.items()]
    what = signing.dumps([group.pk, request.user.pk, changed.at.isoformat(), former], salt=SALT)
    return format_html(
        '{} <form method="post" action="{}" class="bg-undo"><input type="hidden" name="csrfmiddlewaretoken"'
        ' value="{}"><input type="hidden" name="what" value="{}"><button type="submit" class="tl-link">{}</button>'
        "</form>",
        message, door.to(group, "members_undo", group.pk), get_token(request), what, _("Undo"),
    )  # fmt: skip


def undo(request: HttpRequest, group_id: int) -> HttpResponse:
    """Make those whom the last change was about what they were; who cannot be is named, and why."""
    group = door.one(request, group_frame.groups(), group_id)
    door.require(request, group_frame.EDIT_MEMBERS)
    asked = _asked(request, group)
    if asked is None:
        messages.error(request, _("This cannot be undone any more."))
    else:
        _undo(request, group, *asked)
    return HttpResponseRedirect(door.to(group, "change", group.pk))


def _packed(stood: Former | None) -> list[Any] | None:
    return [*astuple(stood)[:-1], stood.changed_at.isoformat()] if stood else None


def _unpacked(packed: list[Any] | None) -> Former | None:
    if packed is None:
        return None
    role, source, source_id, is_removed, at = packed
    return Former(role, source, source_id, is_removed, datetime.fromisoformat(at))


def _asked(request: HttpRequest, group: BuyingGroup) -> tuple[datetime, Stood] | None:
    """When the change was, and how everybody stood before; None when it was none of this group and user."""
    try:
        group_id, user_id, at, former = signing.loads(request.POST.get("what", ""), salt=SALT)
    except signing.BadSignature:
        return None
    if (group_id, user_id) != (group.pk, request.user.pk):
        return None
    return datetime.fromisoformat(at), {person: _unpacked(packed) for person, packed in former}


def _undo(request: HttpRequest, group: BuyingGroup, at: datetime, former: Stood) -> None:
    try:
        undone = members.undo(group, former, at=at, **door.said(request))
    except (Conflict, Invalid) as refused:
        messages.error(request, str(refused))
        return
    if undone.n:
        said = ngettext("Undone for %(n)s person.", "Undone for %(n)s people.", undone.n)
        messages.success(request, said % {"n": undone.n})
    for why, said in (
        (Kept.CHANGED, _("Not undone, because they were changed again since: %(names)s.")),
        (Kept.LEFT, _("Not undone, because they do not belong to the account any more: %(names)s.")),
    ):
        if people := [person for person, reason in undone.kept.items() if reason is why]:
            messages.warning(request, said % {"names": _names(request, people)})


def _names(request: HttpRequest, people: list[int]) -> str:
    if group_frame.may_view_people(request):
        found = list(Person.objects.filter(pk__in=people).order_by("last_name", "first_name", "pk")[:NAMED])
    else:
        found = [Person(pk=pk) for pk in sorted(people)[:NAMED]]
    names = [str(person) for person in found]
    more = len(people) - len(names)
    return ", ".join([*names, *([_("%(n)s more") % {"n": more}] if more else [])])
