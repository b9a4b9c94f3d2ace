from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


def reference(to: str) -> models.ForeignKey:
    return models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=to)


class Migration(migrations.Migration):
    dependencies = [("buying_groups", "0001_initial"), ("journeys", "0005_names_of_journeys")]

    operations = [
        migrations.AddField("reference", "solution_interest", reference("buying_groups.solutioninterest")),
        migrations.AddField("reference", "buying_group_role", reference("buying_groups.role")),
        migrations.AddField("reference", "buying_group_stage", reference("buying_groups.stage")),
    ]
