"""Rows for tests, as small as the rules allow: `AccountFactory()`, `PersonFactory(accounts=[a])`."""

from __future__ import annotations

from tests.factories.accounts import (
    AccountFactory,
    AccountListFactory,
    AudienceFactory,
    CustomAttributeFactory,
    PersonFactory,
    ScoreFactory,
    UserFactory,
)
from tests.factories.buying_groups import BuyingGroupFactory, RoleTemplateFactory, SolutionInterestFactory
from tests.factories.journeys import JourneyFactory

__all__ = [
    "AccountFactory",
    "AccountListFactory",
    "AudienceFactory",
    "BuyingGroupFactory",
    "CustomAttributeFactory",
    "JourneyFactory",
    "PersonFactory",
    "RoleTemplateFactory",
    "ScoreFactory",
    "SolutionInterestFactory",
    "UserFactory",
]
