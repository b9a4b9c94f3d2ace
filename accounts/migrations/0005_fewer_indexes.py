"""Indexes that nobody reads, or that another one begins with: each costs every row that is written."""

from __future__ import annotations

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_indexes_of_lists"),
    ]

    operations = [
        # A batch writes thousands of events, and the number of one is asked for by BRIN (event_received).
        migrations.RunSQL(
            "ALTER TABLE accounts_event DROP CONSTRAINT accounts_event_pkey",
            "ALTER TABLE accounts_event ADD PRIMARY KEY (id)",
        ),
        migrations.RemoveIndex(
            model_name="event",
            name="event_received",
        ),
        migrations.AlterField(
            model_name="accountperson",
            name="account",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="relations",
                to="accounts.account",
            ),
        ),
        migrations.AddIndex(
            model_name="event",
            index=django.contrib.postgres.indexes.BrinIndex(
                models.F("received_at"), models.F("id"), autosummarize=True, name="event_received"
            ),
        ),
    ]
