"""Fields that Django and django-fsm do not have in the form we need."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Func
from django_fsm import FSMField, FSMFieldDescriptor


class StatusDescriptor(FSMFieldDescriptor):
    """Refuses a new status outside a transition; setting the one that is there already is no change."""

    def __set__(self, instance: models.Model, value: Any) -> None:
        if instance.__dict__.get(self.field.name) == value:
            return
        super().__set__(instance, value)


class StatusField(FSMField):
    """A protected status on which `full_clean` and unchanged assignments work.

    django-fsm's own way to refresh a protected field flips a flag of the whole class
    for all threads; ours stays protected, so load anew with `.get()`.
    """

    descriptor_class = StatusDescriptor

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["protected"] = True
        kwargs.setdefault("max_length", 20)
        super().__init__(*args, **kwargs)


class CurrentTransaction(Func):
    """The number of the writing transaction, for readers by snapshot (docs/engine.md, Readers by snapshot)."""

    function = "pg_current_xact_id"
    arity = 0


class TransactionNumberField(models.Field):
    """A transaction number (`xid8`), stamped by the database on insert and never written by hand."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("editable", False)
        kwargs.setdefault("db_default", CurrentTransaction())
        super().__init__(*args, **kwargs)

    def db_type(self, connection: Any) -> str:
        return "xid8"


class SnapshotField(models.TextField):
    """A `pg_snapshot` as text: which transactions its reader has seen."""
