"""Members into other roles and out of a group, up to 50 at a time. Who comes in is in `group_assign`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.admin import door
from buying_groups.admin import group_consequences, group_frame, group_undo
from buying_groups.models import BuyingGroup, GroupMember
from buying_groups.reports import members as who
from buying_groups.reports import roles
from buying_groups.reports.roles import RoleState
from buying_groups.services import members
from buying_groups.services.members import MOST, Changed


class RolesForm(forms.Form):
    """A role for each of these people. Its fields are named as the service names the place of a fault.

    `initial`: the roles by person. `needed`: who must have one; the others stand there to be chosen. None: all.
    """

    def __init__(
        self,
        people: Sequence[int],
        states: Sequence[RoleState],
        data: Any = None,
        *,
        initial: Mapping[int, int | None],
        needed: Collection[int] | None = None,
    ) -> None:
        super().__init__(data, initial={field_of(person): role for person, role in initial.items()})
        self.needed = [person for person in people if needed is None or person in needed]
        known = [(state.role_id, state.name) for state in states]
        for person in people:
            choices = known if initial.get(person) else [("", gettext_lazy("Choose a role")), *known]
            self.fields[field_of(person)] = forms.TypedChoiceField(
                label=gettext_lazy("Role"),
                coerce=int,
                choices=choices,
                required=person in self.needed,
                error_messages={"required": gettext_lazy("Choose a role.")},
            )

    def clean(self) -> dict[str, Any]:
        if not self.needed:
            raise forms.ValidationError(_("Choose at least one person."))
        return super().clean() or {}

    def roles(self) -> dict[int, int]:
        """The role of each person who needs one, by ids."""
        return {person: self.cleaned_data[field_of(person)] for person in self.needed}


def field_of(person_id: int) -> str:
    return f"people__{person_id}"


def change_role(request: HttpRequest, group_id: int) -> HttpResponse:
    """Other roles for the members that were chosen."""
    group = door.one(request, group_frame.groups(), group_id)
    chosen = _chosen(request, group)
    if isinstance(chosen, HttpResponse):
        return chosen
    current = {member.person_id: member.role_id for member in chosen}
    states = roles.of_group(group)
    fields = {person: field_of(person) for person in current}
    says = group_consequences.says(states, group_consequences.change(request, states, current, fields))
    if group_consequences.is_asked(request):
        return group_consequences.answer(request, says)
    form = RolesForm(list(current), states, _posted(request), initial=current)
    changed = door.submit(request, form, lambda _given: _change(request, group, form, current))
    if changed is not None:
        n = len(changed.before)
        said = ngettext("%(n)s member has another role now.", "%(n)s members have other roles now.", n)
        return group_undo.leave(request, group, said % {"n": n}, changed)
    return group_frame.dialog(
        request, group, "buying_groups/admin/group_roles.html",
        title=_("Change roles"), heading=_("Change roles in “%s”") % group,
        status=400 if form.errors else 200,
        form=form, icon="swap_horiz", submit=_("Change roles"), says=says,
        rows=[(member, form[field_of(member.person_id)]) for member in chosen],
    )  # fmt: skip


def _change(
    request: HttpRequest, group: BuyingGroup, form: RolesForm, current: Mapping[int, int]
) -> Changed | None:
    """Who keeps the role is left as they are: saving it would count as a decision by hand."""
    wanted = {person: role for person, role in form.roles().items() if role != current[person]}
    if not wanted:
        form.add_error(None, _("Choose another role for at least one of them."))
        return None
    return members.change_role(group, wanted, **door.said(request))


def remove(request: HttpRequest, group_id: int) -> HttpResponse:
    """The members that were chosen leave the group, after a look at what that makes of it."""
    group = door.one(request, group_frame.groups(), group_id)
    chosen = _chosen(request, group)
    if isinstance(chosen, HttpResponse):
        return chosen
    ids = [member.person_id for member in chosen]
    form = forms.Form(_posted(request))
    removed = door.submit(request, form, lambda _given: members.remove(group, ids, **door.said(request)))
    if removed is not None:
        n = len(removed.before)
        said = ngettext("%(n)s member is removed.", "%(n)s members are removed.", n) % {"n": n}
        return group_undo.leave(request, group, said, removed)
    n = len(ids)
    return group_frame.dialog(
        request, group, "buying_groups/admin/group_remove.html",
        title=_("Remove members"),
        heading=ngettext("Remove %(n)s member", "Remove %(n)s members", n) % {"n": n},
        status=400 if form.errors else 200,
        form=form, chosen=chosen, says=_consequences(group, chosen),
        submit=_("Remove"), danger=True,
    )  # fmt: skip


def _consequences(group: BuyingGroup, chosen: Sequence[GroupMember]) -> list[tuple[str, str]]:
    """What the removal makes of the group; (icon, sentence)."""
    states = roles.of_group(group)
    fewer = Counter(member.role_id for member in chosen)
    return [
        *group_consequences.says(states, {role: -n for role, n in fewer.items()}),
        (
            "back_hand",
            _("It counts as done by hand: neither journeys nor the nightly maintenance bring them back."),
        ),
        ("history", _("They stay on record as former members, and can be assigned again.")),
    ]


def _posted(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def asked_people(request: HttpRequest) -> list[int]:
    """The people that were ticked, each once."""
    given = request.POST if request.method == "POST" else request.GET
    return [id for id in dict.fromkeys(door.number(text) for text in given.getlist("person")) if id]


def _chosen(request: HttpRequest, group: BuyingGroup) -> Sequence[GroupMember] | HttpResponse:
    """The members that were ticked; or, when these are none or too many, the way back.

    :raises PermissionDenied: for who may not edit members
    """
    door.require(request, group_frame.EDIT_MEMBERS)
    ids = asked_people(request)
    if len(ids) > MOST:
        messages.error(
            request,
            _("%(n)s members at once; at most %(most)s are possible.") % {"n": len(ids), "most": MOST},
        )
    chosen = who.current(group).filter(person_id__in=ids)
    found = group_frame.named(request, chosen) if len(ids) <= MOST else []
    if found:
        return found
    if len(ids) <= MOST:
        messages.error(request, _("Choose at least one member."))
    return HttpResponseRedirect(door.to(group, "change", group.pk))
