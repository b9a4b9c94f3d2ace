from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.findings import Finding
from accounts.references import Change
from actions.base import Action, Batch, Labels, unlabelled
from actions.registry import ACTIONS
from actions.settings import Context, Setting, said_of
from actions.types import On
from journeys.models import Entry
from journeys.nodes.base import Document, NodeKind, Step, Travel, Way, by_way_out
from journeys.nodes.cohort import Cohort
from journeys.nodes.frozen import FrozenNode


class TakeAction(NodeKind):
    """An action is taken on the accounts or on their people (spec 1.7, 2)."""

    kind = "take_action"
    label = _("Take an action")
    on = (On.ACCOUNTS, On.PEOPLE)

    def variants(self) -> list[dict[str, Any]]:
        """One for each action, and one without: a node that has just been put on a path."""
        bare = {"on": {"enum": list(self.on)}, "settings": {"type": "object", "maxProperties": 0}}
        return [bare, *(_variant(action) for action in ACTIONS.values())]

    def declared(self, node: Document) -> Sequence[Setting]:
        action = _action(node)
        return action.settings if action else ()

    def check(self, node: Document, context: Context) -> list[Finding]:
        if not node.get("action"):
            return [*_on(node), *_no_action(node)]
        action = _action(node)
        if action is None:
            message = _("There is no action “%(name)s”; known are %(known)s.") % {
                "name": node["action"], "known": ", ".join(ACTIONS),
            }  # fmt: skip
            return [Finding("unknown_action", message, ("action",))]
        found = action.check(node.get("settings") or {}, context)
        return [*_on(node), *_fits(node, action), *(finding.under("settings") for finding in found)]

    def map_references(self, node: Document, change: Change) -> dict[str, Any]:
        action = _action(node)
        if action is None or not node.get("settings"):
            return dict(node)
        return {**node, "settings": action.map_references(node["settings"], change)}

    def without_details(self, node: Document) -> dict[str, Any]:
        return {key: value for key, value in node.items() if key not in ("action", "settings")}

    def summary(self, node: Document, labels: Labels = unlabelled) -> str:
        action = _action(node)
        if action is None:
            return ""
        said = action.summary(node.get("settings") or {}, labels)
        return said_of(action.label, said) if said else action.label

    def prepare(self, node: Document) -> dict[str, Any]:
        return ACTIONS[node["action"]].prepare(super().prepare(node))

    def leave(self, node: FrozenNode, cohort: Cohort, travel: Travel) -> Step:
        batch = Batch(
            subject=cohort.subject, size=cohort.n, now=travel.now, source=travel.source,
            journeys=travel.journeys, journey_id=travel.journey_id,
        )  # fmt: skip
        outcome = ACTIONS[node.action].run(batch, node.settings)
        if outcome.ends_here:
            removed = Way(cohort, None, Entry.Reason.REMOVED_BY_JOURNEY, Entry.Status.REMOVED)
            return Step([removed], outcome)
        return Step(by_way_out(node, cohort), outcome)


def _action(node: Document) -> Action | None:
    return ACTIONS.get(node.get("action") or "")


def _variant(action: Action) -> dict[str, Any]:
    return {
        "on": {"const": str(action.on)},
        "action": {"const": str(action.type)},
        "settings": action.schema(),
    }


def _on(node: Document) -> list[Finding]:
    if node.get("on"):
        return []
    message = str(_("Take an action: say whether it is taken on accounts or on people."))
    return [Finding("missing", message, ("on",), refused=False)]


def _no_action(node: Document) -> list[Finding]:
    message = str(_("Take an action: choose an action."))
    found = [Finding("missing", message, ("action",), refused=False)]
    if node.get("settings"):
        message = str(_("Take an action: settings need an action."))
        found.append(Finding("unknown_setting", message, ("settings",)))
    return found


def _fits(node: Document, action: Action) -> list[Finding]:
    """Whether the action is one on accounts, or on people, and can be had on this installation."""
    found = []
    if node.get("on") and node["on"] != action.on:
        message = _("%(action)s is an action on %(right)s, not on %(wrong)s.") % {
            "action": action.label, "right": action.on, "wrong": node["on"],
        }  # fmt: skip
        found.append(Finding("action_not_for", message, ("action",)))
    if reason := action.unavailable():
        message = said_of(action.label, reason)
        found.append(Finding("action_unavailable", message, ("action",), refused=False))
    return found
