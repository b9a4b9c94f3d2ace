"""What the pages of a group share: its head with the account, stage and status, what can be done, and the tabs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin import door
from accounts.models import AccountPerson, Person
from buying_groups.models import BuyingGroup, GroupMember, IgnoredChange, Stage
from buying_groups.services.members import PERMISSION

CHANGE = "buying_groups.change_buyinggroup"
EDIT_MEMBERS = PERMISSION
VIEW_PEOPLE = "accounts.view_person"
EXPORT = "buying_groups.export_buyinggroup"
OfPerson = TypeVar("OfPerson", GroupMember, IgnoredChange)
TABS = (
    ("change", gettext_lazy("Overview")),
    ("scores", gettext_lazy("Scores over time")),
    ("ignored", gettext_lazy("Ignored changes")),
    ("timeline", gettext_lazy("Timeline")),
)
OUTCOMES = {Stage.Outcome.OPEN: "scheduled", Stage.Outcome.SUCCESS: "done", Stage.Outcome.FAILURE: "failed"}


def groups() -> QuerySet[BuyingGroup]:
    """Groups with all that their head shows."""
    return BuyingGroup.objects.select_related("account", "solution_interest__template", "stage")


def show(
    request: HttpRequest, group: BuyingGroup, template: str, tab: str, *, status: int = 200, **context: Any
) -> HttpResponse:
    """A tab of the group in its frame."""
    frame = {
        "object": group,
        "icon": "groups",
        "heading": str(group),
        "lead": _lead(request, group),
        "badges": _badges(group),
        "tab": tab,
        "tabs": [(name, label, door.to(group, name, group.pk)) for name, label in TABS],
        "assign_url": _for(request, group, EDIT_MEMBERS, "members_assign")
        if may_view_people(request)
        else "",
        "stage_url": _for(request, group, CHANGE, "stage") if group.solution_interest.stage_model_id else "",
        "status_url": _for(request, group, CHANGE, "status"),
    }
    name = f"buying_groups/admin/{template}"
    return door.page(request, name, BuyingGroup, title=str(group), status=status, **frame, **context)


def dialog(
    request: HttpRequest, group: BuyingGroup, template: str, *, title: str, status: int = 200, **context: Any
) -> HttpResponse:
    """A question about the group on a page of its own."""
    frame = {"object": group, "back": door.to(group, "change", group.pk)}
    return door.page(request, template, BuyingGroup, title=title, status=status, **{**frame, **context})


def leave(request: HttpRequest, group: BuyingGroup, message: str) -> HttpResponse:
    """Back to the group, where it says what was done."""
    return door.done(request, message, door.to(group, "change", group.pk))


def linked(request: HttpRequest, row: Any) -> SafeString | str:
    """The name of something, with its page for whoever may view it."""
    if not door.may(request, door.permission(type(row), "view")):
        return str(row)
    return format_html('<a class="tl-link" href="{}">{}</a>', door.to(row, "change", row.pk), row)


def is_member(group: BuyingGroup) -> QuerySet[GroupMember]:
    """Who is in it now."""
    return GroupMember.objects.filter(group=group, is_removed=False)


def may_view_people(request: HttpRequest) -> bool:
    """Whether whoever asks learns who the people of a group are."""
    return door.may(request, VIEW_PEOPLE)


def named(request: HttpRequest, rows: Iterable[OfPerson]) -> list[OfPerson]:
    """The rows; for who may not view people each with a person of whom there is nothing but the id."""
    found = list(rows)
    if not may_view_people(request):
        for row in found:
            row.person = Person(pk=row.person_id)
    return found


def people_url(request: HttpRequest, group: BuyingGroup) -> str:
    """Where people of the account are added, while it has none; for whoever may view them."""
    knows = AccountPerson.objects.filter(account=group.account_id).exists()
    may = door.may(request, "accounts.view_account") and may_view_people(request)
    return door.to(group.account, "people", group.account_id) if may and not knows else ""


def _lead(request: HttpRequest, group: BuyingGroup) -> SafeString:
    parts = (
        _("Account"), linked(request, group.account),
        _("Solution interest"), linked(request, group.solution_interest),
    )  # fmt: skip
    return format_html("{} {} · {} {}", *parts)


def _badges(group: BuyingGroup) -> list[tuple[str, str]]:
    stage = [(OUTCOMES[Stage.Outcome(group.stage.outcome)], group.stage.name)] if group.stage else []
    return [*stage, *([("type", group.status)] if group.status else [])]


def _for(request: HttpRequest, group: BuyingGroup, permission: str, page: str) -> str:
    return door.to(group, page, group.pk) if door.may(request, permission) else ""
