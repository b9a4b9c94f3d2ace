from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from journeys import services
from journeys.document.parse import parse
from journeys.document.schema import document_schema
from tests.journeys.document.example import EXAMPLE, make_world, refused, take_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _world() -> None:
    make_world()


class TestSchema:
    def test_is_a_schema_that_accepts_the_example_and_its_export(self, now: Any) -> None:
        Draft202012Validator.check_schema(document_schema())
        validator = Draft202012Validator(document_schema())

        assert not list(validator.iter_errors(parse(EXAMPLE)))
        assert not list(validator.iter_errors(parse(services.export(take_in(EXAMPLE, now), by=None))))

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("value: 5,", "value: -1,"),
            ("kind: wait", "kind: sleep"),
            ("on: people", "on: lists"),
            ("change_score", "fly"),
            ("mode: continuous", "mode: daily"),
            ("key: join, kind", "key: Join, kind"),
            ("email_deduplication", "colour"),
            ("other: true", "other: 'yes'"),
            ("key: rest", "key: timeout"),
            ("[mon,", "[monday,"),
            ("name: Welcome", "nme: Welcome"),
        ],
    )
    def test_refuses_what_the_check_refuses(self, old: str, new: str) -> None:
        assert old in EXAMPLE
        spoilt = EXAMPLE.replace(old, new)

        assert refused(spoilt)
        assert list(Draft202012Validator(document_schema()).iter_errors(parse(spoilt)))
