"""What goes in is strict, what goes out may be sparse."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request

from accounts.api import words


class Strict(serializers.Serializer[Any]):
    """A request body: members that are not known, or cannot be written, are refused and not ignored."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        fields = super().get_fields()
        for field in fields.values():
            words.give(field)
        return fields

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, Mapping):
            # As a part of another body it has its words from there.
            words.give(self)
        else:
            known = [name for name, field in self.fields.items() if not field.read_only]
            unknown = [name for name in data if name not in known]
            if unknown:
                raise ValidationError({name: [self._unknown(name, known)] for name in unknown})
        return super().to_internal_value(data)

    def _unknown(self, name: str, known: list[str]) -> ErrorDetail:
        said = f"known are {', '.join(known)}" if known else "none is known here"
        return ErrorDetail(f"“{name[:60]}” is not a field to write; {said}.", "unknown_field")

    @classmethod
    def values_of(cls, request: Request) -> dict[str, Any]:
        """The checked values of a request's body.

        :raises ValidationError: with each fault
        """
        serializer = cls(data=request.data)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)


class Nothing(Strict):
    """A body without members."""


class Sparse(serializers.Serializer[Any]):
    """An answer of which the client may ask for some members (`fields`)."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        fields = super().get_fields()
        wanted = self.context.get("fields") if self._is_outermost() else None
        return fields if wanted is None else {name: field for name, field in fields.items() if name in wanted}

    def _is_outermost(self) -> bool:
        return self.parent is None or (
            isinstance(self.parent, serializers.ListSerializer) and self.parent.parent is None
        )


class UserSerializer(serializers.Serializer[Any]):
    """Who did something; null: the system, or somebody who is gone."""

    id = serializers.IntegerField()
    username = serializers.CharField()
