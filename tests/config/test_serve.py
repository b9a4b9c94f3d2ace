"""What `manage.py serve` does when one of its two processes stops by itself."""

from __future__ import annotations

import io
import subprocess
import sys

import pytest
from django.core.management.base import CommandError

from config.management.commands import serve

ENDS = [sys.executable, "-c", "pass"]
LASTS = [sys.executable, "-c", "import time; time.sleep(60)"]


def watch(web: list[str], worker: list[str]) -> tuple[str, str]:
    """What is said in the end, and what before."""
    said = io.StringIO()
    children = [subprocess.Popen(web), subprocess.Popen(worker)]
    try:
        with pytest.raises(CommandError) as ended:
            serve.Command(stderr=said)._watch(children)
    finally:
        for child in children:
            child.kill()
            child.wait()
    return str(ended.value), said.getvalue()


def test_the_worker_is_started_again_but_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "WORKER", ENDS)
    ended, before = watch(LASTS, ENDS)
    assert ended.startswith("The worker has stopped by itself again and again")
    assert before.count("it is started again") == serve.STARTS - 1


def test_nothing_is_left_without_the_web_server() -> None:
    assert watch(ENDS, LASTS) == ("The web server has stopped by itself; so does the worker.", "")
