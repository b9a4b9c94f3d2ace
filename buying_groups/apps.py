from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class BuyingGroupsConfig(AppConfig):
    name = "buying_groups"
    verbose_name = "Buying groups"

    def ready(self) -> None:
        # Models can be imported only now. The kinds of event, which accounts writes, are there before.
        post_migrate.connect(import_module("buying_groups.built_in").write, sender=self)
