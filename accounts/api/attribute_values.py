"""Accounts and people as JSON: the built-in values by their names, custom ones in `custom`."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from accounts.api.serializers import Sparse
from accounts.attributes import BUILT_IN, Attribute, json_value


class Value(serializers.Field[Any, Any, Any, Any]):
    """One built-in value. It is written by the services, which check it."""

    def __init__(self, attribute: Attribute, **kwargs: Any) -> None:
        self.attribute = attribute
        super().__init__(label=str(attribute.label), **kwargs)

    def to_representation(self, value: Any) -> Any:
        return json_value(self.attribute, value)

    def to_internal_value(self, data: Any) -> Any:
        return data

    def __deepcopy__(self, memo: Any) -> Value:
        return self


class SubjectSerializer(Sparse):
    """An account or a person; null stands for what is not known, and clears when it is written."""

    about: ClassVar[str]
    needed: ClassVar[str]

    def get_fields(self) -> dict[str, Any]:
        values = {
            attribute.key: Value(
                attribute, required=attribute.key == self.needed, read_only=not attribute.editable
            )
            for attribute in BUILT_IN[self.about].values()
        }
        fields = {
            "id": serializers.IntegerField(read_only=True),
            **values,
            "custom": serializers.DictField(
                required=False, help_text="Custom attributes by name; null clears one."
            ),
            "created_at": serializers.DateTimeField(read_only=True),
            "updated_at": serializers.DateTimeField(read_only=True),
        }
        wanted = self.context.get("fields") if self._is_outermost() else None
        return fields if wanted is None else {name: field for name, field in fields.items() if name in wanted}


class AccountSerializer(SubjectSerializer):
    """A company."""

    about = "account"
    needed = "name"


class PersonSerializer(SubjectSerializer):
    """A member of one or more accounts."""

    about = "person"
    needed = "email"
