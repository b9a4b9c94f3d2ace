"""People in a table, each with the scores that they have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from accounts.models import AccountPerson, PersonScore, Score

# Columns of scores beside the people of an account.
SHOWN = 3


def table(relations: Sequence[AccountPerson]) -> dict[str, Any]:
    """The rows (relation, values of the scores shown) and the scores; two queries, whatever the number of people."""
    scores = list(Score.objects.order_by("label")[:SHOWN])
    values: dict[int, dict[int, int]] = defaultdict(dict)
    wanted = PersonScore.objects.filter(person_id__in=[relation.person_id for relation in relations])
    for person, score, value in wanted.values_list("person_id", "score_id", "value"):
        values[person][score] = value
    rows = [
        (relation, [values[relation.person_id].get(score.pk) for score in scores]) for relation in relations
    ]
    return {"rows": rows, "scores": scores}
