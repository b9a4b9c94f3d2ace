"""What the conditions and actions of journeys ask for, for whoever takes a field away (`settings.FIELD_USERS`).

And what their actions change, for whoever closes an attribute to them (`settings.ATTRIBUTE_WRITERS`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from accounts.conditions.users import Asking, fields_of
from actions.settings import Setting
from journeys.models import Draft, Journey, Node, Path
from journeys.nodes.base import Document
from journeys.nodes.registry import KINDS


def of_journeys() -> Iterator[Asking]:
    """The fields of drafts, and of the maps of journeys that have been published and have not ended."""
    for name, nodes in _drafts():
        yield _of(name), {field for node in nodes for field in _of_draft(node)}
    published: Any = Journey.objects.published()
    conditions = Path.objects.filter(condition__isnull=False, node__version__journey__in=published)
    for name, condition in conditions.values_list("node__version__journey__name", "condition"):
        if condition:
            yield _of(name), fields_of(condition)
    for name, node in _published_actions():
        yield _of(name), set(_of_settings(node))


def writing_journeys() -> Iterator[Asking]:
    """The attributes that actions change, of the same journeys."""
    for name, nodes in _drafts():
        known = [node for node in nodes if node["kind"] in KINDS]
        yield _of(name), {attribute for node in known for attribute in _written_by(node)}
    for name, node in _published_actions():
        yield _of(name), set(_written_by(node))


def _drafts() -> Iterator[tuple[str, list[Document]]]:
    drafts = Draft.objects.filter(journey__in=Journey.objects.present().filter(status=Journey.Status.DRAFT))
    yield from drafts.values_list("journey__name", "nodes")


def _published_actions() -> Iterator[tuple[str, Document]]:
    published: Any = Journey.objects.published()
    actions = Node.objects.filter(version__journey__in=published).exclude(action="")
    for name, kind, action, settings in actions.values_list(
        "version__journey__name", "kind", "action", "settings"
    ):
        yield name, {"kind": kind, "action": action, "settings": settings}


def _of(name: str) -> str:
    return _("journey %(name)s") % {"name": name}


def _of_draft(node: Document) -> Iterator[str]:
    if kind := KINDS.get(node["kind"]):
        for asked in kind.conditions(node):
            yield from fields_of(asked.condition)
        yield from _of_settings(node)


def _of_settings(node: Document) -> Iterator[str]:
    for setting, value in _given(node):
        yield from setting.fields(value)


def _written_by(node: Document) -> Iterator[str]:
    for setting, value in _given(node):
        yield from setting.writes(value)


def _given(node: Document) -> Iterator[tuple[Setting, Any]]:
    given = node.get("settings") or {}
    for setting in KINDS[node["kind"]].declared(node):
        if value := given.get(setting.name):
            yield setting, value
