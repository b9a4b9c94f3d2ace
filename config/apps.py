from __future__ import annotations

from django.apps import AppConfig


class ThroughlineConfig(AppConfig):
    """The installation as a whole: its checks."""

    name = "config"
    verbose_name = "Throughline"
