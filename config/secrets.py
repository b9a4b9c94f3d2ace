"""Secrets of a bare machine: made once, kept in `var/`, readable by their owner only."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def secret_key(var: Path) -> str:
    """The key in `var/secret_key`, made if it is missing."""
    return kept(var / "secret_key", secrets.token_urlsafe(50))


def kept(path: Path, new: str) -> str:
    """What the file holds; if it is missing it is made with `new`. Two processes at once agree on one."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(new + "\n")
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # another process was first: its secret is the one
        finally:
            draft.unlink()
    return path.read_text().strip()
