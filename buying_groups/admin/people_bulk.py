"""Several people out of their list into a buying group: which one, and then their roles (`settings.PERSON_BULKS`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.admin import bulk, door
from accounts.models import AccountPerson, Person
from buying_groups.admin import group_frame
from buying_groups.models import BuyingGroup, GroupMember
from buying_groups.services.members import MOST

PERMISSIONS = ("accounts.view_person", "buying_groups.view_buyinggroup", group_frame.EDIT_MEMBERS)
IN_ORDER = Person.objects.order_by("last_name", "pk")
# Groups that a select offers.
OFFERED = 200


@dataclass
class Candidates:
    """Of some people: who could come into a group, and how many are in it already."""

    group: BuyingGroup
    people: list[int] = field(default_factory=list)
    members: int = 0

    def label(self, asked: int) -> str:
        """ "CRM for Northwind: 3 of 5 people, 1 is a member already"."""
        said = {"group": self.group, "n": len(self.people), "asked": asked, "members": self.members}
        if not self.members:
            return _("%(group)s: %(n)s of %(asked)s people") % said
        words = ngettext(
            "%(group)s: %(n)s of %(asked)s people, %(members)s is a member already",
            "%(group)s: %(n)s of %(asked)s people, %(members)s are members already",
            self.members,
        )
        return words % said


class GroupForm(forms.Form):
    """One of the groups of their accounts."""

    group = forms.TypedChoiceField(
        label=gettext_lazy("Buying group"),
        coerce=int,
        widget=forms.Select,
        error_messages={"required": gettext_lazy("Choose the buying group.")},
        help_text=gettext_lazy("Groups of the accounts that they belong to. Their roles come next."),
    )


def assign(request: HttpRequest) -> HttpResponse:
    """Which group; from there to the page on which they are assigned, with those ticked who can be."""
    for permission in PERMISSIONS:
        door.require(request, permission)
    found = bulk.meant(request, IN_ORDER)
    candidates = _candidates([person.pk for person in found]) if len(found) <= MOST else {}
    form = GroupForm(request.POST if "group" in request.POST else None)
    chosen: Any = form.fields["group"]
    chosen.choices = [(pk, one.label(len(found))) for pk, one in candidates.items()]
    if candidates and form.is_valid():
        return _there(request, candidates[form.cleaned_data["group"]], len(found))
    n = len(found)
    heading = ngettext("Assign %(n)s person to a buying group", "Assign %(n)s people to a buying group", n)
    nothing = _("None of their accounts has a buying group that they could come into.")
    if n > MOST:
        nothing = _("%(n)s people at once; at most %(most)s are possible.") % {"n": n, "most": MOST}
    return bulk.page(
        request, found, Person,
        title=_("Assign to a buying group"), heading=heading % {"n": n},
        form=form, fits=bool(candidates), nothing=nothing, icon="group_add", submit=_("Next"),
        status=400 if form.errors else 200,
    )  # fmt: skip


def _there(request: HttpRequest, candidates: Candidates, asked: int) -> HttpResponse:
    left = asked - len(candidates.people)
    if left:
        words = ngettext(
            "%(n)s person is left out: a member already, or of another account.",
            "%(n)s people are left out: members already, or of other accounts.",
            left,
        )
        messages.info(request, words % {"n": left})
    there = door.to(candidates.group, "members_assign", candidates.group.pk)
    return HttpResponseRedirect(f"{there}?{urlencode({'person': candidates.people}, doseq=True)}")


def _candidates(ids: Sequence[int]) -> dict[int, Candidates]:
    """The groups into which some of these people could come, those for most of them first, by id."""
    relations = AccountPerson.objects.filter(person__in=ids).order_by("person_id")
    of_account: dict[int, list[int]] = defaultdict(list)
    for account, person in relations.values_list("account_id", "person_id"):
        of_account[account].append(person)
    groups = BuyingGroup.objects.filter(account__in=of_account).select_related("account", "solution_interest")
    known = {group.pk: Candidates(group) for group in groups.order_by("account_id", "pk")}
    members = GroupMember.objects.filter(group__in=known, person__in=ids, is_removed=False)
    inside = set(members.values_list("group_id", "person_id"))
    for pk, one in known.items():
        there = of_account[one.group.account_id]
        one.people = [person for person in there if (pk, person) not in inside]
        one.members = len(there) - len(one.people)
    fit = sorted(
        (one for one in known.values() if one.people), key=lambda one: (-len(one.people), str(one.group))
    )
    return {one.group.pk: one for one in fit[:OFFERED]}


ASSIGN = bulk.Bulk("assign_to_group", gettext_lazy("Assign to a buying group"), PERMISSIONS[1:], assign)
