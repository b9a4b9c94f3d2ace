"""Which column of a file goes where: guessed from the header, edited by staff, checked before the import.

A mapping is `{column of the file: target}`, the target "" for a column that is left out. Targets are
attributes by their full name (`account.industry`, `person.custom.tier`); for people also
`account.external_id`, `account.domain` and `account.name` (which account the person belongs to), `role` and
`primary` (of that relation), `person.score.<name>`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.attributes import BIGINT_LIMIT, BUILT_IN, Attribute, all_of
from accounts.findings import Finding
from accounts.imports.synonyms import ACCOUNT, PERSON
from accounts.models import Import, Score

ROLE = Attribute(
    name="role",
    subject="person",
    key="role",
    label=gettext_lazy("Role in the account"),
    type="text",
    max_length=100,
    cast="text",
)
PRIMARY = Attribute(
    name="primary",
    subject="person",
    key="is_primary",
    label=gettext_lazy("Primary account"),
    type="yes_no",
    cast="boolean",
)
SCORE = "person.score."
# How the account of a person is found, in this order of precedence; `key` keeps them apart from the person's
# own.
ACCOUNT_OF_PERSON = [
    replace(BUILT_IN["account"][name], key=name.replace(".", "_"))
    for name in ("account.external_id", "account.domain", "account.name")
]
IDENTITY = {
    Import.Kind.ACCOUNTS: ("account.external_id", "account.domain", "account.name"),
    Import.Kind.PEOPLE: ("person.external_id", "person.email"),
}


def targets(kind: str) -> dict[str, Attribute]:
    """All that a column of such a file can be mapped to, by name; two queries at most."""
    if kind == Import.Kind.ACCOUNTS:
        return {attribute.name: attribute for attribute in all_of("account") if attribute.editable}
    attributes = [attribute for attribute in all_of("person") if attribute.editable]
    others = (*ACCOUNT_OF_PERSON, ROLE, PRIMARY, *_scores())
    return {attribute.name: attribute for attribute in (*attributes, *others)}


def _scores() -> list[Attribute]:
    """Named scores as targets; `key` is the score's id."""
    return [
        Attribute(
            name=f"{SCORE}{score.name}", subject="person", key=str(score.pk), label=score.label,
            type="number", places=0, minimum=-BIGINT_LIMIT, maximum=BIGINT_LIMIT, cast="bigint",
        )
        for score in Score.objects.order_by("name")
    ]  # fmt: skip


def guess(kind: str, header: list[str], known: Mapping[str, Attribute]) -> dict[str, str]:
    """A target for each column by its name, "" for one that says nothing to us. A target is given once."""
    words = _words(kind, known)
    mapping: dict[str, str] = {}
    for column in header:
        target = words.get(normal(column), "")
        mapping[column] = "" if target in mapping.values() else target
    return mapping


def merged(guessed: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """The guess with what somebody has said instead; a target that is given leaves the column that guessed
    it."""
    taken = set(given.values())
    return {
        **{
            column: "" if target in taken and column not in given else target
            for column, target in guessed.items()
        },
        **given,
    }


def find_problems(
    kind: str, header: list[str], mapping: Mapping[str, str], known: Mapping[str, Attribute]
) -> list[Finding]:
    """What is wrong with a mapping: unknown columns or targets, a target twice, nothing to find a row again
    by."""
    findings = []
    used: dict[str, str] = {}
    for column, target in mapping.items():
        if column not in header:
            message = _("The file has no column “%(column)s”; it has %(header)s.") % {
                "column": column,
                "header": ", ".join(header),
            }
            findings.append(Finding("unknown_column", message, (column,)))
        elif target and target not in known:
            findings.append(
                Finding(
                    "unknown_field",
                    _("“%(target)s” is no field of %(kind)s.") % {"target": target, "kind": kind},
                    (column,),
                )
            )
        elif target and target in used:
            findings.append(
                Finding(
                    "field_twice",
                    _("“%(used)s” is mapped to %(target)s already.")
                    % {"used": used[target], "target": target},
                    (column,),
                )
            )
        elif target:
            used[target] = column
    return findings or _missing_identity(kind, used)


def _missing_identity(kind: str, used: Mapping[str, str]) -> list[Finding]:
    identity = IDENTITY[Import.Kind(kind)]
    if any(target in used for target in identity):
        return []
    message = _("No column is mapped to %(identity)s, by which %(kind)s are found again.") % {
        "identity": " or ".join(identity),
        "kind": kind,
    }
    return [Finding("no_identity", message)]


def _words(kind: str, known: Mapping[str, Attribute]) -> dict[str, str]:
    """What a header may say → its target. Our own names come before labels, labels before common synonyms, and
    these before named scores, which may be called anything."""
    words: dict[str, str] = {}
    for target in known:
        words.setdefault(normal(target), target)
        if target.startswith(SCORE):
            words.setdefault(normal("score " + target.removeprefix(SCORE)), target)
    own = "account." if kind == Import.Kind.ACCOUNTS else "person."
    for target, attribute in known.items():
        if target.startswith(own) and not target.startswith(SCORE):
            words.setdefault(normal(target.removeprefix(own)), target)
            words.setdefault(normal(attribute.key), target)
            words.setdefault(normal(str(attribute.label)), target)
            with translation.override(None):
                words.setdefault(normal(str(attribute.label)), target)
    for target, synonyms in (ACCOUNT if kind == Import.Kind.ACCOUNTS else PERSON).items():
        for synonym in synonyms.split(","):
            words.setdefault(normal(synonym), target)
    for target, attribute in known.items():
        if target.startswith(SCORE):
            for word in (target.removeprefix(SCORE), str(attribute.label)):
                words.setdefault(normal(word), target)
                words.setdefault(normal(f"{word} score"), target)
    return words


def normal(word: str) -> str:
    """A header without what differs by habit: case, spaces, dots, dashes ("E-mail" and "email", "Time Zone"
    and "timezone")."""
    return re.sub(r"[\W_]+", "", word).lower()
