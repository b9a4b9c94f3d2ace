from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from accounts.api.permissions import may_see
from accounts.api.serializers import Sparse
from accounts.timelines import PEOPLE


class OfPeople(Sparse):
    """Something about a person: who they are is for those who may view people, here as everywhere."""

    # Members of the answer that say something of the person beside the id.
    personal: ClassVar[Collection[str]] = ()

    def to_representation(self, instance: Any) -> dict[str, Any]:
        shown: dict[str, Any] = super().to_representation(instance)
        if not may_see(self.context["request"], PEOPLE):
            shown.update({name: None for name in self.personal if name in shown})
        return shown
