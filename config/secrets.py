"""Secrets of a bare machine: made once, kept in `var/`, readable by their owner only."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path


def secret_key(var: Path) -> str:
    """The key in `var/secret_key`, made if it is missing."""
    return kept(var / "secret_key", secrets.token_urlsafe(50))


def kept(path: Path, new: str) -> str:
    """What the file holds; if it is missing it is made with `new`. Any number at once agree on one."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # for its owner only
        try:
            with os.fdopen(handle, "w") as file:
                file.write(new + "\n")
            os.link(draft, path)
        except FileExistsError:
            pass  # somebody else was first: theirs is the one
        finally:
            os.unlink(draft)
    return path.read_text().strip()
