"""A cluster and a database for the benchmark alone, and Django on them.

Called before anything of the project is imported: settings read the environment then.
"""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VAR = ROOT / "var" / "bench"
DATABASE = "bench"
# No statistics, vacuum or checkpoint at a moment that nobody chose: they are done between the runs.
OPTIONS = "autovacuum=off checkpoint_timeout=1d max_wal_size=20GB shared_buffers=512MB"


def boot(*, fresh: bool) -> Path:
    """Start (or share) the private cluster and set Django up on it; `fresh`: make the database anew.

    Whatever the environment says of the developer's database is set aside; BENCH_VAR is another folder to be in.
    Returns the folder of the cluster's data.
    """
    os.environ.pop("DATABASE_URL", None)
    os.environ["THROUGHLINE_VAR"] = os.environ.get("BENCH_VAR", str(VAR))
    os.environ["THROUGHLINE_PG_OPTIONS"] = OPTIONS
    os.environ["THROUGHLINE_PG_FSYNC"] = "on"
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django  # noqa: PLC0415 - settings read the environment when they are imported
    from django.conf import settings  # noqa: PLC0415

    django.setup()
    if fresh:
        _recreate()
    settings.DATABASES["default"]["NAME"] = DATABASE
    if fresh:
        from django.core.management import call_command  # noqa: PLC0415

        call_command("migrate", verbosity=0)
    return _data_folder()


def _recreate() -> None:
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {DATABASE}")
    connection.close()
    connection.settings_dict["NAME"] = DATABASE


def _data_folder() -> Path:
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("SHOW data_directory")
        return Path(cursor.fetchone()[0])


def drop() -> None:
    """Give the disk space back."""
    from django.db import connection  # noqa: PLC0415

    connection.close()
    connection.settings_dict["NAME"] = "postgres"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
