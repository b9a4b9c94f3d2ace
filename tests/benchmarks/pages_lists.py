"""Lists of the admin as addresses."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Model
from django.test import RequestFactory

LAST = 200  # of pages of 50 rows: lists count to 10,000


def path_of(model: type[Model]) -> str:
    """Where its list is."""
    return f"/admin/{model._meta.app_label}/{model._meta.model_name}/"


def sortable(model: type[Model], viewer: User) -> Iterator[tuple[str, int]]:
    """The columns that can be sorted by, each with its number in the address; the viewer sees all columns."""
    request = RequestFactory().get(path_of(model))
    request.user = viewer
    changes = admin.site._registry[model].get_changelist_instance(request)
    for number, column in enumerate(changes.list_display):
        may_sort = changes.sortable_by is None or column in changes.sortable_by
        if isinstance(column, str) and may_sort and changes.get_ordering_field(column):
            yield column, number
