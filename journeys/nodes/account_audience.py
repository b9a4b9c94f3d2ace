from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.findings import Finding
from accounts.references import Found
from actions.base import Labels, unlabelled
from actions.settings import Choice, Context, Reference
from journeys.models import Journey
from journeys.nodes.base import Document, NodeKind, Step, Travel, by_way_out
from journeys.nodes.cohort import Cohort
from journeys.nodes.frozen import FrozenNode


def _live_list(found: Found, context: Context) -> str | None:
    said = _("“%(name)s” is a draft; a live list is needed.")
    return None if found.is_live else said % {"name": found.name}


class AccountAudience(NodeKind):
    """The start: which accounts come in (spec 1.7). Admission reads it; a visit here is a moment."""

    kind = "account_audience"
    label = _("Account audience")
    settings = (
        Reference(
            "account_list", _("Account list"), required=False, resource="account_list", must_be=_live_list,
            help=_("The accounts on this list come in. Either a list or an audience."),
        ),
        Reference(
            "audience", _("Audience"), required=False, resource="audience",
            help=_("The accounts that match this audience come in."),
        ),
        Choice(
            "mode", _("Mode"), required=False, choices=tuple(Journey.Mode.choices),
            help=_("Once: read at the start, never again. Continuous: who qualifies later comes in too."),
        ),
    )  # fmt: skip

    def check(self, node: Document, context: Context) -> list[Finding]:
        given = node.get("settings") or {}
        found = super().check(node, context)
        if given.get("account_list") and given.get("audience"):
            message = str(_("Account audience: either an account list or an audience, not both."))
            found.append(Finding("not_together", message, ("settings", "audience")))
        if not (given.get("account_list") or given.get("audience")):
            message = str(_("Account audience: choose an account list or an audience."))
            found.append(Finding("no_audience", message, ("settings",), refused=False))
        return found

    def summary(self, node: Document, labels: Labels = unlabelled) -> str:
        given = node.get("settings") or {}
        said = [
            f"{setting.label} {setting.say(given[setting.name])}"
            for setting in self.settings[:2]
            if given.get(setting.name)
        ]
        return ", ".join([*said, str(Journey.Mode(mode_of(given)).label).lower()]) if said else ""

    def prepare(self, node: Document) -> dict[str, Any]:
        given = super().prepare(node)
        return {**given, "mode": mode_of(given)}

    def leave(self, node: FrozenNode, cohort: Cohort, travel: Travel) -> Step:
        return Step(by_way_out(node, cohort))


def mode_of(settings: Document) -> str:
    """How the audience is read: continuous unless the settings say otherwise."""
    return str(settings.get("mode") or Journey.Mode.CONTINUOUS)
