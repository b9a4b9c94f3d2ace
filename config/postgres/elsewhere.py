"""A home for the data when the server's user cannot reach the checkout (one under /root, say).

The checkout keeps a pointer, `elsewhere`: the home, and the folder that the pointer was made for.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

# Not /var/tmp where it can be helped: systems clean that of what was not used for a month.
SHELVES = (Path("/var/lib/throughline"), Path("/var/tmp/throughline"))  # noqa: S108


def follow(folder: Path) -> Path | None:
    """The home that the pointer in `folder` names; None without one, or if another checkout's was copied."""
    pointer = folder / "elsewhere"
    if not (content := _content(pointer)):
        return None
    home, made_for = (Path(line) for line in content)
    if home.is_dir() and made_for == folder:
        return home
    if home.is_dir() and _content(made_for / "elsewhere") != content:  # the checkout was moved
        _write(pointer, home, folder)
        return home
    pointer.unlink(missing_ok=True)
    return None


def make(folder: Path) -> Path:
    """Make a home and the pointer to it. Of two processes that do so at once, both return the first one's."""
    home = _new_home()
    draft = folder / f"elsewhere.{os.getpid()}"
    _write(draft, home, folder)
    try:
        os.link(draft, folder / "elsewhere")
    except FileExistsError:
        home.rmdir()
    finally:
        draft.unlink()
    return follow(folder) or home


def _new_home() -> Path:
    shelf = next((shelf for shelf in SHELVES if _usable(shelf)), None)
    # The last resort is the temporary folder itself, which may be on a disk that does not last.
    home = Path(tempfile.mkdtemp(prefix="throughline-pg-", dir=shelf))
    home.chmod(0o711)  # the server's user passes; its data and socket in here are private
    return home


def _usable(shelf: Path) -> bool:
    """Whether the shelf is there or could be made, and is ours: anybody can make folders in /var/tmp."""
    with suppress(OSError):
        if not shelf.exists():
            shelf.mkdir(exist_ok=True)
            shelf.chmod(0o711)  # whatever the umask is
        found = shelf.lstat()
        return found.st_uid == os.geteuid() and not found.st_mode & 0o022 and not shelf.is_symlink()
    return False


def _content(pointer: Path) -> list[str]:
    with suppress(OSError):
        lines = pointer.read_text().splitlines()
        return lines if len(lines) == 2 else []
    return []


def _write(pointer: Path, home: Path, folder: Path) -> None:
    draft = pointer.with_name(f"{pointer.name}.new.{os.getpid()}")
    draft.write_text(f"{home}\n{folder}\n")
    draft.replace(pointer)
