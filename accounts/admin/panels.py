"""What other apps show on an account's page (`settings.ACCOUNT_PANELS`) and on a person's (`PERSON_PANELS`)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString, mark_safe

from accounts.models import Account, Person

Made = Mapping[str, Any] | None
"""{"title", "template", "context"}; None: nothing to show to whoever asks."""


@dataclass(frozen=True)
class Panel:
    """A part of the page: a heading and what stands below it."""

    title: str
    html: SafeString


def of_account(request: HttpRequest, account: Account) -> list[Panel]:
    """The panels that apply, in the order of the setting."""
    return _made(request, "ACCOUNT_PANELS", account)


def of_person(request: HttpRequest, person: Person) -> list[Panel]:
    """The panels that apply, in the order of the setting."""
    return _made(request, "PERSON_PANELS", person)


def _made(request: HttpRequest, setting: str, row: Account | Person) -> list[Panel]:
    found: list[Panel] = []
    for path in getattr(settings, setting, []):
        maker: Callable[[HttpRequest, Account | Person], Made] = import_string(path)
        if made := maker(request, row):
            found.append(Panel(str(made["title"]), _rendered(request, made)))
    return found


def _rendered(request: HttpRequest, made: Mapping[str, Any]) -> SafeString:
    """With the panel's own context only, so that nothing of the page leaks into it."""
    return mark_safe(render_to_string(made["template"], made.get("context") or {}, request))  # noqa: S308 - a template


def going(account_ids: Collection[int]) -> list[tuple[str, str]]:
    """What other apps say goes with accounts, in numbers; (icon, sentence), by `settings.ACCOUNT_GOES`."""
    return [import_string(path)(account_ids) for path in settings.ACCOUNT_GOES]


def ending(person_ids: Collection[int]) -> list[tuple[str, str]]:
    """What other apps say ends with people, in numbers; (icon, sentence), by `settings.PERSON_GOES`."""
    return [said for path in settings.PERSON_GOES for said in import_string(path)(person_ids)]
