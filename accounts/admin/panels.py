"""What other apps show on an account's page (`settings.ACCOUNT_PANELS`): its journeys, its buying groups."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string

from accounts.models import Account

Made = Mapping[str, Any] | None
"""{"title", "template", "context"}; None: nothing to show to whoever asks."""


@dataclass(frozen=True)
class Panel:
    """A part of the page: a heading, and a template with what it shows."""

    title: str
    template: str
    context: Mapping[str, Any]


def of_account(request: HttpRequest, account: Account) -> list[Panel]:
    """The panels that apply, in the order of the setting."""
    found: list[Panel] = []
    for path in getattr(settings, "ACCOUNT_PANELS", []):
        maker: Callable[[HttpRequest, Account], Made] = import_string(path)
        if made := maker(request, account):
            found.append(Panel(str(made["title"]), str(made["template"]), made.get("context") or {}))
    return found
