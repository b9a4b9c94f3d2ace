"""Indexes for the filters of millions of people: marks that few of them have, and their country."""

from __future__ import annotations

from django.db import migrations, models

MARKS = ("unsubscribed", "email_invalid", "email_suspended", "marketing_suspended")


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_fewer_indexes"),
    ]

    operations = [
        *(
            migrations.AddIndex(
                model_name="person",
                index=models.Index(
                    models.F("last_name"),
                    models.F("id"),
                    condition=models.Q((mark, True)),
                    name=f"person_{mark}",
                ),
            )
            for mark in MARKS
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(
                models.F("country"), condition=models.Q(("country__gt", "")), name="person_country"
            ),
        ),
    ]
