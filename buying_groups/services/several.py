"""The stage and the status of several buying groups at once, by the same rules as of one (`services.groups`)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts import changes
from accounts.errors import User, require
from accounts.events import Source
from accounts.models import Account
from accounts.services.checking import staff
from accounts.sql import Sql, rows, sql
from buying_groups import stages
from buying_groups.models import BuyingGroup, Stage, StageMove
from buying_groups.services.groups import refusal, status_text
from buying_groups.stages import Verdict

PERMISSION = "buying_groups.change_buyinggroup"
SUBJECT = "(SELECT * FROM unnest({groups}::bigint[], {accounts}::bigint[]) AS given (key, account_id))"
Change = Callable[[Sql, int], Sql]
"""What is done to the groups of a subject, all of the solution interest of this id (`stages.move`)."""


@dataclass(frozen=True)
class Done:
    """How many groups were changed, how many were so already, and why the others are as they were."""

    changed: int
    same: int
    refused: list[str]


@transaction.atomic
def set_stage(
    group_ids: Collection[int], stage: Stage, *, by: User, now: datetime, source: Source | None = None
) -> Done:
    """Move groups to a stage, each where the stage model allows it; a group that is gone is passed over.

    :raises PermissionDenied: if `by` may not change buying groups
    """
    require(by, PERMISSION)
    held, where = _held(group_ids), Ways()
    said = source or staff(by)
    verdicts = _apply(
        held,
        lambda subject, interest: stages.move(
            subject, interest_id=interest, stage_id=stage.pk, source=said, now=now
        ),
    )
    refused = [refusal(verdicts[one.pk], one, stage, where.next(one)) for one in held]
    return _done(verdicts, [str(error) for error in refused if error])


@transaction.atomic
def set_status(
    group_ids: Collection[int], status: str, *, by: User, now: datetime, source: Source | None = None
) -> Done:
    """Give groups a status, any text of at most 50 characters; the empty text takes it away. The rest as there.

    :raises PermissionDenied: if `by` may not change buying groups
    :raises Invalid: if the text is too long, or is none
    """
    require(by, PERMISSION)
    text, said = status_text(status), source or staff(by)
    verdicts = _apply(
        _held(group_ids),
        lambda subject, interest: stages.set_status(
            subject, interest_id=interest, status=text, source=said, now=now
        ),
    )
    return _done(verdicts, [])


class Ways:
    """The stages of all models, and where one may go from each; two queries, whatever the number of groups."""

    def __init__(self) -> None:
        self._stages = list(Stage.objects.order_by("position", "pk"))
        self._moves = set(StageMove.objects.values_list("from_stage_id", "to_stage_id"))

    def next(self, group: BuyingGroup) -> list[Stage]:
        """Where this one may go, in the order of its stage model; as `groups.next_stages`."""
        model, here = group.solution_interest.stage_model_id, group.stage_id
        of_model = [one for one in self._stages if model is not None and one.model_id == model]
        if here is None:
            return [one for one in of_model if one.is_entry]
        return [one for one in of_model if (here, one.pk) in self._moves]

    def counted(self, groups: Iterable[BuyingGroup]) -> list[tuple[Stage, int]]:
        """The stages to which any of these may go, in order, and how many of them."""
        found = Counter(stage.pk for group in groups for stage in self.next(group))
        return [(stage, found[stage.pk]) for stage in self._stages if found[stage.pk]]


def _held(group_ids: Collection[int]) -> Sequence[BuyingGroup]:
    """The groups as they are now; their accounts are held, in the order of their ids."""
    found = BuyingGroup.objects.filter(pk__in=list(group_ids))
    accounts = Account.objects.filter(pk__in=list(found.values_list("account_id", flat=True)))
    list(accounts.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    return list(found.select_related("solution_interest", "stage", "account").order_by("pk"))


def _apply(groups: Sequence[BuyingGroup], change: Change) -> dict[int, Verdict]:
    """What becomes of each group; one statement for each solution interest."""
    of_interest: dict[int, list[BuyingGroup]] = defaultdict(list)
    for group in groups:
        of_interest[group.solution_interest_id].append(group)
    found: dict[int, Verdict] = {}
    for interest, some in of_interest.items():
        subject = sql(SUBJECT, groups=[one.pk for one in some], accounts=[one.account_id for one in some])
        statement = sql("WITH {change} SELECT key, verdict FROM asked", change=change(subject, interest))
        found |= {key: Verdict(verdict) for key, verdict in rows(statement)}
    changes.mark([one.account_id for one in groups if found[one.pk] == Verdict.CHANGED])
    return found


def _done(verdicts: dict[int, Verdict], refused: list[str]) -> Done:
    found = Counter(verdicts.values())
    return Done(found[Verdict.CHANGED], found[Verdict.SAME], refused)
