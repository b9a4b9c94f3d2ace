from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("buying_groups", "0060_lacking"),
    ]

    operations = [
        migrations.AlterField(
            model_name="jobrun",
            name="kind",
            field=models.CharField(
                choices=[
                    ("creation", "Creation"),
                    ("maintenance", "Maintenance"),
                    ("engagement", "Engagement scores"),
                    ("stages", "Stages taken away"),
                ],
                max_length=12,
            ),
        ),
    ]
