"""A published map remembers what a target was called after it has gone: the home page names it."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

FILL = """
    UPDATE journeys_reference AS reference SET target_name = journey.name FROM journeys_journey AS journey
    WHERE journey.id = reference.target_journey_id
"""


class Migration(migrations.Migration):
    dependencies = [("journeys", "0011_late_starts")]

    operations = [
        migrations.AddField(
            model_name="reference",
            name="target_name",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        migrations.AlterField(
            model_name="reference",
            name="target_journey",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="pointed_at_by",
                to="journeys.journey",
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
