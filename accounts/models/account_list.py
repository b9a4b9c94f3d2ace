from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django_fsm import transition

from accounts.models.fields import StatusField


class AccountList(models.Model):
    """A named set of accounts: filled by hand and by journeys (static), or by a condition (dynamic)."""

    class Type(models.TextChoices):
        STATIC = "static", "Static"
        DYNAMIC = "dynamic", "Dynamic"

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        LIVE = "live", "Live"

    name = models.CharField(max_length=200)
    description = models.CharField(max_length=2000, blank=True, default="")
    type = models.CharField(max_length=10, choices=Type, default=Type.STATIC)
    status = StatusField(default=Status.DRAFT, choices=Status)
    condition = models.JSONField(null=True, blank=True)
    accounts = models.ManyToManyField("accounts.Account", through="accounts.ListMember", related_name="lists")
    created_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    updated_at = models.DateTimeField(editable=False)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="one_account_list_per_name",
                violation_error_message="An account list of this name exists.",
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="account_list_has_a_name"),
            models.CheckConstraint(
                condition=models.Q(type="static", condition__isnull=True) | models.Q(type="dynamic"),
                name="static_list_has_no_condition",
            ),
        ]
        permissions = [
            ("publish_accountlist", "Can publish account lists"),
            ("edit_members_accountlist", "Can add and remove members"),
            ("export_members_accountlist", "Can export members"),
        ]

    def __str__(self) -> str:
        return self.name

    # Transitions. `accounts.services` checks and saves.

    @transition(status, Status.DRAFT, Status.LIVE, permission="accounts.publish_accountlist")
    def publish(self, *, now: datetime) -> None:
        """Freeze the condition (dynamic); let journeys use and change it (static)."""
        self.published_at = now


class ListMember(models.Model):
    """One account on one list."""

    pk = models.CompositePrimaryKey("account_list_id", "account_id")
    account_list = models.ForeignKey(
        AccountList, models.CASCADE, related_name="members", db_constraint=False, db_index=False
    )
    # The account's page lists where it is a member.
    account = models.ForeignKey(
        "accounts.Account", models.CASCADE, related_name="memberships", db_constraint=False
    )
    added_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.account_id} on {self.account_list_id}"
