from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("buying_groups", "0052_stage_runs"),
    ]

    operations = [
        migrations.AddField(
            model_name="creationjob",
            name="created_before",
            field=models.BigIntegerField(
                default=0, editable=False, verbose_name="groups created by earlier runs"
            ),
        ),
    ]
