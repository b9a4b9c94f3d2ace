from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower


class Persona(models.Model):
    """A sort of person ("VP"), told by values of their attributes. Ten come with the installation.

    A person has at most one: the first, by position, whose attributes all have one of the values (reference U 32).
    """

    MOST = 20
    MOST_ATTRIBUTES = 5
    MOST_ATTRIBUTES_IN_ALL = 10

    name = models.CharField(max_length=100)
    description = models.CharField(max_length=2000, blank=True, default="")
    position = models.PositiveSmallIntegerField()
    # On people: {"match": "all", "filters": [{"field": …, "operator": "is", "value": [texts]}, …]}
    condition = models.JSONField()
    created_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    updated_at = models.DateTimeField(editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="one_persona_per_name",
                violation_error_message="A persona of this name exists.",
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="persona_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name
