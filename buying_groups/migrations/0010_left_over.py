from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("buying_groups", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="LeftOver",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "run_id", "subject_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("subject_id", models.BigIntegerField()),
                (
                    "run",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="buying_groups.jobrun",
                    ),
                ),
            ],
        ),
    ]
