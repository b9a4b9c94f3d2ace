"""What a row can be found by and what it is looked up by: which rows of a file may mean the same account or
person."""

from __future__ import annotations

from dataclasses import dataclass, replace

from accounts.imports.rows import Parsed


@dataclass(frozen=True)
class Keys:
    """`identity` tells for sure that two rows mean the same; `relation` is the account that a person's row is
    about."""

    identity: str
    provides: tuple[str, ...]
    asks: tuple[str, ...]
    relation: tuple[str, ...] = ()

    def and_of(self, later: Keys) -> Keys:
        """The same with what a later row of the same account or person adds."""
        provides, asks = ({*self.provides, *later.provides}, {*self.asks, *later.asks})
        return replace(self, provides=tuple(provides), asks=tuple(asks))


def account_keys(row: Parsed) -> Keys:
    """By external id, else domain, else name.

    A row with an external id takes over an account of its domain only while that has no external id ("free").
    """
    external_id, domain, name = (row.text(f"account.{key}") for key in ("external_id", "domain", "name"))
    by_name = f"name {name}"
    if external_id:
        by_id = f"id {external_id}"
        by_domain = (f"domain {domain}",) if domain else ()
        return Keys(by_id, (by_id, *by_domain, by_name), (by_id, f"free {domain}"))
    if domain:
        return Keys(
            f"domain {domain}", (f"domain {domain}", f"free {domain}", by_name), (f"domain {domain}",)
        )
    return Keys(by_name, (by_name,), (by_name,))


def person_keys(row: Parsed) -> Keys:
    """By external id, else email."""
    external_id, email = row.text("person.external_id"), row.text("person.email").lower()
    keys = tuple([f"id {external_id}"] * bool(external_id) + [f"email {email}"] * bool(email))
    relation = tuple(row.text(f"account.{key}") for key in ("external_id", "domain", "name"))
    return Keys(keys[0] if keys else "", keys, keys, relation)
