from __future__ import annotations

import pytest

from accounts.api.scopes import allows, covered
from accounts.models import ApiToken


@pytest.mark.parametrize(
    ("scopes", "reads", "writes"),
    [
        ([], True, True),
        (["read"], True, False),
        (["write"], True, True),
        (["journeys:read"], True, False),
        (["journeys:write"], True, True),
        (["accounts:write"], False, False),
        (["accounts:write", "journeys:read"], True, False),
    ],
)
def test_what_a_token_may_do_with_journeys(scopes: list[str], reads: bool, writes: bool):
    token = ApiToken(scopes=scopes)

    assert allows(token, "journeys", writes=False) is reads
    assert allows(token, "journeys", writes=True) is writes


@pytest.mark.parametrize(
    ("scope", "scopes", "verdict"),
    [
        ("read", ["read"], True),
        ("read", ["write"], True),
        ("read", ["journeys:read"], False),
        ("write", ["read"], False),
        ("journeys:read", ["read"], True),
        ("journeys:write", ["read", "journeys:read"], False),
    ],
)
def test_whether_a_scope_is_within_others(scope: str, scopes: list[str], verdict: bool):
    assert covered(scope, scopes) is verdict
