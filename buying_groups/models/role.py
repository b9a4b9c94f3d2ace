from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower


class Role(models.Model):
    """What somebody does in a decision ("Decision Maker"). Six are built in; there are at most twenty."""

    MOST = 20

    name = models.CharField(max_length=100)
    description = models.CharField(max_length=2000, blank=True, default="")
    is_built_in = models.BooleanField("built in", default=False, editable=False)
    # The built-in ones first, in their order; then by age.
    position = models.PositiveSmallIntegerField(editable=False)
    created_at = models.DateTimeField(null=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    updated_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("name"), name="one_role_per_name", violation_error_message="A role of this name exists."
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="role_has_a_name"),
            # Twenty places, each taken once: the limit holds whoever writes.
            models.UniqueConstraint("position", name="one_role_per_position"),
            models.CheckConstraint(
                condition=models.Q(position__gte=1, position__lte=20), name="at_most_twenty_roles"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def bit(self) -> int:
        """What stands for it in `BuyingGroup.lacking`: a role keeps its place for as long as it exists."""
        return int(1 << (self.position - 1))
