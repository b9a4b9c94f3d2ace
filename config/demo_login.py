"""The first login on a bare machine: the user `demo`, with a random password kept in `var/demo_login`."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model

from config.secrets import kept

USERNAME = "demo"


@dataclass(frozen=True)
class DemoLogin:
    """What to type; `is_new` when this call made it, `password` empty when somebody has set another since."""

    username: str
    password: str
    is_new: bool


def ensure() -> DemoLogin:
    """The demo's user, made if it is missing; one whose password file was lost gets a new password."""
    file = password_file()
    had_file = file.exists()
    password = kept(file, secrets.token_urlsafe(12))
    user, is_new = get_user_model().objects.get_or_create(
        username=USERNAME, defaults={"is_staff": True, "is_superuser": True}
    )
    if is_new or not had_file:
        user.set_password(password)
        user.save(update_fields=["password"])
        return DemoLogin(USERNAME, password, is_new=True)
    return DemoLogin(USERNAME, password if user.check_password(password) else "", is_new=False)


def password_file() -> Path:
    """Where the password is kept, readable by its owner only."""
    return Path(settings.VAR, "demo_login")
