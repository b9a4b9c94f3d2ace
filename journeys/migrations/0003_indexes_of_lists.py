"""Indexes for the lists of 100,000 journeys: by status, start and end; what is held."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("journeys", "0002_rules"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="journey",
            name="journey_status",
        ),
        migrations.AddIndex(
            model_name="journey",
            index=models.Index(
                models.F("status"),
                models.F("id"),
                condition=models.Q(("deleted_at__isnull", True)),
                name="journey_status",
            ),
        ),
        migrations.AddIndex(
            model_name="journey",
            index=models.Index(models.F("starts_at"), models.F("id"), name="journey_starts_at"),
        ),
        migrations.AddIndex(
            model_name="journey",
            index=models.Index(models.F("ends_at"), models.F("id"), name="journey_ends_at"),
        ),
        migrations.AddIndex(
            model_name="journey",
            index=models.Index(
                models.F("held_at"), condition=models.Q(("held_at__isnull", False)), name="journey_held"
            ),
        ),
    ]
