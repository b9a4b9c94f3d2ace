"""What the environment may change about our own server."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass

from config.postgres.errors import PostgresUnavailable

# For two cores and a checkout's worth of data. Given on the command line: an upgrade changes them everywhere.
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "cluster_name": "throughline",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "log_line_prefix": "%m [%p] ",
    "logging_collector": "off",
}
# Broken by a crash of the machine, though not by a kill: for tests only, in a cluster of their own.
WITHOUT_SYNC = {"fsync": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Options:
    """linger: seconds that the server stays up without users; settings: of PostgreSQL, as (name, value)."""

    durable: bool
    linger: float
    settings: tuple[tuple[str, str], ...]

    @property
    def suffix(self) -> str:
        """Of the cluster's folder: data that may break never shares one with data that may not."""
        return "" if self.durable else "-nosync"


def options_from(environ: Mapping[str, str]) -> Options:
    """Read THROUGHLINE_PG_FSYNC (on, off), _LINGER (seconds) and _OPTIONS (name=value …).

    Raises PostgresUnavailable.
    """
    durable = _durable(environ.get("THROUGHLINE_PG_FSYNC", "on"))
    extra = _extra(environ.get("THROUGHLINE_PG_OPTIONS", ""))
    settings = {**SETTINGS, **({} if durable else WITHOUT_SYNC), **extra}
    return Options(durable, _linger(environ.get("THROUGHLINE_PG_LINGER", "2")), tuple(settings.items()))


def _durable(text: str) -> bool:
    if text not in ("on", "off"):
        raise PostgresUnavailable(f"THROUGHLINE_PG_FSYNC is {text!r}; it has to be on or off.")
    return text == "on"


def _linger(text: str) -> float:
    if not re.fullmatch(r"\d{1,6}(\.\d+)?", text):
        raise PostgresUnavailable(f"THROUGHLINE_PG_LINGER is {text!r}; it has to be a number of seconds.")
    return float(text)


def _extra(text: str) -> dict[str, str]:
    try:
        pairs = [word.partition("=") for word in shlex.split(text)]
    except ValueError as error:
        raise PostgresUnavailable(f"THROUGHLINE_PG_OPTIONS cannot be read: {error}.") from None
    for name, equals, _ in pairs:
        if not equals or not re.fullmatch(r"[a-z_][a-z0-9_.]*", name):
            raise PostgresUnavailable("THROUGHLINE_PG_OPTIONS has to be name=value …, such as work_mem=16MB.")
    return {name: value for name, _, value in pairs}
