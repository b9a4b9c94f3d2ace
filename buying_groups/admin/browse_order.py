"""The order of a list of a million groups, also when it is searched and filtered."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any

from django.db.models import F, OrderBy, Q, QuerySet, Value
from django.db.models.functions import NullIf
from django.http import HttpRequest

from accounts.admin.counting import IndexedOrder
from accounts.admin.list_request import known
from buying_groups.reports import search


class FoundOrder(IndexedOrder):
    """Few groups that are found are sorted by themselves; many are met soon along the index that sorts.

    Which of the two it is, is found out first. The planner cannot know it: filters hang together.
    """

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        rows = super().get_queryset(request, exclude_parameters)
        wanted = search.conditions(self.query)
        if not (wanted or self.has_active_filters):
            return rows
        wanted = wanted or [Q()]
        asked = known(request)
        ids = None if asked.is_export else search.few(rows, wanted)
        if not asked.is_export:
            # They are counted now, which the paginator takes over (`Table.get_paginator`).
            asked.n_found = search.FEW + 1 if ids is None else len(ids)
        if ids is None:
            return rows.filter(reduce(or_, wanted))
        found = search.of_ids(self.apply_select_related(self.root_queryset), ids)
        return found.order_by(*(_without_index(term) for term in rows.query.order_by))


def _without_index(term: Any) -> Any:
    """The same order by an expression that no index has; ids are left."""
    if isinstance(term, str):
        term = OrderBy(F(term.lstrip("-")), descending=term.startswith("-"))
    if term.expression == F("pk"):
        return term
    return OrderBy(
        NullIf(term.expression, Value(None)),
        descending=term.descending,
        nulls_first=term.nulls_first,
        nulls_last=term.nulls_last,
    )
