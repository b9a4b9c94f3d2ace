"""What the pages of a role template share: its frame, its roles in their order, its problems with their cards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.admin import conditions, door
from accounts.conditions.grammar import filters
from accounts.findings import Finding
from buying_groups.models import RoleTemplate, TemplateRole

TEMPLATES = RoleTemplate.objects.select_related("created_by", "published_by")
DRAFT = RoleTemplate.Status.DRAFT
CHANGE = "buying_groups.change_roletemplate"
TABS = (("change", _("Roles")), ("settings", _("Settings")))


def show(
    request: HttpRequest, template: RoleTemplate, page: str, tab: str, *, status: int = 200, **context: Any
) -> HttpResponse:
    """A tab of the template in its frame; a live one has nothing to set."""
    is_draft = template.status == DRAFT
    may_publish = is_draft and door.may(request, "buying_groups.publish_roletemplate")
    may_delete = door.may(request, "buying_groups.delete_roletemplate")
    frame = {
        "object": template,
        "icon": "assignment_ind",
        "heading": template.name,
        "lead": template.description,
        "tab": tab,
        "tabs": [(name, label, door.to(template, name, template.pk)) for name, label in TABS if is_draft],
        "badges": [(template.status, template.get_status_display())],
        "publish_url": door.to(template, "publish", template.pk) if may_publish else "",
        "delete_url": door.to(template, "delete", template.pk) if may_delete else "",
    }
    return door.page(
        request,
        f"buying_groups/admin/{page}",
        RoleTemplate,
        title=template.name,
        status=status,
        **frame,
        **context,
    )


def roles_of(template: RoleTemplate) -> QuerySet[TemplateRole]:
    """In the order of their priority."""
    return TemplateRole.objects.filter(template=template).select_related("role").order_by("priority")


def shares(named: Iterable[tuple[str, int]]) -> list[dict[str, Any]]:
    """What each role (name, weight) counts in the engagement, in whole percent of the sum of the weights."""
    named = list(named)
    total = sum(weight for _, weight in named) or 1
    return [
        {"name": name, "weight": weight, "percent": round(100 * weight / total)} for name, weight in named
    ]


def with_words(rows: Sequence[TemplateRole]) -> list[tuple[TemplateRole, int, str]]:
    """For a table to read: each role, its share in percent, and who gets it."""
    percents = [one["percent"] for one in shares((str(row.role), row.weight) for row in rows)]
    nobody = str(_("nobody yet: a filter is missing"))
    # A condition without a filter holds for everybody elsewhere; here it is one that was not written yet.
    is_written = [row.condition is not None and any(filters(row.condition)) for row in rows]
    words = conditions.words_all(row.condition for row in rows)
    said = [one if written else nobody for one, written in zip(words, is_written, strict=True)]
    return list(zip(rows, percents, said, strict=True))


def placed(findings: Iterable[Finding], names: Sequence[str]) -> list[dict[str, Any]]:
    """Problems for a page, each with the number and the name of the card that it is about."""
    return [_placed(finding, names) for finding in findings]


def _placed(finding: Finding, names: Sequence[str]) -> dict[str, Any]:
    index = finding.at[1] if len(finding.at) > 1 else None
    name = names[index] if isinstance(index, int) and index < len(names) else ""
    return {"message": finding.message, "card": index, "name": name}
