"""`manage.py serve`: the web server and a worker together, for trying Throughline on one machine."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config import demo_login, gunicorn
from config.management.commands.demo_login import describe

PYTHON = sys.executable
WEB = [PYTHON, "-m", "gunicorn", "--config", "python:config.gunicorn", "config.wsgi:application"]
# A bare machine may have no other user than root; Celery warns of it at length.
AS_ROOT = "ignore:You're running the worker with superuser privileges"
WORKER = [PYTHON, "-W", AS_ROOT, "-m", "celery", "--quiet", "-A", "config", "worker", "-B", "--concurrency=2"]
GRACE = 20.0
# A worker that stops by itself is started again, so many times a minute at most.
MINUTE = 60.0
STARTS = 3


class Stop(Exception):
    """Ctrl-C, SIGTERM, or the terminal was closed."""


class Command(BaseCommand):
    help = "Serve the admin and run a worker, until Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--bind", default=gunicorn.bind, help="Address and port of the web server.")

    def handle(self, *, bind: str, **options: Any) -> None:
        _refuse_if_taken(bind)
        login = demo_login.ensure()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _stop)
        children: list[subprocess.Popen[bytes]] = []
        try:
            children = [subprocess.Popen([*WEB, "--bind", bind]), subprocess.Popen(WORKER)]  # noqa: S603
            _wait_for_web(bind, children)
            self.stdout.write(f"Throughline is at http://{bind}/admin/")
            self.stdout.write(f"{describe(login)}\nStop it with Ctrl-C.")
            self._watch(children)
        except Stop:
            self.stdout.write("Stopping …")
        finally:
            _end(children)

    def _watch(self, children: list[subprocess.Popen[bytes]]) -> None:
        """:raises CommandError: if the web server stops by itself, or the worker again and again"""
        started = [time.monotonic()]
        while children[0].poll() is None:
            if children[1].poll() is not None:
                started = [moment for moment in started if moment > time.monotonic() - MINUTE]
                if len(started) >= STARTS:
                    raise CommandError(
                        "The worker has stopped by itself again and again; so does the web server."
                    )
                self.stderr.write("The worker has stopped by itself; it is started again.")
                started.append(time.monotonic())
                children[1] = subprocess.Popen(WORKER)  # noqa: S603
            time.sleep(0.5)
        raise CommandError("The web server has stopped by itself; so does the worker.")


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stop


def _refuse_if_taken(bind: str) -> None:
    """:raises CommandError: if another program listens there"""
    with socket.socket() as probe:
        probe.settimeout(2)
        if probe.connect_ex(_address(bind)) == 0:
            raise CommandError(f"Another program listens on {bind}. Stop it, or choose: BIND=127.0.0.1:8001")


def _address(bind: str) -> tuple[str, int]:
    host, _, port = bind.rpartition(":")
    return ("127.0.0.1" if host in ("", "0.0.0.0") else host), int(port)  # noqa: S104 - compared, not bound


def _wait_for_web(bind: str, children: list[subprocess.Popen[bytes]]) -> None:
    """Until the web server answers, or one of the two has ended."""
    while all(child.poll() is None for child in children):
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(_address(bind)) == 0:
                return
        time.sleep(0.1)


def _end(children: list[subprocess.Popen[bytes]]) -> None:
    """Ask both to stop, wait for them, and end what does not listen. What is in flight rolls back."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for child in children:
        child.terminate()
    deadline = time.monotonic() + GRACE
    for child in children:
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
