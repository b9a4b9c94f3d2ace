"""The conditions that are saved here, for whoever deletes what they name (`settings.CONDITION_OWNERS`)."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from accounts.conditions.users import Owned
from buying_groups.models import Persona, TemplateRole


def of_all() -> Iterator[Owned]:
    """Those by which roles are assigned, in drafts too, and those by which personas are told."""
    held = TemplateRole.objects.filter(condition__isnull=False)
    for name, condition in held.values_list("template__name", "condition"):
        if condition:
            yield _("role template %(name)s") % {"name": name}, condition
    for name, condition in Persona.objects.values_list("name", "condition"):
        yield _("persona %(name)s") % {"name": name}, condition
