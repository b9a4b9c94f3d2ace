"""Telling people that work which they have asked for is over: done, failed or cancelled (spec 6.1).

Whoever ends such work calls `tell` in the transaction that ends it, so that it is told once, or not over. The texts
are listed by `settings.NOTICES`: dictionaries of code → text.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.formats import number_format
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts.models import Notice

# Of an error, a name, a file: as much as one reads.
LONGEST = 200


def tell(
    user_id: int | None,
    code: str,
    params: Mapping[str, Any],
    *,
    level: str,
    about: models.Model | None = None,
    now: datetime,
) -> None:
    """Tell somebody (None: nobody has asked) what has become of their work. Numbers stay numbers until they are read.

    `code`: of `settings.NOTICES`; `about`: the row whose page says more.
    """
    if user_id is None:
        return
    kept = {name: value if isinstance(value, int) else _short(str(value)) for name, value in params.items()}
    Notice.objects.create(
        user_id=user_id, code=code, params=kept, level=level, created_at=now,
        about=about._meta.label_lower if about is not None else "", about_id=about.pk if about is not None else None,
    )  # fmt: skip


def text(notice: Notice) -> str:
    """What it says, in the language of whoever reads it."""
    said = _texts().get(notice.code)
    if said is None:  # of a version that is gone
        return _("Something that you have asked for is over.")
    return str(said) % {name: _shown(value) for name, value in notice.params.items()}


def expire(*, before: datetime) -> int:
    """Delete those of before an instant; how many."""
    deleted, _of = Notice.objects.filter(created_at__lt=before).delete()
    return deleted


def _texts() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path in settings.NOTICES:
        found |= import_string(path)
    return found


def _shown(value: Any) -> str:
    return number_format(value, use_l10n=True, force_grouping=True) if isinstance(value, int) else str(value)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
