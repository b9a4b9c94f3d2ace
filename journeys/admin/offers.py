"""What a journey's buttons and menus offer: what its status allows and the user may do (spec 1.2, 1.5)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from journeys import services
from journeys.admin.door import may, to
from journeys.models import Journey

Status = Journey.Status


@dataclass(frozen=True)
class Rule:
    """One thing that can be done, on the page of its own name, and when it is offered."""

    name: str
    label: str | Promise
    icon: str
    permission: str
    when: Callable[[Journey], bool]
    danger: bool = False


@dataclass(frozen=True)
class Offer:
    """A rule for one journey, with the address of its page."""

    name: str
    label: str | Promise
    icon: str
    url: str
    danger: bool = False


def _allows(action: str) -> Callable[[Journey], bool]:
    return lambda journey: action in services.ALLOWED[journey.status]


def _always(journey: Journey) -> bool:
    return True


def _may_hold(journey: Journey) -> bool:
    return journey.status in Journey.PUBLISHED and journey.held_at is None


def _is_held(journey: Journey) -> bool:
    return journey.held_at is not None


CHANGE, PUBLISH, HOLD = "journeys.change_journey", "journeys.publish_journey", "journeys.hold_journey"
EXPORT = "journeys.export_journey"
RULES: dict[str, Rule] = {
    rule.name: rule
    for rule in (
        Rule("publish", _("Publish"), "rocket_launch", PUBLISH, _allows("publish")),
        Rule("duplicate", _("Duplicate"), "content_copy", "journeys.add_journey", _allows("duplicate")),
        Rule("close", _("Close to new entries"), "door_front", PUBLISH, _allows("close")),
        Rule("abort", _("Abort"), "cancel", "journeys.abort_journey", _allows("abort"), danger=True),
        Rule("settings", _("Settings"), "tune", CHANGE, _always),
        Rule("re_entry", _("Re-entry"), "replay", CHANGE, _always),
        Rule("deduplication", _("Email deduplication"), "mail", CHANGE, _always),
        Rule("hold", _("Hold"), "pause_circle", HOLD, _may_hold),
        Rule("release", _("Release"), "play_circle", HOLD, _is_held),
        Rule("export_yaml", _("Export as YAML"), "download", EXPORT, _always),
        Rule("export_json", _("Export as JSON"), "download", EXPORT, _always),
        Rule("delete", _("Delete"), "delete", "journeys.delete_journey", _allows("delete"), danger=True),
    )
}
OF_ROW = ("publish", "duplicate", "close", "abort", "hold", "release", "delete")
OF_MENU = (
    "close",
    "abort",
    "settings",
    "re_entry",
    "deduplication",
    "hold",
    "release",
    "export_yaml",
    "export_json",
)


def offers(request: HttpRequest, journey: Journey, names: Sequence[str]) -> list[Offer]:
    """Those of these that are offered for the journey to whoever asks."""
    rules = [RULES[name] for name in names]
    return [
        Offer(rule.name, rule.label, rule.icon, to(rule.name, journey.pk), rule.danger)
        for rule in rules
        if rule.when(journey) and may(request, rule.permission)
    ]


def of_row(request: HttpRequest, journey: Journey) -> list[Offer]:
    """The menu of a row in the list; Open comes before these."""
    return offers(request, journey, OF_ROW)


def of_header(request: HttpRequest, journey: Journey) -> list[Offer]:
    """The buttons of a journey's page: Publish in a draft, Duplicate in all others, Delete when it has ended."""
    names = ("publish",) if journey.status == Status.DRAFT else ("duplicate", "delete")
    return offers(request, journey, names)


def of_menu(request: HttpRequest, journey: Journey) -> list[Offer]:
    """The menu More…: Duplicate and Delete in a draft, and the rest."""
    names = ("duplicate", *OF_MENU, "delete") if journey.status == Status.DRAFT else OF_MENU
    return offers(request, journey, names)
