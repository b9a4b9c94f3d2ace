from __future__ import annotations

import pytest

from journeys.nodes.registry import KINDS


@pytest.mark.parametrize("name", list(KINDS))
def test_every_kind_is_listed_under_its_name_with_a_label_and_a_schema(name: str):
    kind = KINDS[name]

    assert kind.kind == name
    assert kind.label
    assert kind.schema()["additionalProperties"] is False
