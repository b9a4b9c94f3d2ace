"""The conditions that are saved here, for whoever deletes what they name (`settings.CONDITION_OWNERS`)."""

from __future__ import annotations

from collections.abc import Iterator

from accounts.conditions.users import Owned
from buying_groups.models import TemplateRole


def of_templates() -> Iterator[Owned]:
    """Those by which roles are assigned, in drafts too."""
    held = TemplateRole.objects.filter(condition__isnull=False)
    for name, condition in held.values_list("template__name", "condition"):
        if condition:
            yield f"role template {name}", condition
