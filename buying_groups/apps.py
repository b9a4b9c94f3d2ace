from __future__ import annotations

from django.apps import AppConfig


class BuyingGroupsConfig(AppConfig):
    name = "buying_groups"
    verbose_name = "Buying groups"
