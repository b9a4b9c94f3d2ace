"""Indexes for people with a mark, sorted by email."""

from __future__ import annotations

import django.db.models.functions.text
from django.db import migrations, models

MARKS = ("unsubscribed", "email_invalid", "email_suspended", "marketing_suspended")


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0009_tidy_names"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="person",
            index=models.Index(
                django.db.models.functions.text.Lower("email"),
                models.F("id"),
                condition=models.Q((mark, True)),
                name=f"person_email_{n}",
            ),
        )
        for n, mark in enumerate(MARKS)
    ]
