"""Indexes for filters on millions of accounts and people: employees, test people."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_api_tokens_and_layouts"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="account",
            index=models.Index(models.F("employees"), models.F("id"), name="account_employees"),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(models.F("id"), condition=models.Q(("is_test", True)), name="person_test"),
        ),
    ]
