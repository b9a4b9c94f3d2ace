"""What other apps show on an account's page (`settings.ACCOUNT_PANELS`): its journeys, its buying groups."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString, mark_safe

from accounts.models import Account

Made = Mapping[str, Any] | None
"""{"title", "template", "context"}; None: nothing to show to whoever asks."""


@dataclass(frozen=True)
class Panel:
    """A part of the page: a heading and what stands below it."""

    title: str
    html: SafeString


def of_account(request: HttpRequest, account: Account) -> list[Panel]:
    """The panels that apply, in the order of the setting."""
    found: list[Panel] = []
    for path in getattr(settings, "ACCOUNT_PANELS", []):
        maker: Callable[[HttpRequest, Account], Made] = import_string(path)
        if made := maker(request, account):
            found.append(Panel(str(made["title"]), _rendered(request, made)))
    return found


def _rendered(request: HttpRequest, made: Mapping[str, Any]) -> SafeString:
    """With the panel's own context only, so that nothing of the page leaks into it."""
    return mark_safe(render_to_string(made["template"], made.get("context") or {}, request))  # noqa: S308 - a template
