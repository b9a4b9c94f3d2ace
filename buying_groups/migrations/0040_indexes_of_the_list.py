from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """The list of groups: scores that were never computed below all others, and statuses."""

    dependencies = [("buying_groups", "0030_engagement_runs")]

    operations = [
        migrations.RemoveIndex(model_name="buyinggroup", name="buying_group_completeness"),
        migrations.RemoveIndex(model_name="buyinggroup", name="buying_group_engagement"),
        migrations.AddIndex(
            model_name="buyinggroup",
            index=models.Index(
                models.OrderBy(models.F("completeness"), descending=True, nulls_last=True),
                models.OrderBy(models.F("id"), descending=True),
                name="buying_group_completeness",
            ),
        ),
        migrations.AddIndex(
            model_name="buyinggroup",
            index=models.Index(
                models.OrderBy(models.F("engagement"), descending=True, nulls_last=True),
                models.OrderBy(models.F("id"), descending=True),
                name="buying_group_engagement",
            ),
        ),
        migrations.AddIndex(
            model_name="buyinggroup",
            index=models.Index("status", "id", name="buying_group_status", condition=models.Q(status__gt="")),
        ),
    ]
