"""The test's side of `tests.faults.worker`, and looking at the server from outside."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from time import monotonic, sleep
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import connection

from accounts.sql import row, sql


def database_url() -> str:
    """Of the database of the tests, for another process."""
    given = connection.settings_dict
    login = f"{quote(given['USER'])}:{quote(given['PASSWORD'])}@" if given["USER"] else ""
    where = urlencode({name: given[key] for name, key in (("host", "HOST"), ("port", "PORT")) if given[key]})
    return f"postgresql://{login}/{quote(given['NAME'])}?{where}"


class Host:
    """The process that forks workers."""

    def __init__(self) -> None:
        self.children: set[int] = set()
        environment = {
            **os.environ,
            "DATABASE_URL": database_url(),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "LOG_LEVEL": "CRITICAL",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=settings.BASE_DIR,
            env=environment,
        )

    def ask(self, do: str, **order: Any) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"do": do, **order}) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        self.children |= {answer["pid"]} if "pid" in answer else set()
        self.children -= {order["pid"]} if do == "go_on" else {pid for pid, _ in answer.get("ended", ())}
        return answer

    def clear(self) -> None:
        """Kill what a test has left: it would keep the database in use."""
        self.ask("reap")
        for pid in self.children:
            os.kill(pid, signal.SIGKILL)
        self.children.clear()

    def close(self) -> None:
        self.process.communicate()


def poll(condition: Callable[[], object], *, seconds: float = 20, what: str = "it") -> None:
    """Ask until it is so.

    :raises AssertionError: if it is not so in time
    """
    end = monotonic() + seconds
    while not condition():
        assert monotonic() < end, f"{what} has not come in {seconds} s"
        sleep(0.005)


def others_are_gone() -> bool:
    """Whether the server has noticed that every other client of this database has died."""
    return not count(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )


def deadlocks() -> int:
    """How many the server has ended in this database."""
    # What other backends have counted is there when they have ended, or rested; a snapshot of before would hide it.
    row(sql("SELECT pg_stat_clear_snapshot()"))
    return count("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")


def count(query: str) -> int:
    found = row(sql(query))
    return int(found[0]) if found else 0
