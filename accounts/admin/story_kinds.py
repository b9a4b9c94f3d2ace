"""What events of buying groups, interesting moments and activities say: "“CRM”: 33 % → 67 %", "“CRM”: 12 → 40"."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin.cells import DASH
from accounts.models import EventType
from accounts.timelines import OF_GROUPS

Kinds = EventType.BuiltIn
ICONS = {
    Kinds.ASSIGNED_TO_BUYING_GROUP: "group_add",
    Kinds.REMOVED_FROM_BUYING_GROUP: "group_remove",
    Kinds.CONFIRMED_IN_BUYING_GROUP: "how_to_reg",
    Kinds.MEMBER_OF_BUYING_GROUP_DELETED: "person_remove",
    Kinds.BUYING_GROUP_STAGE_CHANGED: "account_tree",
    Kinds.BUYING_GROUP_STATUS_CHANGED: "label",
    Kinds.BUYING_GROUP_COMPLETENESS_CHANGED: "checklist",
    Kinds.BUYING_GROUP_ENGAGEMENT_CHANGED: "trending_up",
    Kinds.EMAIL_SENT: "outgoing_mail",
    Kinds.EMAIL_DELIVERED: "mark_email_read",
    Kinds.EMAIL_OPENED: "drafts",
    Kinds.EMAIL_CLICKED: "ads_click",
    Kinds.EMAIL_BOUNCED: "unsubscribe",
    Kinds.EMAIL_COMPLAINED: "report",
    Kinds.EMAIL_UNSUBSCRIBED: "unsubscribe",
    Kinds.SMS_SENT: "sms",
    Kinds.SMS_DELIVERED: "sms",
    Kinds.SMS_FAILED: "sms_failed",
    Kinds.SMS_CLICKED: "ads_click",
    Kinds.SMS_REPLIED: "reply",
    Kinds.WEB_PAGE_VISITED: "web",
    Kinds.WEB_LINK_CLICKED: "ads_click",
    Kinds.FORM_FILLED: "edit_note",
    Kinds.EVENT_ATTENDED: "event_available",
    Kinds.EVENT_REGISTERED: "event",
}
ACTIVITIES = frozenset(ICONS) - OF_GROUPS
# The types of interesting moments that actions record; a client may report others, which stand as they are.
MOMENTS = {
    "email": gettext_lazy("Email"),
    "milestone": gettext_lazy("Milestone"),
    "web": gettext_lazy("Web"),
}
SOURCES = {
    "manual": gettext_lazy("by hand"),
    "journey": gettext_lazy("by a journey"),
    "system": gettext_lazy("by the system"),
}
# What an activity is about, by the first of these that it says.
ABOUT = ("subject", "title", "name", "form", "event", "page", "url", "link", "text")


def group(kind: int, said: Mapping[str, Any]) -> str:
    """What an event of a buying group says; the group by the name of its solution interest."""
    return _of_group(kind, said) % {
        "group": said.get("name", ""),
        "role": _text(said.get("role")),
        "old_role": _text(said.get("old_role")),
        "person": str(said.get("person") or _("a member")),
        "by": _by(said.get("by")),
        "old_by": _by(said.get("old_by")),
        "old": _text(said.get("old")),
        "new": _text(said.get("new")),
        "old_score": _score(said.get("old")),
        "new_score": _score(said.get("new")),
        "old_percent": _percent(said.get("old")),
        "new_percent": _percent(said.get("new")),
    }


def _of_group(kind: int, said: Mapping[str, Any]) -> str:
    match kind:
        case Kinds.ASSIGNED_TO_BUYING_GROUP if said.get("old_role"):
            return _("“%(group)s”: %(old_role)s → %(role)s")
        case Kinds.ASSIGNED_TO_BUYING_GROUP:
            return _("“%(group)s” as %(role)s")
        case Kinds.REMOVED_FROM_BUYING_GROUP:
            return _("“%(group)s”, was %(role)s")
        case Kinds.MEMBER_OF_BUYING_GROUP_DELETED:
            return _("“%(group)s”: %(person)s, was %(role)s; the person was deleted")
        case Kinds.CONFIRMED_IN_BUYING_GROUP:
            return _("“%(group)s” as %(role)s: assigned %(old_by)s → %(by)s")
        case Kinds.BUYING_GROUP_STAGE_CHANGED | Kinds.BUYING_GROUP_STATUS_CHANGED:
            return _("“%(group)s”: %(old)s → %(new)s")
        case Kinds.BUYING_GROUP_COMPLETENESS_CHANGED:
            return _("“%(group)s”: %(old_percent)s → %(new_percent)s")
    return _("“%(group)s”: %(old_score)s → %(new_score)s")


def moment(said: Mapping[str, Any]) -> tuple[str, str]:
    """The type of an interesting moment by its label, and its description."""
    type = str(said.get("type") or _("Interesting moment"))
    return str(MOMENTS.get(type, type)), str(said.get("description") or "")


def activity(said: Mapping[str, Any]) -> str:
    """What an activity was about, when it says so in a way that is known; else nothing."""
    return next((str(said[key]) for key in ABOUT if isinstance(said.get(key), str)), "")


def _text(value: Any) -> str:
    return DASH if value in (None, "") else str(value)


def _by(source: Any) -> str:
    """Whose assignment it counts as; a name that nobody knows stands as it is."""
    return str(SOURCES.get(str(source), _text(source)))


def _score(value: Any) -> str:
    """Whole, half up, as everywhere (spec 3.6)."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return str(math.floor(value + 0.5)) if is_number else DASH


def _percent(value: Any) -> str:
    score = _score(value)
    return score if score == DASH else f"{score} %"
