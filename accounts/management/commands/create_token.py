from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts.findings import Invalid
from accounts.services import tokens


class Command(BaseCommand):
    help = "Make a token for a client of the API, and print it: it is shown this once and stored hashed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="whose permissions the client has")
        parser.add_argument("--name", default="", help="what it is for")
        parser.add_argument(
            "--scope", action="append", default=[], dest="scopes", metavar="SCOPE",
            help="narrow it, may be repeated: read, write, journeys:read …; default: no limit",
        )  # fmt: skip
        parser.add_argument("--days", type=int, help="how long it lives; default: TOKEN_DAYS of the settings")

    def handle(
        self, *args: Any, username: str, name: str, scopes: list[str], days: int | None, **options: Any
    ) -> None:
        users = get_user_model()
        user = users.objects.filter(**{users.USERNAME_FIELD: username}).first()
        if user is None:
            raise CommandError(f"There is no user “{username}”.")
        try:
            _, text = tokens.create(user, name=name, scopes=scopes, days=days, by=None, now=timezone.now())
        except Invalid as error:
            raise CommandError(str(error)) from error
        self.stdout.write(text)
        # Beside the token, which a shell may be reading.
        if said := import_string(settings.LOGIN_RULE)(username, None):
            self.stderr.write(said)
