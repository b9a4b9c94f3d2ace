"""Query parameters of lists: `search`, `ordering` and sparse `fields`; one that means nothing is refused."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import F, QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import ValidationError
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request

from accounts.api import words
from accounts.api.problem import Fault, Refusal, refused_parameter
from accounts.search import TRIGRAM, WORDS, containing

LONGEST_SEARCH = 200


def check_known(request: Request, known: Collection[str], repeated: Collection[str] = ()) -> None:
    """Those of `repeated` may stand there several times.

    :raises Refusal: 400, for a parameter that is not known here, is blank, stands there twice or holds a NUL
    """
    faults = []
    for name, values in request.query_params.lists():
        if name not in known:
            said = f"known are {', '.join(sorted(known))}" if known else "none is known here"
            faults.append(
                Fault("unknown_parameter", f"“{name[:60]}” is not a parameter; {said}.", parameter=name[:60])
            )
        elif len(values) > 1 and name not in repeated:
            faults.append(Fault("invalid", f"“{name}” stands there more than once.", parameter=name))
        elif not all(value.strip() for value in values) and name != "search":
            faults.append(Fault("invalid", f"“{name}” is empty; leave it out.", parameter=name))
        elif any("\0" in value for value in values):
            faults.append(Fault("invalid", f"“{name}” holds the character NUL.", parameter=name))
    if faults:
        raise Refusal(400, "invalid", " ".join(fault.detail for fault in faults), faults=faults)


def fields_of(request: Request, known: Collection[str]) -> frozenset[str] | None:
    """The members that `fields` asks for; None: all.

    :raises Refusal: 400, for one that there is not
    """
    given = request.query_params.get("fields")
    if given is None:
        return None
    wanted = frozenset(name.strip() for name in given.split(","))
    if unknown := sorted(wanted - set(known)):
        message = f"There is no “{unknown[0][:60]}”; known are {', '.join(known)}."
        raise refused_parameter("fields", message, "unknown_field")
    return wanted


class Filters(DjangoFilterBackend):
    """The view's `filterset_class`; a wrong value is refused with the name of its parameter."""

    def get_filterset(self, request: Request, queryset: QuerySet[Any], view: Any) -> Any:
        found = super().get_filterset(request, queryset, view)
        if found is not None:
            words.give_form(found.form)
        return found

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        try:
            return super().filter_queryset(request, queryset, view)
        except ValidationError as error:
            found: Any = error.detail
            faults = [
                Fault(words.CODES.get(said.code, said.code), words.placed([name], str(said)), parameter=name)
                for name, all_ in found.items()
                for said in all_
            ]
            said = words.together(fault.detail for fault in faults)
            raise Refusal(400, "invalid", said, faults=faults) from error


class Search(BaseFilterBackend):
    """`search`: words, each of which stands in one of the view's `search_fields`; as in the admin."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        text = request.query_params.get("search", "").strip()
        if not text:
            return queryset
        if len(text) > LONGEST_SEARCH:
            raise refused_parameter("search", f"At most {LONGEST_SEARCH} characters.")
        return containing(queryset, view.search_fields, text, is_large=view.is_large)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        if not getattr(view, "search_fields", ()):
            return []
        said = f"Words, in any letters, each of them a part of {' or '.join(view.search_fields)}."
        if view.is_large:
            said += f" One of less than {TRIGRAM} characters is their beginning."
        said += f" Signs alone are no word beside others; the first {WORDS} words count."
        return [_parameter("search", said, {"type": "string", "maxLength": LONGEST_SEARCH})]


class Ordering(BaseFilterBackend):
    """`ordering`: several of the view's `ordering_fields`, - for descending; the id comes last of all."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        # Only where it is needed: an index that sorts NULLs otherwise would not be used.
        last = {column: True if column in view.nulls_last else None for column, _ in order_of(request, view)}
        return queryset.order_by(*(
            F(column).desc(nulls_last=last[column]) if is_down else F(column).asc(nulls_last=last[column])
            for column, is_down in order_of(request, view)
        ))  # fmt: skip

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        known = getattr(view, "ordering_fields", None)
        if not known:
            return []
        said = f"Fields by commas, - before one for descending: {', '.join(known)}. Default: {view.ordering}."
        said = f"{said} {view.ordering_note}".strip()
        one = f"-?({'|'.join(known)})"
        return [_parameter("ordering", said, {"type": "string", "pattern": f"^{one}(,{one})*$"})]


def order_of(request: Request, view: Any) -> list[tuple[str, bool]]:
    """Columns in their order, each with whether it descends; total, because it ends with the view's `tiebreak`.

    :raises Refusal: 400, for a field that cannot be sorted by
    """
    given = request.query_params.get("ordering", view.ordering)
    order: dict[str, bool] = {}
    for word in given.split(","):
        name = word.strip().removeprefix("-")
        if name not in view.ordering_fields:
            message = f"Nothing is sorted by “{name[:60]}”; known are {', '.join(view.ordering_fields)}."
            raise refused_parameter("ordering", message, "unknown_field")
        order.setdefault(view.ordering_fields[name], word.strip().startswith("-"))
    order.setdefault(view.tiebreak, next(reversed(order.values())))
    return list(order.items())


def _parameter(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}
