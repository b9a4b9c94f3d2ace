"""Names that were saved before names that look alike became one are put into the new form by an upgrade."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from django.db import connection

from accounts.models import Account, AccountChange, AccountList
from accounts.values import tidy
from buying_groups.models import Persona, Role, RoleTemplate, SolutionInterest, Stage, WeightingModel
from journeys.models import DraftTarget, Journey
from tests.factories import (
    AccountFactory,
    AccountListFactory,
    AudienceFactory,
    JourneyFactory,
    RoleTemplateFactory,
    SolutionInterestFactory,
)
from tests.factories.stages import StageModelFactory

pytestmark = pytest.mark.django_db
UPGRADES = (
    "accounts.migrations.0009_tidy_names",
    "buying_groups.migrations.0080_tidy_names",
    "journeys.migrations.0015_tidy_names",
)
UNTIDY = "Cafe\u0301  One\u200b"


def upgrade() -> None:
    with connection.cursor() as cursor:
        for module in UPGRADES:
            for operation in import_module(module).Migration.operations:
                for statement in operation.sql:
                    cursor.execute(statement)


def names(model: Any) -> list[str]:
    return list(model.objects.order_by("pk").values_list("name", flat=True))


@pytest.mark.parametrize(
    "name",
    [
        "Acme", " Acme  Inc ", "A\tb\nc", "A\x1cb\x85c", "A\xa0\u1680\u2000\u2003\u200a\u202f\u205f\u3000b", UNTIDY,
        "A \u200b b", "\u00adA\u061cb\u180ec\u200ed\u200fe\u2060f\ufeff", "\u2028A\u2029b", "נוֹעַ", "❤️", "👩‍💻",
        "\u0958", "\u1100\u1161", "東京", "Å", "a_b-c~",
    ],
)  # fmt: skip
def test_as_the_services_do_now(name: str):
    AccountFactory(name=name)

    upgrade()

    assert names(Account) == [tidy(name)]


def test_whoever_watches_accounts_looks_at_those_that_change():
    changed, _as_it_was = AccountFactory(name=UNTIDY), AccountFactory(name="Café One")

    upgrade()

    assert names(Account) == ["Café One", "Café One"]
    assert list(AccountChange.objects.values_list("account_id", flat=True)) == [changed.pk]


def test_one_whose_name_another_has_stays_as_it_is():
    for name in (
        "Café  one",
        "Cafe\u0301 ONE",
        "CAFÉ ONE",
        "Other  list",
        "OTHER\xa0list",
        "\u200b",
        "x" * 200,
    ):
        AccountListFactory(name=name)

    upgrade()

    assert names(AccountList) == [
        "Café  one", "Cafe\u0301 ONE", "CAFÉ ONE", "Other list", "OTHER\xa0list", "\u200b", "x" * 200,
    ]  # fmt: skip


def test_one_that_would_become_too_long_stays_as_it_is():
    AccountListFactory(name="\u0958" * 101)

    upgrade()

    assert names(AccountList) == ["\u0958" * 101]


def test_everywhere():
    AudienceFactory(name=UNTIDY)
    SolutionInterestFactory(name=UNTIDY, template=RoleTemplateFactory(name=UNTIDY))
    StageModelFactory(name=UNTIDY)
    for model in (Persona, Role, Stage, WeightingModel):
        model.objects.filter(pk=model.objects.earliest("pk").pk).update(name=UNTIDY)
    Stage.objects.filter(pk=Stage.objects.latest("pk").pk).update(name="CAFÉ\xa0ONE")
    gone, there = JourneyFactory(name=UNTIDY), JourneyFactory(name="Other")
    Journey.objects.filter(pk=gone.pk).update(deleted_at=gone.created_at)
    DraftTarget.objects.create(draft=there.draft, name=UNTIDY)
    Journey.objects.filter(pk=there.pk).update(name="CAFÉ\xa0ONE")

    upgrade()

    for model in (SolutionInterest, RoleTemplate, Persona, Role, Stage, WeightingModel, DraftTarget):
        assert "Café One" in names(model), model
    assert names(Stage)[-1] == "CAFÉ\xa0ONE"
    assert names(Journey) == [UNTIDY, "CAFÉ ONE"]
