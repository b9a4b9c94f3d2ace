"""One way: config, journeys, actions, buying_groups, accounts (docs/architecture.md).

import-linter sees imports. What it cannot see, foreign keys, settings and migrations, is asked here.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.migrations.loader import MigrationLoader
from django.utils.module_loading import import_string

from tests.architecture.source import APPS, LAYERS, ROOT, layer_of

# Settings by which upper layers offer something to accounts, which loads them: lists of dotted names.
LISTS = (
    "CONDITION_FIELDS",
    "CONDITION_OWNERS",
    "FIELD_USERS",
    "ATTRIBUTE_WRITERS",
    "DRAFT_USERS",
    "STAGE_USERS",
    "REFERENCE_RESOURCES",
    "ERASERS",
    "LEAVERS",
    "NOTICES",
    "ACCOUNT_GOES",
    "PERSON_GOES",
    "ACCOUNT_PANELS",
    "PERSON_PANELS",
    "PERSON_BULKS",
    "HOME_CARDS",
    "TIMELINE_OFFERS",
    "TIMELINE_TELLERS",
)
OUR_MODELS = [model for app in APPS for model in apps.get_app_config(app).get_models()]


def test_imports_keep_to_the_contracts():
    linted = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert linted.returncode == 0, linted.stdout


@pytest.mark.parametrize("model", OUR_MODELS, ids=lambda model: model._meta.label)
def test_foreign_keys_point_down(model: type[models.Model]):
    up = [
        f"{field.name} → {field.related_model._meta.label}"
        for field in model._meta.get_fields(include_hidden=True)
        if isinstance(field, models.ForeignKey | models.ManyToManyField)
        and layer_of(field.related_model._meta.app_label) < layer_of(model._meta.app_label)
    ]
    assert up == []


class TestSettingsLists:
    def test_every_one_is_known_here(self):
        """A list of dotted names into our apps is a door between layers: listed above, tested below."""
        found = {
            name
            for name in dir(settings)
            if name.isupper()
            and isinstance(getattr(settings, name), list)
            and any(
                isinstance(entry, str) and entry.startswith(tuple(f"{app}." for app in APPS))
                for entry in getattr(settings, name)
            )
        }
        assert found <= set(LISTS)

    @pytest.mark.parametrize("name", LISTS)
    def test_every_entry_leads_to_something_in_an_app(self, name: str):
        for path in getattr(settings, name, []):
            assert path.partition(".")[0] in APPS, f"{path}: nobody may reach into config"
            assert import_string(path) is not None


class TestMigrations:
    loader = MigrationLoader(None)

    def ours(self) -> list[tuple[str, str]]:
        return [key for key in self.loader.disk_migrations if key[0] in APPS]

    def test_depend_on_what_is_below_only(self):
        up = [
            (key, dependency)
            for key in self.ours()
            for dependency in self.loader.disk_migrations[key].dependencies
            if layer_of(dependency[0]) < layer_of(key[0])
        ]
        assert up == []

    def test_are_named_for_what_they_do(self):
        assert [name for _, name in self.ours() if "_auto_" in name] == []

    def test_are_one_line_an_app(self):
        leaves = [key for key in self.loader.graph.leaf_nodes() if key[0] in APPS]
        assert len(leaves) == len({app for app, _ in leaves})


def test_the_top_level_is_fixed():
    """A new app is a new layer: it gets its place in the contracts first."""
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert packages == set(LAYERS)
