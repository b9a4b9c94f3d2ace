from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower

SLUG = RegexValidator(r"^[a-z][a-z0-9_]{0,62}$", "Use small letters, digits and _, starting with a letter.")


class CustomAttribute(models.Model):
    """A value that an administrator has added to accounts or people; stored in their `custom` by its name.

    The name is fixed once the attribute exists: conditions and files name it.
    """

    class Subject(models.TextChoices):
        ACCOUNT = "account", "Account"
        PERSON = "person", "Person"

    class Type(models.TextChoices):
        TEXT = "text", "Text"
        NUMBER = "number", "Number"
        YES_NO = "yes_no", "Yes/No"
        DATE = "date", "Date"

    subject = models.CharField(max_length=10, choices=Subject)
    name = models.CharField(max_length=63, validators=[SLUG])
    label = models.CharField(max_length=100)
    type = models.CharField(max_length=10, choices=Type)
    managed = models.BooleanField(default=True, help_text="Journeys may read it.")
    updatable = models.BooleanField(default=False, help_text="Actions of journeys may write it.")

    class Meta:
        constraints = [
            models.UniqueConstraint("subject", "name", name="one_custom_attribute_per_name"),
            models.CheckConstraint(
                condition=models.Q(updatable=False) | models.Q(managed=True),
                name="updatable_attributes_are_managed",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Score(models.Model):
    """A named number that people carry ("fit", "interest"), changed by journeys."""

    name = models.CharField(max_length=63, validators=[SLUG])
    label = models.CharField(max_length=100)
    description = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(Lower("name"), name="one_score_per_name")]

    def __str__(self) -> str:
        return self.label


class PersonScore(models.Model):
    """What one person's named score is; no row: it was never changed."""

    pk = models.CompositePrimaryKey("person_id", "score_id")
    person = models.ForeignKey(
        "accounts.Person", models.CASCADE, related_name="scores", db_constraint=False, db_index=False
    )
    score = models.ForeignKey(Score, models.CASCADE, related_name="+", db_constraint=False, db_index=False)
    value = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.score_id}: {self.value}"
