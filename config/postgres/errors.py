from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured


class PostgresUnavailable(ImproperlyConfigured):
    """No database can be had; the message says why and what to do, and never holds a password."""
