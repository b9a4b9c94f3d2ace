"""Names that were saved before names that look alike became one; those that drafts give to other journeys, too."""

from __future__ import annotations

from django.db import migrations

from accounts.migrations import _tidying

NOOP = migrations.RunSQL.noop


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0009_tidy_names"),
        ("journeys", "0014_targets_by_name"),
    ]

    operations = [
        migrations.RunSQL(_tidying.names("journeys_journey", longest=200, alive="deleted_at"), NOOP),
        migrations.RunSQL(_tidying.names("journeys_drafttarget", longest=200, unique=False), NOOP),
    ]
