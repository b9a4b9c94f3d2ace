"""Conditions: the one grammar wherever a set of accounts or people is chosen (spec 1.9).

Start here. A condition is plain JSON: `{"match": "all" | "any", "filters": [filter or group, …]}`, a filter
`{"field", "operator", "value"}`.

    when it is saved    check → findings; pin_condition → how it is stored (ids beside names)
    when it is shown    unpin_condition → names again; describe → one line; catalogue_for → the picker
    when it is asked    compile → a boolean expression over rows in scope; seen → the values it looked at;
                        matching_accounts, count_accounts, count_people; explain → the tree for one account
    as time goes by     is_relative, crossings → whose verdict turns without a write
    when a row goes     users.naming, users.asking → whose conditions name it

To add a field: a class on `ValueField` (one value per row) or `SetField` (related rows), listed in a module
that `settings.CONDITION_FIELDS` names.

The parts: `grammar` (shape), `operators` (by type), `values` (checks of values), `predicates` (SQL by type),
`fields` and `sets` (the contract), `attributes`, `membership`, `catalogue` (the fields of this app),
`registry` (all fields), `lookup` (what is read from the database).

Common confusion: `check` lets a group without filters pass (everybody satisfies it); whoever needs one asks
for it. A *problem* (`refused=False`) is kept in a draft: what is referred to is missing, or not live.
"""

from __future__ import annotations

from accounts.conditions.check import check
from accounts.conditions.compile import compile, crossings, is_relative, keys_of_seen, seen
from accounts.conditions.describe import describe
from accounts.conditions.explain import Explained, explain
from accounts.conditions.fields import Field, Scope, ValueField
from accounts.conditions.lookup import CannotCompile
from accounts.conditions.operators import Operator, Type
from accounts.conditions.picker import catalogue_for
from accounts.conditions.references import map_references, pin_condition, references, unpin_condition
from accounts.conditions.select import count_accounts, count_people, matching_accounts
from accounts.conditions.sets import SetField

__all__ = [
    "CannotCompile",
    "Explained",
    "Field",
    "Operator",
    "Scope",
    "SetField",
    "Type",
    "ValueField",
    "catalogue_for",
    "check",
    "compile",
    "count_accounts",
    "count_people",
    "crossings",
    "describe",
    "explain",
    "is_relative",
    "keys_of_seen",
    "map_references",
    "matching_accounts",
    "pin_condition",
    "references",
    "seen",
    "unpin_condition",
]
