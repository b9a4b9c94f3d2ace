from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import conditions
from accounts.findings import Finding
from accounts.sql import EMPTY, Sql, join, rows, sql
from actions.base import Labels, unlabelled
from actions.settings import Context, said_of
from journeys.models import Entry
from journeys.nodes.base import Asked, Document, NodeKind, Step, Travel, Way
from journeys.nodes.cohort import COHORT_COLUMNS, Cohort, cohort
from journeys.nodes.frozen import FrozenNode, FrozenPath

MAX_PATHS = 25
"""Not counting *Other accounts* (spec 1.7)."""
OTHER_ACCOUNTS = _("Other accounts")
"""What the last path is called that has no label of its own."""


class SplitAccounts(NodeKind):
    """Paths with conditions, top-down: the first that matches takes the account (spec 1.7).

    One statement decides, appends the visits with the values that it saw, and hands back who goes where.
    """

    kind = "split_accounts"
    label = _("Split paths by accounts")
    has_paths = True
    path_keys = ("key", "label", "other", "condition", "next")

    def check(self, node: Document, context: Context) -> list[Finding]:
        paths = node.get("paths") or []
        found = super().check(node, context)
        counted = [path for path in paths if not path.get("other")]
        if len(counted) > MAX_PATHS:
            said = _("at most %(most)s paths beside “Other accounts”, these are %(n)s.")
            message = said_of(self.label, said % {"most": MAX_PATHS, "n": len(counted)})
            found.append(Finding("too_many_paths", message, ("paths",)))
        if not counted:
            message = said_of(self.label, _("a path is needed."))
            found.append(Finding("no_path", message, ("paths",), refused=False))
        return found + _other(paths) + _without_condition(paths) + _without_label(paths)

    def conditions(self, node: Document) -> list[Asked]:
        return [
            Asked("account", path["condition"], ("paths", i, "condition"))
            for i, path in enumerate(node.get("paths") or [])
            if path.get("condition") is not None
        ]

    def without_details(self, node: Document) -> dict[str, Any]:
        paths = [{key: path[key] for key in path if key != "condition"} for path in node.get("paths") or []]
        return {**super().without_details(node), "paths": paths}

    def summary(self, node: Document, labels: Labels = unlabelled) -> str:
        paths = node.get("paths") or []
        n = sum(1 for path in paths if not path.get("other"))
        if n < len(paths):
            said = ngettext("%(n)s path, and other accounts", "%(n)s paths, and other accounts", n)
        else:
            said = ngettext("%(n)s path", "%(n)s paths", n)
        return said % {"n": n}

    @classmethod
    def may_match_none(cls, node: Document) -> bool:
        """Whether this is such a split without *Other accounts*: who matches no path ends there."""
        return node["kind"] == cls.kind and not any(path.get("other") for path in node.get("paths") or [])

    def leave(self, node: FrozenNode, cohort: Cohort, travel: Travel) -> Step:
        found: dict[int | None, list[tuple[int, str, str, int]]] = {}
        for path_id, *columns in rows(_statement(node, cohort, travel)):
            found.setdefault(path_id, []).append(tuple(columns))
        by_id = {path.id: path for path in node.paths}
        return Step([_way(by_id.get(path_id or 0), parts) for path_id, parts in found.items()], visited=True)


def title_of_path(key: str, label: str | None, *, is_other: bool) -> str:
    """What a path is called: by its label, *Other accounts* by that name, a draft's without a label by its key."""
    return label or (str(OTHER_ACCOUNTS) if is_other else key)


def _other(paths: list[Document]) -> list[Finding]:
    """*Other accounts*: at most one, the last, and without a condition."""
    found = []
    for i, path in enumerate(paths):
        if path.get("other") and i < len(paths) - 1:
            message = str(_("“Other accounts” is one path, the last."))
            found.append(Finding("other_not_last", message, ("paths", i, "other")))
        if path.get("other") and path.get("condition") is not None:
            message = str(_("“Other accounts” has no condition."))
            found.append(Finding("not_together", message, ("paths", i, "condition")))
    return found


def _without_condition(paths: list[Document]) -> list[Finding]:
    return [
        Finding(
            "no_condition",
            _("Path “%(name)s”: a condition is needed.") % {"name": path.get("label") or path["key"]},
            ("paths", i),
            refused=False,
        )
        for i, path in enumerate(paths)
        if not path.get("other") and path.get("condition") is None
    ]


def _without_label(paths: list[Document]) -> list[Finding]:
    """*Other accounts* is called so without one."""
    return [
        Finding(
            "no_label",
            _("Path “%(name)s”: a label is needed.") % {"name": path["key"]},
            ("paths", i),
            refused=False,
        )
        for i, path in enumerate(paths)
        if not path.get("other") and not (path.get("label") or "").strip()
    ]


def _way(path: FrozenPath | None, parts: list[tuple[int, str, str, int]]) -> Way:
    if path is None:
        return Way(cohort(parts), None, Entry.Reason.NO_PATH_MATCHED)
    return Way(cohort(parts), path)


def _statement(node: FrozenNode, subject: Cohort, travel: Travel) -> Sql:
    return sql(
        "WITH routed AS MATERIALIZED ("
        "SELECT subject.entry_id, subject.account_id, subject.visit, subject.arrived_at,"
        " {path}::integer AS path_id, {seen} AS detail"
        " FROM {subject} AS subject JOIN accounts_account AS account ON account.id = subject.account_id),"
        " visited AS (INSERT INTO journeys_visit"
        " (entry_id, number, node_id, arrived_at, left_at, path_id, done, skipped, detail)"
        " SELECT entry_id, visit, {node}, arrived_at, {now}, path_id, 0, 0, detail FROM routed)"
        " SELECT path_id, {columns} FROM routed GROUP BY path_id, visit ORDER BY visit",
        path=_path(node, travel), seen=_seen(node, travel), subject=subject.visits(travel.now),
        node=node.id, now=travel.now, columns=COHORT_COLUMNS,
    )  # fmt: skip


def _scope(travel: Travel) -> conditions.Scope:
    started = Sql("(SELECT entry.started_at FROM journeys_entry AS entry WHERE entry.id = subject.entry_id)")
    return conditions.Scope(now=travel.now, anchor=started)


def _path(node: FrozenNode, travel: Travel) -> Sql:
    """The id of the first path whose condition holds, else of *Other*, else null."""
    other = next((path for path in node.paths if path.is_other), None)
    cases = [
        sql("WHEN {holds} THEN {id}", holds=conditions.compile(path.condition, _scope(travel)), id=path.id)
        for path in node.paths
        if path.condition is not None and not path.is_other
    ]
    otherwise = sql("{id}::integer", id=other.id if other else None)
    return (
        sql("CASE {cases} ELSE {otherwise} END", cases=join(" ", cases), otherwise=otherwise)
        if cases
        else otherwise
    )


def _seen(node: FrozenNode, travel: Travel) -> Sql:
    """The values that the conditions looked at, for the page that says why."""
    filters = [
        dict(path.condition) for path in node.paths if path.condition is not None and not path.is_other
    ]
    if not filters:
        return Sql("NULL::jsonb")
    return conditions.seen({"match": "any", "filters": filters}, _scope(travel)) or EMPTY
