"""Entries by why they ended: few ended for these reasons, so that the batches that move everybody write no more."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("journeys", "0016_what_drafts_name")]

    operations = [
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                "journey",
                "reason",
                "id",
                condition=models.Q(reason__in=[2, 3, 4, 5]),
                include=["node"],
                name="entry_reason",
            ),
        ),
    ]
