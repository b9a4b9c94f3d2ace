from __future__ import annotations

import socket
import stat
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from pytest_django import Settings

from config import demo_login

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def var(settings: Settings, tmp_path: Path) -> Path:
    settings.VAR = tmp_path
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # a fast one
    return tmp_path


def shown(*arguments: str) -> str:
    out = StringIO()
    call_command("demo_login", *arguments, stdout=out)
    return out.getvalue()


class TestDemoLogin:
    def test_makes_a_user_whose_password_is_kept_for_its_owner_only(self, var: Path):
        login = demo_login.ensure()
        assert get_user_model().objects.get(username="demo").check_password(login.password)
        assert (var / "demo_login").read_text().strip() == login.password
        assert stat.S_IMODE((var / "demo_login").stat().st_mode) == 0o600

    def test_is_shown_when_it_is_made_and_then_only_when_asked(self, var: Path):
        first = shown()
        password = (var / "demo_login").read_text().strip()
        assert password in first
        assert shown() == ""
        assert password in shown("--show")

    def test_a_lost_password_file_means_a_new_password(self, var: Path):
        old = demo_login.ensure().password
        (var / "demo_login").unlink()
        login = demo_login.ensure()
        assert login.is_new
        assert login.password != old
        assert get_user_model().objects.get(username="demo").check_password(login.password)

    def test_a_database_made_anew_gets_the_password_of_the_file(self):
        old = demo_login.ensure().password
        get_user_model().objects.all().delete()
        assert demo_login.ensure().password == old

    def test_a_password_that_was_changed_since_is_left_alone(self):
        demo_login.ensure()
        user = get_user_model().objects.get(username="demo")
        user.set_password("mine")
        user.save()
        assert demo_login.ensure().password == ""
        assert "was set since" in shown("--show")


def test_serve_says_so_when_the_port_is_taken():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(CommandError, match="Another program listens"):
            call_command("serve", bind=f"127.0.0.1:{other.getsockname()[1]}")
