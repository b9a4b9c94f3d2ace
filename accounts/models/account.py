from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Lower, Upper


class Account(models.Model):
    """A company; the traveller of an account journey.

    There can be millions, and a journey changes thousands in one statement: write them through
    `accounts.services`, `accounts.imports` or an action, which mark the change and record its event.
    """

    external_id = models.CharField(max_length=200, null=True, blank=True, unique=True)
    name = models.CharField(max_length=255)
    domain = models.CharField(max_length=255, blank=True, default="")
    industry = models.CharField(max_length=255, blank=True, default="")
    sic_code = models.CharField("SIC code", max_length=20, blank=True, default="")
    annual_revenue = models.DecimalField(max_digits=20, decimal_places=2, null=True, blank=True)
    employees = models.BigIntegerField(null=True, blank=True)
    city = models.CharField(max_length=200, blank=True, default="")
    state = models.CharField(max_length=200, blank=True, default="")
    country = models.CharField(max_length=100, blank=True, default="")
    time_zone = models.CharField(max_length=64, blank=True, default="")
    owner_email = models.EmailField(blank=True, default="")
    custom = models.JSONField(blank=True, default=dict)
    people = models.ManyToManyField(
        "accounts.Person", through="accounts.AccountPerson", related_name="accounts"
    )
    created_at = models.DateTimeField(db_default=models.functions.Now(), editable=False)
    updated_at = models.DateTimeField(db_default=models.functions.Now(), editable=False)

    class Meta:
        indexes = [
            # Search on the accounts page: icontains is UPPER(…) LIKE.
            GinIndex(
                OpClass(Upper("name"), "gin_trgm_ops"),
                OpClass(Upper("domain"), "gin_trgm_ops"),
                name="account_search",
            ),
            # Import finds an account again by its domain.
            models.Index(Lower("domain"), name="account_domain"),
            # Accounts page, sorted by name; filtered by industry or country.
            models.Index("name", "id", name="account_name"),
            models.Index("industry", "id", name="account_industry"),
            models.Index("country", "id", name="account_country"),
            # Accounts page, from so many employees to so many; so do conditions.
            models.Index("employees", "id", name="account_employees"),
        ]
        constraints = [
            models.CheckConstraint(condition=~models.Q(name=""), name="account_has_a_name"),
            models.CheckConstraint(
                condition=models.Q(employees__isnull=True) | models.Q(employees__gte=0),
                name="account_employees_not_negative",
            ),
        ]
        permissions = [("export_account", "Can export accounts")]

    def __str__(self) -> str:
        return self.name
