from __future__ import annotations

from django.apps import AppConfig, apps
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate, pre_migrate

from config import celery, groups
from config.checks import check_one_fsm, check_times
from config.postgres.checks import check_database


class ThroughlineConfig(AppConfig):
    """The installation as a whole: its checks, its groups of users, its queue."""

    name = "config"
    verbose_name = "Throughline"

    def ready(self) -> None:
        celery.app.set_default()
        register(check_one_fsm, Tags.compatibility)
        register(check_times)
        register(check_database, Tags.database)
        # journeys is the last app, so all permissions exist when it is told of the migrations.
        last = apps.get_app_config("journeys")
        pre_migrate.connect(groups.remember, sender=last, dispatch_uid="throughline.groups")
        post_migrate.connect(groups.provide, sender=last, dispatch_uid="throughline.groups")
