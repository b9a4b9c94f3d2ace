"""What begins with one or two letters is found by an index: these have no trigram."""

from __future__ import annotations

import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_fewer_indexes"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="account",
            index=models.Index(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Upper("name"), "text_pattern_ops"
                ),
                name="account_name_start",
            ),
        ),
        migrations.AddIndex(
            model_name="account",
            index=models.Index(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Upper("domain"), "text_pattern_ops"
                ),
                name="account_domain_start",
            ),
        ),
    ]
