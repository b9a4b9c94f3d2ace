"""What started late is found on the home page without reading the whole history."""

from __future__ import annotations

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("journeys", "0010_references_to_buying_groups"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="historyrecord",
            index=models.Index(
                models.F("at"),
                condition=models.Q(("detail__has_key", "late_by_seconds")),
                name="history_started_late",
            ),
        ),
    ]
