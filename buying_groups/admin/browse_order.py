"""The order of a list of a million groups, also when it is searched and filtered."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.admin.counting import IndexedOrder
from accounts.admin.list_request import known
from accounts.search import by_itself
from buying_groups.reports import search


class FoundOrder(IndexedOrder):
    """Few groups that are found are sorted by themselves; many are met soon along the index that sorts.

    Which of the two it is, is found out first. The planner cannot know it: filters hang together.
    """

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        rows = super().get_queryset(request, exclude_parameters)
        asked = known(request)
        if asked.is_export:
            return search.any_of(rows, search.conditions(self.query))
        if not (self.query.strip() or self.has_active_filters):
            return rows
        found = search.find(rows, self.query, all_rows=self.apply_select_related(self.root_queryset))
        # They are counted now, which the paginator takes over (`Table.get_paginator`).
        asked.n_found = found.n
        return found.rows.order_by(*map(by_itself, rows.query.order_by)) if found.are_few else found.rows
