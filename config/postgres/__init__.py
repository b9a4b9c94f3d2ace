"""Finds the PostgreSQL of this installation, or starts one. Start reading at `database`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from config.postgres.errors import PostgresUnavailable
from config.postgres.lifetime import use
from config.postgres.place import DATABASE, PORT, SUPERUSER, locate
from config.postgres.url import parse

__all__ = ["PostgresUnavailable", "database"]


def database(base_dir: Path, environ: Mapping[str, str]) -> dict[str, Any]:
    """Django's DATABASES["default"]: from DATABASE_URL, else of our own server, which is then running.

    That server stays up while this process lives and stops soon after its last user has gone.
    Raises PostgresUnavailable.
    """
    if url := environ.get("DATABASE_URL", "").strip():
        return parse(url)
    cluster = locate(base_dir, environ)
    use(cluster)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": DATABASE,
        "USER": SUPERUSER,
        "PASSWORD": "",
        "HOST": str(cluster.socket),
        "PORT": PORT,
        "OPTIONS": {},
    }
