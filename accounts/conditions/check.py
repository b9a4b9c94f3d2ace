"""Is a condition right? Every fault with its place; what is right compiles (spec 1.9)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Literal

from django.utils.translation import gettext as _

from accounts.conditions.fields import Field
from accounts.conditions.grammar import MATCHES, MAX_DEPTH, MAX_FILTERS, MAX_FILTERS_IN_ALL, is_group, shown
from accounts.conditions.lookup import Lookup
from accounts.conditions.references import find_all
from accounts.findings import Finding, Place
from accounts.references import name_of, resources

Subject = Literal["account", "person"]
KEYS = frozenset({"field", "operator", "value"})


def check(condition: Any, *, about: Subject = "account") -> list[Finding]:
    """What is wrong with a condition on accounts, or on people (these may name fields of the account too).

    A condition without filters is right, and everybody satisfies it; a group inside one needs a filter: an
    empty "any" would let everybody through unseen. Such a group, and what is referred to and missing or not
    live, is a problem (`refused=False`); every other finding refuses the condition.
    """
    checker = Checker(about)
    return [*checker.condition(condition, ()), *checker.missing()]


class Checker(Lookup):
    """One check of one or many conditions: `condition` for each of them, then `missing` once."""

    def __init__(self, about: Subject) -> None:
        super().__init__()
        self._about = about
        self._depth = 0
        self._filters = 0
        self._references: list[tuple[str, Any, Place]] = []

    def condition(self, condition: Any, at: Place) -> list[Finding]:
        """What is wrong with a whole condition, references aside."""
        self._filters = 0
        return self.group(condition, at)

    def group(self, group: Any, at: Place, fields: Mapping[str, Field] | None = None) -> list[Finding]:
        """What is wrong with a group; `fields`: those of a set-like field's nested group."""
        self._depth += 1
        try:
            return list(self._group(group, at, fields))
        finally:
            self._depth -= 1

    def refer(self, resource: str, value: Any, at: Place) -> None:
        """Have looked up, with all others at the end, whether what is referred to exists and is live."""
        self._references.append((resource, value, at))

    def missing(self) -> Iterator[Finding]:
        """Of what is referred to: what does not exist or is not live. One query a resource."""
        found = find_all((resource, value) for resource, value, at in self._references)
        for (resource, value, at), row in zip(self._references, found, strict=True):
            label, name = resources()[resource].label, shown(name_of(value))
            if row is None:
                yield Finding(
                    "not_found",
                    _("There is no %(label)s “%(name)s”.") % {"label": label, "name": name},
                    at,
                    refused=False,
                )
            elif not row.is_live:
                yield Finding(
                    "not_live",
                    _("The %(label)s “%(name)s” is not live.") % {"label": label, "name": shown(row.name)},
                    at,
                    refused=False,
                )

    def _group(self, group: Any, at: Place, fields: Mapping[str, Field] | None) -> Iterator[Finding]:
        if not isinstance(group, dict):
            yield Finding("wrong_type", _('A condition is an object: {"match": "all", "filters": []}.'), at)
        elif self._depth > MAX_DEPTH:
            yield Finding(
                "too_deep", _("Groups are nested at most %(max_depth)s deep.") % {"max_depth": MAX_DEPTH}, at
            )
        else:
            yield from unknown_keys(group, {"match", "filters"}, at)
            if group.get("match") not in MATCHES:
                yield Finding("wrong_value", _("“match” must be “all” or “any”."), (*at, "match"))
            yield from self._items(group.get("filters"), (*at, "filters"), fields)

    def _items(self, items: Any, at: Place, fields: Mapping[str, Field] | None) -> Iterator[Finding]:
        if not isinstance(items, list):
            yield Finding("wrong_type", _("“filters” must be a list."), at)
            return
        self._filters += len(items)
        if len(items) > MAX_FILTERS:
            yield Finding(
                "too_many",
                _("%(n)s filters in one group; at most %(max_filters)s are allowed.")
                % {"n": len(items), "max_filters": MAX_FILTERS},
                at,
            )
        elif self._filters > MAX_FILTERS_IN_ALL:
            yield Finding(
                "too_many",
                _("More than %(max_filters_in_all)s filters in all.")
                % {"max_filters_in_all": MAX_FILTERS_IN_ALL},
                at,
            )
        else:
            for index, item in enumerate(items):
                yield from self._item(item, (*at, index), fields)

    def _item(self, item: Any, at: Place, fields: Mapping[str, Field] | None) -> Iterable[Finding]:
        if is_group(item):
            return [*self.group(item, at, fields), *_empty(item, at)]
        if not isinstance(item, dict):
            return [
                Finding("wrong_type", _("A filter is an object with “field”, “operator” and “value”."), at)
            ]
        name = item.get("field")
        if not isinstance(name, str):
            return [
                Finding("missing_key", _("“field” is missing; it names what is compared."), (*at, "field"))
            ]
        field = self.field(name) if fields is None else fields.get(name)
        if field is None:
            return [Finding("unknown_field", self._unknown(name, fields), (*at, "field"))]
        if self._about == "account" and field.subject == "person":
            message = _(
                "%(label)s is about a person; a condition on accounts can only ask about the account."
            ) % {"label": field.label}
            return [Finding("wrong_subject", message, (*at, "field"))]
        return self._filter(item, field, at)

    def _filter(self, filter: dict[str, Any], field: Field, at: Place) -> Iterator[Finding]:
        yield from unknown_keys(filter, KEYS | field.keys, at)
        operator = filter.get("operator")
        if not isinstance(operator, str) or operator not in field.operators:
            said = _("%(field)s: no operator; use %(known)s.")
            if "operator" in filter:
                said = _("%(field)s: “%(operator)s” is not one of its operators; use %(known)s.")
            known = {"field": field.label, "operator": shown(operator), "known": ", ".join(field.operators)}
            yield Finding("unknown_operator", said % known, (*at, "operator"))
        else:
            yield from field.check(filter, self, at)

    def _unknown(self, name: str, fields: Mapping[str, Field] | None) -> str:
        known = self.fields() if fields is None else fields
        close = get_close_matches(name[:200], known, n=1)
        message = _("There is no field “%(name)s”.") % {"name": shown(name)}
        return f"{message} {_('Did you mean “%(name)s”?') % {'name': close[0]}}" if close else message


def _empty(group: dict[str, Any], at: Place) -> Iterator[Finding]:
    if group["filters"] == []:
        message = _("This group is empty: add a filter to it, or remove it.")
        yield Finding("no_condition", message, at, refused=False)


def unknown_keys(value: dict[str, Any], known: Iterable[str], at: Place) -> Iterator[Finding]:
    """Keys that have no meaning here."""
    for key in value:
        if key not in known:
            yield Finding(
                "unknown_field", _("“%(key)s” is not a key here.") % {"key": shown(key)}, (*at, shown(key))
            )
