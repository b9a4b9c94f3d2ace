from __future__ import annotations

import json
from typing import Any

from django.db.models import QuerySet
from django_filters import FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import clock
from accounts.api.base import Listed, Retrieved
from accounts.api.fields import OneOf
from accounts.api.filters import ChoicesFilter
from accounts.api.pages import Cursor
from accounts.api.parsers import FormParser
from accounts.api.serializers import Nothing, Sparse, Strict, UserSerializer
from accounts.findings import Finding, Invalid
from accounts.models import Import, ImportProblem
from accounts.services import imports


class ImportSerializer(Sparse):
    """One file that was read in, or is being read."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(Import.Kind.choices)
    status = serializers.ChoiceField(Import.Status.choices)
    file_name = serializers.CharField()
    mapping = serializers.DictField(
        child=serializers.CharField(allow_blank=True), help_text="Column → field; empty: left out."
    )
    progress = serializers.FloatField(help_text="From 0 to 1.")
    rows = serializers.IntegerField(help_text="Read so far.")
    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    failed = serializers.IntegerField(help_text="Rows that were left out; see `problems`.")
    error = serializers.CharField(allow_blank=True, help_text="Why the file as a whole could not be read.")
    created_at = serializers.DateTimeField()
    created_by = UserSerializer(allow_null=True)
    cancelled_by = UserSerializer(allow_null=True)
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)


class NewImport(Strict):
    file = serializers.FileField(allow_empty_file=True, help_text="CSV in UTF-8, with commas or semicolons.")
    kind = OneOf(Import.Kind.choices)
    mapping = serializers.CharField(
        required=False,
        help_text='A JSON object, column → field ("" leaves one out), for columns that are guessed wrongly.',
    )
    start = OneOf(
        ["true", "false"], required=False, help_text="false: wait for `start`, after a look at the `preview`."
    )


class Mapping(Strict):
    mapping = serializers.DictField(
        child=serializers.CharField(allow_blank=True), required=False, help_text="Column → field."
    )


class ProblemOfRow(Sparse):
    """A row that was left out."""

    id = serializers.IntegerField()
    line = serializers.IntegerField(help_text="The line of the file on which the row starts.")
    column = serializers.CharField(allow_blank=True)
    reason = serializers.CharField()


class RowSerializer(serializers.Serializer[Any]):
    line = serializers.IntegerField()
    cells = serializers.ListField(child=serializers.CharField(allow_blank=True))


class PreviewSerializer(serializers.Serializer[Any]):
    """The first rows of a file, and how its columns would be read."""

    delimiter = serializers.CharField()
    header = serializers.ListField(child=serializers.CharField(allow_blank=True))
    mapping = serializers.DictField(child=serializers.CharField(allow_blank=True))
    rows = RowSerializer(many=True)
    problems = serializers.ListField(child=serializers.DictField())


class ImportFilter(FilterSet):
    kind = ChoicesFilter(choices=Import.Kind.choices)
    status = ChoicesFilter(choices=Import.Status.choices)


class ImportViewSet(Listed, Retrieved):
    """Files of accounts and people. A worker reads them; ask again to see how far it has come."""

    area = "accounts"
    permissions = {
        "list": "accounts.view_import",
        "retrieve": "accounts.view_import",
        "create": "accounts.add_import",
        "preview": "accounts.view_import",
        "start": "accounts.add_import",
        "cancel": "accounts.change_import",
    }
    queryset = Import.objects.select_related("created_by", "cancelled_by")
    serializer_class = ImportSerializer
    filterset_class = ImportFilter
    search_fields = ("file_name",)
    ordering_fields = {"created_at": "created_at", "status": "status", "kind": "kind"}
    ordering = "-created_at"

    def get_parsers(self) -> list[Any]:
        # Asked for before Django REST framework has worked out the action.
        method = (self.request.method or "").lower() if self.request else ""
        action = getattr(self, "action", None) or self.action_map.get(method)
        return [FormParser()] if action == "create" else super().get_parsers()

    @extend_schema(request={"multipart/form-data": NewImport}, responses={201: ImportSerializer})
    def create(self, request: Request) -> Response:
        """Upload a file and have it read; a user needs to be allowed to add and change what it holds."""
        given = NewImport.values_of(request)
        mapping = _mapping(given.get("mapping"))
        said: dict[str, Any] = {"kind": given["kind"], "by": request.user, "now": clock.now()}
        if given.get("start") == "false":
            return self.created(imports.upload(given["file"], **said))
        return self.created(imports.start_import(given["file"], mapping=mapping, **said))

    @extend_schema(responses=PreviewSerializer)
    @action(detail=True, methods=["get"])
    def preview(self, request: Request, pk: int) -> Response:
        """The first rows as the mapping reads them, and what is wrong with them."""
        return Response(PreviewSerializer(_preview(self.get_object())).data)

    @extend_schema(request=Mapping, responses=ImportSerializer)
    @action(detail=True, methods=["post"])
    def start(self, request: Request, pk: int) -> Response:
        """Have an uploaded file read; also again, after it failed or was cancelled."""
        return self.shown(imports.queue(pk, **Mapping.values_of(request), by=request.user))

    @extend_schema(request=Nothing, responses=ImportSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: int) -> Response:
        """Stop it; what was stored stays."""
        Nothing.values_of(request)
        return self.shown(imports.cancel(pk, by=request.user, now=clock.now()))


class ImportProblemViewSet(Listed):
    """The rows that an import has left out, in the order of the file."""

    area = "accounts"
    permissions = {"list": "accounts.view_import"}
    queryset = ImportProblem.objects.all()
    serializer_class = ProblemOfRow
    pagination_class = Cursor
    ordering_fields = {"line": "line"}
    ordering = "line"

    def get_queryset(self) -> QuerySet[Any]:
        job = Import.objects.only("pk").get(pk=self.kwargs["import_id"])
        return super().get_queryset().filter(job=job)


def _mapping(text: str | None) -> dict[str, str] | None:
    """:raises Invalid: if it is not a JSON object of texts"""
    if text is None:
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict) or not all(isinstance(target, str) for target in value.values()):
        message = "A JSON object is needed: the column of the file → the field."
        raise Invalid([Finding("invalid", message, ("mapping",))])
    return value


def _preview(job: Import) -> dict[str, Any]:
    seen = imports.look(job)
    return {
        "delimiter": seen.delimiter,
        "header": seen.header,
        "mapping": seen.mapping,
        "rows": [{"line": row.line, "cells": row.cells} for row in seen.rows],
        "problems": [
            {"line": problem.line, "column": problem.column, "reason": problem.reason}
            for problem in seen.problems
        ],
    }
