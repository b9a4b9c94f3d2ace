from __future__ import annotations

from accounts.management.file_import import FileImportCommand
from accounts.models import Import


class Command(FileImportCommand):
    help = "Import people from a CSV file: rows are found again, so that repeating it changes nothing."
    kind = Import.Kind.PEOPLE
