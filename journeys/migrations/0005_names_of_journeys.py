"""What staff call a journey and its fields, as texts that can be translated; nothing changes in the database."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("journeys", "0004_fewer_indexes"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="journey",
            options={
                "permissions": [
                    ("publish_journey", "Can publish and close journeys"),
                    ("abort_journey", "Can abort journeys"),
                    ("hold_journey", "Can hold and release journeys"),
                    ("export_journey", "Can export journeys"),
                    ("repair_journey", "Can retry and remove entries"),
                ],
                "verbose_name": "journey",
                "verbose_name_plural": "journeys",
            },
        ),
        migrations.AlterField(
            model_name="journey",
            name="created_at",
            field=models.DateTimeField(editable=False, verbose_name="created at"),
        ),
        migrations.AlterField(
            model_name="journey",
            name="name",
            field=models.CharField(max_length=200, verbose_name="name"),
        ),
        migrations.AlterField(
            model_name="journey",
            name="published_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="published at"),
        ),
        migrations.AlterField(
            model_name="journey",
            name="updated_at",
            field=models.DateTimeField(editable=False, verbose_name="updated at"),
        ),
    ]
