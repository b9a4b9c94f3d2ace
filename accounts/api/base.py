"""What every resource of the API has in common."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.api import idempotency, query
from accounts.api.filters import ChoicesFilter
from accounts.api.idempotency import HEADER
from accounts.api.pages import Pages
from accounts.api.parsers import check_length
from accounts.api.serializers import Sparse


class ApiViewSet(GenericViewSet[Any]):
    """A resource. Each action has its Django permission in `permissions`; tokens are narrowed by `area`."""

    area: ClassVar[str]
    permissions: ClassVar[Mapping[str, str]]
    # Query parameters of actions beside those of filters, pages and `fields`.
    parameters: ClassVar[Mapping[str, Collection[str]]] = {}
    # Actions that change nothing, though they are asked with POST.
    reading: ClassVar[Collection[str]] = ()
    # Members of answers that are not kept for a repetition: secrets.
    shown_once: ClassVar[Collection[str]] = ()
    # Names for `ordering`, each with its column.
    ordering_fields: ClassVar[Mapping[str, str]] = {}
    ordering: ClassVar[str] = ""
    # What the schema says of them beside their names.
    ordering_note: ClassVar[str] = ""
    # Columns of these that may be NULL: such rows come last, whichever way they are sorted.
    nulls_last: ClassVar[Collection[str]] = ()
    search_fields: ClassVar[Collection[str]] = ()
    # Millions of rows: a search goes by indexes on trigrams alone.
    is_large: ClassVar[bool] = False
    filterset_class: Any = None
    filter_backends: Any = (query.Filters, query.Search, query.Ordering)
    pagination_class: Any = Pages
    # What makes the order of rows total.
    tiebreak: ClassVar[str] = "id"
    metadata_class = None
    http_method_names = ["get", "post", "put", "patch", "delete", "head"]
    lookup_value_converter = "id"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        check_length(request)
        query.check_known(request, self.known_parameters(), self.repeated_parameters())
        if request.method == "POST" and HEADER in request.headers:
            self.do_once()

    def do_once(self) -> None:
        """Have the handler of this POST answer each key once."""
        view: Any = self
        view.post = idempotency.once(view, view.post)

    def known_parameters(self) -> set[str]:
        """The query parameters that this action knows."""
        known = set(self.parameters.get(self.action, ()))
        if self.is_sparse:
            known.add("fields")
        if self.action == "list":
            known |= self._of_lists()
        return known

    def repeated_parameters(self) -> set[str]:
        """Those of them that may stand there several times."""
        filters = self.filterset_class.base_filters if self.filterset_class else {}
        return {name for name, one in filters.items() if isinstance(one, ChoicesFilter)}

    def _of_lists(self) -> set[str]:
        names = set(self.filterset_class.base_filters if self.filterset_class else ())
        names |= {"search"} if self.search_fields else set()
        names |= {"ordering"} if self.ordering_fields else set()
        return names | set(self.pagination_class.parameters if self.pagination_class else ())

    @property
    def is_sparse(self) -> bool:
        """Whether the client may ask for some members of the answer only."""
        of_view = self.serializer_class is not None and issubclass(self.serializer_class, Sparse)
        return of_view and self.action in ("list", "retrieve")

    def get_serializer_context(self) -> dict[str, Any]:
        context = dict(super().get_serializer_context())
        if self.request is None or not self.is_sparse:
            return context
        serializer: Any = self.get_serializer_class()
        return {**context, "fields": query.fields_of(self.request, serializer().fields)}

    def get_object(self) -> Any:
        """The row of the URL; whatever filters a list has."""
        return self.get_queryset().get(
            **{self.lookup_field: self.kwargs[self.lookup_url_kwarg or self.lookup_field]}
        )

    def prepare(self, rows: Sequence[Any]) -> None:
        """Read what the rows of an answer need beside themselves, for all of them at once."""

    def tag(self, row: Any) -> str:
        """The ETag of a row; empty for what has none."""
        return ""

    def page(self, rows: Any) -> Response:
        """The piece of the rows that the query asks for."""
        found = self.paginate_queryset(rows) or []
        self.prepare(found)
        return self.get_paginated_response(self.get_serializer(found, many=True).data)

    def shown(self, row: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
        """One row as an answer."""
        self.prepare([row])
        tag = self.tag(row)
        given = {**({"ETag": tag} if tag else {}), **(headers or {})}
        return Response(self.get_serializer(row).data, status=status, headers=given)

    def created(self, row: Any, headers: Mapping[str, str] | None = None) -> Response:
        """A new row as an answer, with its place: the URL of the list and its id."""
        place = f"{self.request.path}{row.pk}/"
        return self.shown(row, 201, {"Location": self.request.build_absolute_uri(place), **(headers or {})})

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        answer: Any = super().finalize_response(request, response, *args, **kwargs)
        answer.headers.setdefault("Cache-Control", "no-store")
        return answer


class Listed(ApiViewSet):
    """A resource with a list."""

    def list(self, request: Request, **kwargs: Any) -> Response:
        """A page of them."""
        return self.page(self.filter_queryset(self.get_queryset()))


class Retrieved(ApiViewSet):
    """A resource of which one can be asked for."""

    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        """One of them."""
        return self.shown(self.get_object())
