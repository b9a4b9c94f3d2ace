"""What the conditions and actions of journeys ask for, for whoever takes a field away (`settings.FIELD_USERS`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from accounts.conditions.users import Asking, fields_of
from journeys.models import Draft, Journey, Node, Path
from journeys.nodes.base import Document
from journeys.nodes.registry import KINDS


def of_journeys() -> Iterator[Asking]:
    """The fields of drafts, and of the maps of journeys that have been published and have not ended."""
    drafts = Draft.objects.filter(journey__in=Journey.objects.present().filter(status=Journey.Status.DRAFT))
    for name, nodes in drafts.values_list("journey__name", "nodes"):
        yield _of(name), {field for node in nodes for field in _of_draft(node)}
    published: Any = Journey.objects.published()
    conditions = Path.objects.filter(condition__isnull=False, node__version__journey__in=published)
    for name, condition in conditions.values_list("node__version__journey__name", "condition"):
        if condition:
            yield _of(name), fields_of(condition)
    actions = Node.objects.filter(version__journey__in=published).exclude(action="")
    for name, kind, action, settings in actions.values_list(
        "version__journey__name", "kind", "action", "settings"
    ):
        yield _of(name), set(_of_settings({"kind": kind, "action": action, "settings": settings}))


def _of(name: str) -> str:
    return _("journey %(name)s") % {"name": name}


def _of_draft(node: Document) -> Iterator[str]:
    if kind := KINDS.get(node["kind"]):
        for asked in kind.conditions(node):
            yield from fields_of(asked.condition)
        yield from _of_settings(node)


def _of_settings(node: Document) -> Iterator[str]:
    given = node.get("settings") or {}
    for setting in KINDS[node["kind"]].declared(node):
        if value := given.get(setting.name):
            yield from setting.fields(value)
