"""Indexes that nobody reads, or that another one begins with: each costs every move."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_fewer_indexes"),
        ("journeys", "0003_indexes_of_lists"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="entry",
            name="entry_number_once",
        ),
        migrations.RemoveIndex(
            model_name="entry",
            name="entry_account",
        ),
        migrations.RemoveIndex(
            model_name="visit",
            name="visit_left",
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.UniqueConstraint(
                models.F("account"), models.F("journey"), models.F("number"), name="entry_number_once"
            ),
        ),
    ]
