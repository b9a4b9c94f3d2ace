"""DATABASE_URL as Django's settings: `postgresql://user:password@host:port/name?sslmode=require`.

No message repeats a value of the URL: any part of it may turn out to be a piece of the password.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from psycopg import pq

from config.postgres.errors import PostgresUnavailable

SCHEMES = ("postgres", "postgresql")
# Parameters that libpq takes in the query and Django wants as settings of their own.
SETTINGS = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}


def parse(url: str) -> dict[str, Any]:
    """The settings that `url` asks for; a socket folder may stand as `%2F…` host or as `?host=/…`.

    Raises PostgresUnavailable, which names the part that is wrong.
    """
    parts = _split(url)
    settings = {**_from_address(parts.netloc), "NAME": unquote(parts.path.removeprefix("/"))}
    options: dict[str, str] = {}
    for name, value in _parameters(parts.query).items():
        if name in SETTINGS:
            settings[SETTINGS[name]] = value
        else:
            options[name] = value
    _check(settings)
    return {"ENGINE": "django.db.backends.postgresql", **settings, "OPTIONS": options}


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
    except ValueError:
        raise _wrong("the brackets around the host do not match") from None
    if parts.scheme not in SCHEMES or not url.partition(":")[2].startswith("//"):
        raise _wrong("it has to start with postgresql:// (only PostgreSQL is supported)")
    if "@" in parts.path or "@" in parts.query or parts.fragment:
        raise _wrong("/ ? # @ within the user name or the password have to be written %2F %3F %23 %40")
    return parts


def _from_address(netloc: str) -> dict[str, str]:
    """User, password, host and port. By hand: urllib makes hosts lower case, socket folders too."""
    login, _, address = netloc.rpartition("@")
    user, _, password = login.partition(":")
    host, port = _host_and_port(address)
    return {"USER": unquote(user), "PASSWORD": unquote(password), "HOST": unquote(host), "PORT": port}


def _host_and_port(address: str) -> tuple[str, str]:
    if address.startswith("["):
        host, _, rest = address[1:].partition("]")
        if rest and not rest.startswith(":"):
            raise _wrong("only a port may follow the host in brackets")
        return host, rest[1:]
    host, _, port = address.partition(":")
    return host, port


def _parameters(query: str) -> dict[str, str]:
    try:
        pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query))
    except ValueError:
        raise _wrong("the part after ? is not a list of name=value") from None
    known = {option.keyword.decode() for option in pq.Conninfo.get_defaults()}
    parameters: dict[str, str] = {}
    for name, value in pairs:
        if name not in known:
            raise _wrong(f"PostgreSQL has no connection parameter {name!r}")
        if name in parameters:
            raise _wrong(f"the parameter {name!r} is given twice")
        parameters[name] = value
    return parameters


def _check(settings: dict[str, str]) -> None:
    port = settings["PORT"]
    if port and not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise _wrong("the port is not a number from 1 to 65535 (a : within the password is written %3A)")
    if not settings["NAME"]:
        raise _wrong("the name of the database is missing (…/name)")
    if "/" in settings["NAME"]:
        raise _wrong("the name of the database holds a / (a socket folder as host is written with %2F)")


def _wrong(what: str) -> PostgresUnavailable:
    return PostgresUnavailable(f"DATABASE_URL cannot be used: {what}.")
