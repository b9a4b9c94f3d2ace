from __future__ import annotations

from tests.accounts.conditions.conftest import holds as holds
