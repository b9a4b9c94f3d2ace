from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts import references
from accounts.references import Found
from actions.base import Action, Batch, Outcome
from actions.settings import Context, Reference
from actions.types import ActionType, Group, On, Writes


def _must_be(found: Found, context: Context) -> str | None:
    if found.id == context.journey_id:
        return str(_("an account cannot be added to the journey that it is in; choose another one."))
    return None if found.is_live else _("“%(name)s” is not live.") % {"name": found.name}


class AddAccountToJourney(Action):
    """Enter every account of the batch into another journey, without its audience's conditions (spec 2.1).

    The target's re-entry rules hold; the engine says who was skipped and why. A target on hold is live: the
    account enters and stands at its start until the release.
    """

    type = ActionType.ADD_ACCOUNT_TO_JOURNEY
    group = Group.JOURNEYS_AND_LISTS
    on = On.ACCOUNTS
    writes = frozenset({Writes.JOURNEYS})
    changes_accounts = False
    settings = (
        Reference(
            "journey",
            _("Journey"),
            help=_("A live journey, not this one."),
            resource="journey",
            must_be=_must_be,
        ),
    )

    def run(self, batch: Batch, settings: Mapping[str, Any]) -> Outcome:
        return batch.journeys.enter(references.id_of(settings["journey"]), batch.subject)
