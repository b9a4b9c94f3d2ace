"""Whose drafts name something that is about to be deleted (`settings.DRAFT_USERS`).

Published journeys hold on to what they name. A draft does not: it keeps the name, and has a problem that says it is
gone (decision 8, spec 1.5).
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Q, Value
from django.db.models.functions import Lower

from accounts.references import resources
from journeys.models import DraftTarget, Journey


def in_drafts(resource: str, rows: Mapping[int, str]) -> list[str]:
    """What those journeys are called, by name, whose drafts mean one of these rows (id → name).

    A draft means what its publishing would find: the row of the id that it has kept; once that is gone, or if there
    was none, the one of that name. Two queries.
    """
    names = [Lower(Value(name)) for name in rows.values()]
    drafts = Journey.objects.present().filter(status=Journey.Status.DRAFT)
    of_drafts = DraftTarget.objects.filter(resource=resource, draft__journey__in=drafts).annotate(
        _name=Lower("name")
    )
    # Either has an index; one OR over both would look at every draft.
    by_id = of_drafts.filter(target__in=list(rows))
    by_name = of_drafts.filter(_name__in=names).filter(~Q(target__in=list(rows)) | Q(target=None))
    columns = ("target", "draft__journey__name")
    found = list(by_id.values_list(*columns)) + list(by_name.values_list(*columns))
    others = {target for target, _name in found if target is not None} - rows.keys()
    kept = resources()[resource].by_id(others).keys() if others else set()
    return sorted({name for target, name in found if target not in kept})
