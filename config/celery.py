"""Celery: `celery -A config worker -B` runs what `manage.py run_engine` does, spread over processes.

Messages only wake: each task looks in the database what there is to do. One that is lost is followed by the
next of the schedule, one that comes twice finds nothing to do.
"""

from __future__ import annotations

import os
from pathlib import Path

from celery import Celery
from django.conf import settings
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

TRANSPORT_ALIASES["filesystem"] = "config.file_broker:Transport"

app = Celery("throughline")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
for folder in ("broker", "broker-control"):
    Path(settings.VAR, folder).mkdir(parents=True, exist_ok=True)
