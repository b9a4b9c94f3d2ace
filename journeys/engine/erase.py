"""What journeys know of accounts goes with them (settings.ERASERS); the numbers follow, so that they stay exact."""

from __future__ import annotations

from collections.abc import Collection

from accounts.sql import Sql, run, sql
from journeys.models import Entry, What

INSIDE = Sql(f"({int(Entry.Status.ACTIVE)}, {int(Entry.Status.FAILED)})")


def accounts(account_ids: Collection[int]) -> None:
    """Delete the entries of these accounts with all that hangs on them.

    In the transaction that deletes the accounts, which holds their rows: nobody moves them meanwhile.
    """
    doomed = sql("SELECT id FROM journeys_entry WHERE account_id = ANY ({ids})", ids=list(account_ids))
    run(_uncount(doomed))
    for table in ("journeys_visit", "journeys_entryfailure"):
        run(sql("DELETE FROM {table} WHERE entry_id IN ({doomed})", table=Sql(table), doomed=doomed))
    run(sql("DELETE FROM journeys_entry WHERE account_id = ANY ({ids})", ids=list(account_ids)))


def _uncount(doomed: Sql) -> Sql:
    """Take back what these entries added to the numbers of their journeys and nodes."""
    return sql(
        "WITH entry AS (SELECT * FROM journeys_entry WHERE id IN ({doomed})),"
        " visit AS (SELECT entry.journey_id, visit.node_id, visit.done, visit.skipped FROM journeys_visit AS visit"
        " JOIN entry ON entry.id = visit.entry_id),"
        " counted (journey_id, node_id, what, n) AS ("
        " SELECT journey_id, node_id, {entered}, count(*) FROM (SELECT journey_id, node_id FROM visit UNION ALL"
        " SELECT journey_id, node_id FROM entry WHERE status IN {inside}) AS here GROUP BY 1, 2"
        " UNION ALL SELECT journey_id, node_id, {left}, count(*) FROM visit GROUP BY 1, 2"
        " UNION ALL SELECT journey_id, node_id, {done}, count(*) FROM visit WHERE done > 0 GROUP BY 1, 2"
        " UNION ALL SELECT journey_id, node_id, {skipped}, count(*) FROM visit WHERE skipped > 0 GROUP BY 1, 2"
        " UNION ALL SELECT entry.journey_id, failure.node_id, {failed}, count(*) FROM journeys_entryfailure AS failure"
        " JOIN entry ON entry.id = failure.entry_id GROUP BY 1, 2"
        " UNION ALL SELECT journey_id, 0, {entered}, count(*) FROM entry GROUP BY 1"
        " UNION ALL SELECT journey_id, 0, CASE status {ended} END, count(*) FROM entry WHERE status NOT IN {inside}"
        " GROUP BY 1, 3)"
        " INSERT INTO journeys_counterdelta (journey_id, node_id, what, n)"
        " SELECT journey_id, node_id, what, -n FROM counted",
        doomed=doomed, inside=INSIDE, entered=int(What.ENTERED), left=int(What.LEFT), done=int(What.DONE),
        skipped=int(What.SKIPPED), failed=int(What.FAILED), ended=ENDED,
    )  # fmt: skip


ENDED = Sql(
    " ".join(
        f"WHEN {int(status)} THEN {int(what)}"
        for status, what in (
            (Entry.Status.COMPLETED, What.COMPLETED),
            (Entry.Status.REMOVED, What.REMOVED),
            (Entry.Status.ABORTED, What.ABORTED),
        )
    )
)
