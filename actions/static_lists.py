"""What the two actions on account lists share: their setting, and the statement around the change."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts import events
from accounts.models import AccountList, EventType
from accounts.references import Found
from accounts.sql import Sql, sql
from actions.base import Batch, outcome_columns
from actions.settings import Context, Reference
from actions.types import Reason


def _must_be(found: Found, context: Context) -> str | None:
    if found.kind != AccountList.Type.STATIC:
        said = _("“%(name)s” is a dynamic list; its condition alone says who is on it.")
        return said % {"name": found.name}
    return None if found.is_live else _("“%(name)s” is not live; publish it first.") % {"name": found.name}


LIST = Reference(
    "account_list",
    _("Account list"),
    help=_("A live static list."),
    resource="account_list",
    must_be=_must_be,
)


def change(
    batch: Batch, list_id: int | None, changed: Sql, *, event: EventType.BuiltIn, unchanged: Reason
) -> Sql:
    """The row of the outcome of a change of members, with its events.

    `changed` writes and returns account_id; it sees `list` (id, name), which is empty when the list is gone.
    Whoever it does not return is skipped: for `unchanged`, or because the list is gone.
    """
    record = events.insert(
        type=event, source=batch.source, now=batch.now, relation=Sql("changed"), account=Sql("account_id"),
        payload=Sql("(SELECT jsonb_build_object('list', id, 'name', name) FROM list)"),
    )  # fmt: skip
    return sql(
        "WITH list AS MATERIALIZED (SELECT id, name FROM accounts_accountlist"
        " WHERE id = {id} AND type = {static} AND status = {live}),"
        " changed AS ({changed}){record} {outcome}",
        id=list_id, static=AccountList.Type.STATIC.value, live=AccountList.Status.LIVE.value, changed=changed,
        record=events.cte("event", record), outcome=outcome_columns(_outcome(batch, unchanged)),
    )  # fmt: skip


def _outcome(batch: Batch, unchanged: Reason) -> Sql:
    # IN is looked up in a hash whatever the planner expects; a join with `changed` may become a nested loop.
    return sql(
        "(SELECT entry_id, is_done::integer AS done, (NOT is_done)::integer AS skipped,"
        " CASE WHEN is_done THEN NULL WHEN EXISTS (SELECT FROM list) THEN {unchanged} ELSE {gone} END"
        " AS reason"
        " FROM (SELECT entry_id, account_id IN (SELECT account_id FROM changed) AS is_done"
        " FROM {subject} AS subject) AS member)",
        unchanged=int(unchanged), gone=int(Reason.REFERENCE_GONE), subject=batch.subject,
    )  # fmt: skip
