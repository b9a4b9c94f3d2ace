"""What the actions on the buying groups of accounts share: the solution interest, and the outcome of a change."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.sql import Sql, join, row, sql
from actions.base import Batch, Outcome, outcome_columns
from actions.settings import Reference
from actions.types import Reason
from buying_groups.stages import Verdict

INTEREST = Reference(
    "solution_interest", _("Solution interest"), help=_("Whose buying groups."), resource="solution_interest"
)
SKIPPED = {
    Verdict.NO_GROUP: Reason.NO_BUYING_GROUP,
    Verdict.NO_STAGE_MODEL: Reason.NO_STAGE_MODEL,
    Verdict.NOT_ALLOWED: Reason.TRANSITION_NOT_ALLOWED,
    Verdict.GONE: Reason.REFERENCE_GONE,
}


def subject(batch: Batch) -> Sql:
    """The accounts of the batch as `buying_groups.stages` wants them."""
    return sql("(SELECT entry_id AS key, account_id FROM {subject} AS entry)", subject=batch.subject)


def run(batch: Batch, change: Sql) -> Outcome:
    """Make the change (pieces of a WITH by `buying_groups.stages`); a group that is as it shall be is done, too."""
    outcome = sql(
        "(SELECT key AS entry_id, (reason IS NULL)::integer AS done, (reason IS NOT NULL)::integer AS skipped, reason"
        " FROM (SELECT key, CASE {cases} END AS reason FROM asked) AS verdict)",
        cases=join(" ", (
            sql("WHEN verdict = {verdict} THEN {reason}", verdict=int(verdict), reason=int(reason))
            for verdict, reason in SKIPPED.items()
        )),
    )  # fmt: skip
    statement = sql("WITH {change} {outcome}", change=change, outcome=outcome_columns(outcome))
    return Outcome.of_accounts(batch, row(statement))
