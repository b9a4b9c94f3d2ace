"""Names that were saved before names that look alike became one."""

from __future__ import annotations

from django.db import migrations

from accounts.migrations import _tidying

NOOP = migrations.RunSQL.noop


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0009_tidy_names"),
        ("buying_groups", "0070_cancelled_runs"),
    ]

    operations = [
        migrations.RunSQL(_tidying.names("buying_groups_solutioninterest", longest=200), NOOP),
        migrations.RunSQL(_tidying.names("buying_groups_roletemplate", longest=200), NOOP),
        migrations.RunSQL(_tidying.names("buying_groups_role", longest=100), NOOP),
        migrations.RunSQL(_tidying.names("buying_groups_persona", longest=100), NOOP),
        migrations.RunSQL(_tidying.names("buying_groups_stagemodel", longest=200), NOOP),
        migrations.RunSQL(_tidying.names("buying_groups_stage", longest=100, within="model_id"), NOOP),
        migrations.RunSQL(_tidying.names("buying_groups_weightingmodel", longest=200), NOOP),
        migrations.RunSQL(_tidying.names("buying_groups_weightband", longest=100, within="model_id"), NOOP),
    ]
