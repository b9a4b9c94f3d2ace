"""Names that were saved before names that look alike became one."""

from __future__ import annotations

from django.db import migrations

from accounts.migrations import _tidying

NOOP = migrations.RunSQL.noop


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_export_members"),
    ]

    operations = [
        migrations.RunSQL(_tidying.names_of_accounts(), NOOP),
        migrations.RunSQL(_tidying.names("accounts_accountlist", longest=200), NOOP),
        migrations.RunSQL(_tidying.names("accounts_audience", longest=200), NOOP),
    ]
