from __future__ import annotations

from accounts.management.file_import import FileImportCommand
from accounts.models import Import


class Command(FileImportCommand):
    help = "Import accounts from a CSV file: found again by external id, then domain; repeating a file changes nothing."
    kind = Import.Kind.ACCOUNTS
