from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from config import demo_login


class Command(BaseCommand):
    help = "Make the demo's login if it is missing, and show it when it is new. It works here only."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--show", action="store_true", help="Show it, new or not.")

    def handle(self, *, show: bool, **options: Any) -> None:
        login = demo_login.ensure()
        if login.is_new or show:
            self.stdout.write(describe(login))


def describe(login: demo_login.DemoLogin) -> str:
    """The login in a line."""
    file = demo_login.password_file()
    if not login.password:
        return f"login: {login.username}, with the password that was set since (not the one in {file})"
    return f"login: {login.username}   password: {login.password}   (this machine only; kept in {file})"
