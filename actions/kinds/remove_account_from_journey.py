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
    is_this_one = found.id == context.journey_id
    return None if found.is_live or is_this_one else _("“%(name)s” is not live.") % {"name": found.name}


class RemoveAccountFromJourney(Action):
    """End the entry of every account of the batch in a journey, this one included, as removed (spec 2.1).

    It works in a Live and a Closed journey; in every other status nobody is inside, and everybody is skipped.
    """

    type = ActionType.REMOVE_ACCOUNT_FROM_JOURNEY
    group = Group.JOURNEYS_AND_LISTS
    on = On.ACCOUNTS
    writes = frozenset({Writes.JOURNEYS})
    changes_accounts = False
    settings = (
        Reference(
            "journey",
            _("Journey"),
            help=_("A live journey, or this one."),
            resource="journey",
            must_be=_must_be,
        ),
    )

    def run(self, batch: Batch, settings: Mapping[str, Any]) -> Outcome:
        journey_id = references.id_of(settings["journey"])
        if journey_id == batch.journey_id:
            return Outcome(n_done=batch.size, ends_here=True)
        return batch.journeys.remove(journey_id, batch.subject)
