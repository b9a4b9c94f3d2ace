"""A list in the admin, as all of them are: columns that each user chooses, capped counts, CSV of what is filtered."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin

from accounts import exports
from accounts.admin import bulk, download, quick_rows
from accounts.admin.counting import CappedPaginator, IndexedOrder
from accounts.admin.list_request import known
from accounts.models import TableLayout
from accounts.search import containing


class Table(ModelAdmin):
    """A list with a column chooser.

    `columns` names all columns (as `list_display` does), the first of which cannot be hidden; `shown` those that a
    user sees who has chosen nothing. `csv_columns` gives the columns of the export; without it there is none. `bulks`
    says what can be done to several rows at once.
    """

    columns: Sequence[str] = ()
    shown: Sequence[str] = ()
    bulks: Sequence[bulk.Bulk] = ()
    # The permission to export, "app.codename".
    export_permission: str = ""

    paginator = CappedPaginator
    show_full_result_count = False
    # A count for each choice of each filter would read all rows again and again.
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    empty_value_display = "–"
    list_before_template = "accounts/admin/table_tools.html"
    list_filter_submit = True
    list_fullwidth = True
    warn_unsaved_form = True

    def get_list_display(self, request: HttpRequest) -> Sequence[str]:
        return self.chosen(request) if self.columns else super().get_list_display(request)

    def chosen(self, request: HttpRequest) -> list[str]:
        """The columns that this user wants, in the order of `columns`."""
        layout = TableLayout.objects.filter(user_id=request.user.pk or 0, table=self.opts.label_lower).first()
        wanted = set(layout.columns if layout else self.shown or self.columns)
        return [column for number, column in enumerate(self.columns) if number == 0 or column in wanted]

    # The title (a checkbox for all) stays unfold's.
    @admin.display(description=ModelAdmin.action_checkbox.short_description)
    def action_checkbox(self, obj: Model) -> SafeString:
        return quick_rows.checkbox(obj.pk)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        base = f"{self.opts.app_label}_{self.opts.model_name}"
        return [
            path("customise/", wrap(require_POST(self.customise)), name=f"{base}_customise"),
            path("export/", wrap(self.export), name=f"{base}_export"),
            *(
                path(f"{one.name.replace('_', '-')}/", wrap(one.view), name=f"{base}_{one.name}")
                for one in self.all_bulks()
            ),
            *super().get_urls(),
        ]

    def customise(self, request: HttpRequest) -> HttpResponse:
        """Keep the columns that were ticked; none ticked, or Reset: the default ones."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        ticked = [column for column in self.columns[1:] if column in request.POST.getlist("column")]
        kept = TableLayout.objects.filter(user_id=request.user.pk or 0, table=self.opts.label_lower)
        if "reset" in request.POST:
            kept.delete()
        elif not kept.update(columns=ticked):
            TableLayout.objects.create(
                user_id=request.user.pk or 0, table=self.opts.label_lower, columns=ticked
            )
        return HttpResponseRedirect(self._back(request))

    def _back(self, request: HttpRequest) -> str:
        # Without the sorting: it counts columns, and these are others now.
        here = re.sub(r"([?&])o=[^&]*&?", r"\1", request.POST.get("back", ""))
        fits = url_has_allowed_host_and_scheme(here, allowed_hosts={request.get_host()})
        return here if fits else reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")

    def all_bulks(self) -> Sequence[bulk.Bulk]:
        """What can be done to several rows, by whoever may."""
        return self.bulks

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """What the user may do to several rows. Django's own deleting goes round the services."""
        return bulk.offered(request, self.all_bulks())

    # CSV

    def csv_columns(self, request: HttpRequest) -> list[exports.Column]:
        return []

    def may_export(self, request: HttpRequest) -> bool:
        return bool(self.export_permission) and request.user.has_perm(self.export_permission)

    def export(self, request: HttpRequest) -> HttpResponseBase:
        """The list as it is filtered and searched, as CSV, streamed; back to it when a filter cannot be read."""
        if not self.may_export(request):
            raise PermissionDenied
        known(request).is_export = True
        changelist = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        back = f"{changelist}?{request.GET.urlencode()}"
        changes: Any = self.get_changelist_instance(request)
        if changes.faults:
            messages.error(request, _("Nothing was exported: a filter cannot be read."))
            return HttpResponseRedirect(back)
        rows = changes.get_queryset(request)
        text: Iterator[str] = exports.stream(rows, self.csv_columns(request))
        name = f"{self.opts.verbose_name_plural}.csv".replace(" ", "-")
        return download.csv(request, text, name, back=back)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By words, each of which stands in one of `search_fields`."""
        return containing(queryset, self.get_search_fields(request), search_term, is_large=False), False

    def bounded(self, request: HttpRequest, found: QuerySet[Any]) -> QuerySet[Any]:
        """What a search has found in a large list. As much of it as is counted is looked up once, for the count and
        the page together, and sorted by itself (`IndexedOrder`); an export has all of it.
        """
        known(request).searches = True
        return found

    def get_paginator(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """What has been found need not be counted again, nor sorted."""
        paginator: Any = super().get_paginator(request, *args, **kwargs)
        asked = known(request)
        if asked.n_found is not None:
            paginator.found, paginator.ids, paginator.rows = asked.n_found, asked.ids, asked.rows
        return paginator

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        chosen = self.chosen(request)
        choices = [(column, self.title_of(column), column in chosen) for column in self.columns]
        base = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        context = {
            "column_choices": choices,
            "customise_url": reverse(f"{base}_customise"),
            "export_url": reverse(f"{base}_export") if self.may_export(request) else "",
            **(extra_context or {}),
        }
        return super().changelist_view(request, context)

    def title_of(self, column: str) -> str:
        """The heading of a column."""
        method = getattr(self, column, None)
        if method is not None:
            return str(getattr(method, "short_description", column.replace("_", " ").capitalize()))
        name = str(self.opts.get_field(column).verbose_name)
        return name[:1].upper() + name[1:]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return IndexedOrder

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        changes = super().get_changelist_instance(request)
        changes.count_is_exact = getattr(changes.paginator, "is_exact", True)
        # Else the page's head says the number of all rows as well, which nobody has counted.
        changes.full_result_count = changes.result_count
        return changes
