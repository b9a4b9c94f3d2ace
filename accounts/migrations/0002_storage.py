"""How the rows that journeys write are kept: room for updates in place, vacuum soon enough."""

from __future__ import annotations

from django.db import migrations

# A batch rewrites accounts and scores: with room on the page the update stays there and touches no index.
# A whole batch of neighbours is rewritten, so a page needs room for each of its rows (docs/benchmarks.md).
ROOM = [("accounts_account", 50), ("accounts_person", 60), ("accounts_personscore", 50)]


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        *(
            migrations.RunSQL(
                f"ALTER TABLE {table} SET (fillfactor = {share})", f"ALTER TABLE {table} RESET (fillfactor)"
            )
            for table, share in ROOM
        ),
        # Filled and pruned all day; readers need its statistics fresh.
        migrations.RunSQL(
            "ALTER TABLE accounts_accountchange SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000)",
            "ALTER TABLE accounts_accountchange RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold)",
        ),
        # Every batch appends to it, and nobody asks for a change by its number: the index would be for nothing.
        migrations.RunSQL(
            "ALTER TABLE accounts_accountchange DROP CONSTRAINT accounts_accountchange_pkey",
            "ALTER TABLE accounts_accountchange ADD PRIMARY KEY (id)",
        ),
    ]
