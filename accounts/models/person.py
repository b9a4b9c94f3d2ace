from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Lower, Upper
from django.utils.translation import gettext_lazy as _

# Few people have one of them.
MARKS = ("unsubscribed", "email_invalid", "email_suspended", "marketing_suspended")


class Consent(models.TextChoices):
    """What a person said about a channel. Empty: not given."""

    YES = "yes", _("Yes")
    NO = "no", _("No")


class Person(models.Model):
    """A member of one or more accounts; follows its account through a journey."""

    external_id = models.CharField(max_length=200, null=True, blank=True, unique=True)
    email = models.EmailField("work email", blank=True, default="")
    first_name = models.CharField(max_length=150, blank=True, default="")
    last_name = models.CharField(max_length=150, blank=True, default="")
    job_title = models.CharField(max_length=200, blank=True, default="")
    phone = models.CharField(max_length=50, blank=True, default="")
    mobile_phone = models.CharField(max_length=50, blank=True, default="")
    city = models.CharField(max_length=200, blank=True, default="")
    state = models.CharField(max_length=200, blank=True, default="")
    country = models.CharField(max_length=100, blank=True, default="")
    postal_code = models.CharField(max_length=20, blank=True, default="")
    language = models.CharField(max_length=35, blank=True, default="")
    time_zone = models.CharField(max_length=64, blank=True, default="")
    date_of_birth = models.DateField(null=True, blank=True)
    engagement_score = models.FloatField(null=True, blank=True, editable=False)
    unsubscribed = models.BooleanField(default=False)
    unsubscribed_reason = models.CharField(max_length=200, blank=True, default="")
    consent_email = models.CharField(max_length=3, choices=Consent, blank=True, default="")
    consent_sms = models.CharField("consent SMS", max_length=3, choices=Consent, blank=True, default="")
    email_invalid = models.BooleanField(default=False)
    email_suspended = models.BooleanField(default=False)
    marketing_suspended = models.BooleanField(default=False)
    is_test = models.BooleanField("test person", default=False)
    custom = models.JSONField(blank=True, default=dict)
    created_at = models.DateTimeField(db_default=models.functions.Now(), editable=False)
    updated_at = models.DateTimeField(db_default=models.functions.Now(), editable=False)

    class Meta:
        verbose_name_plural = "people"
        indexes = [
            # Search on the people page: icontains is UPPER(…) LIKE.
            GinIndex(
                OpClass(Upper("email"), "gin_trgm_ops"),
                OpClass(Upper("first_name"), "gin_trgm_ops"),
                OpClass(Upper("last_name"), "gin_trgm_ops"),
                name="person_search",
            ),
            # Import finds a person again by email.
            models.Index(Lower("email"), name="person_email"),
            # People page, sorted by name.
            models.Index("last_name", "id", name="person_last_name"),
            # People page, filtered by a mark of few, or by country.
            *(
                models.Index("last_name", "id", name=f"person_{mark}", condition=models.Q(**{mark: True}))
                for mark in MARKS
            ),
            # The same page, sorted by email.
            *(
                models.Index(
                    Lower("email"), "id", name=f"person_email_{n}", condition=models.Q(**{mark: True})
                )
                for n, mark in enumerate(MARKS)
            ),
            models.Index("country", name="person_country", condition=models.Q(country__gt="")),
            # Test people, in the list of the API: a few of millions.
            models.Index("id", name="person_test", condition=models.Q(is_test=True)),
        ]
        permissions = [("export_person", "Can export people")]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.email or f"Person {self.pk}"


class AccountPerson(models.Model):
    """The relation of a person to an account, with the person's role there ("employee", "contractor" …)."""

    # `one_relation_per_account_and_person` starts with it.
    account = models.ForeignKey("accounts.Account", models.CASCADE, related_name="relations", db_index=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="relations")
    role = models.CharField("role in the account", max_length=100, blank=True, default="")
    is_primary = models.BooleanField("primary", default=False)

    class Meta:
        verbose_name = "person of an account"
        verbose_name_plural = "people of accounts"
        constraints = [
            models.UniqueConstraint("account", "person", name="one_relation_per_account_and_person"),
            models.UniqueConstraint(
                "person", condition=models.Q(is_primary=True), name="one_primary_account_per_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} at {self.account}"
