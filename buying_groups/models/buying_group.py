from __future__ import annotations

from django.db import models


class MemberSource(models.IntegerChoices):
    """Who made the last effective change of a membership. A lower one never undoes a higher one's (spec 3.5)."""

    SYSTEM = 1, "System"
    JOURNEY = 2, "Journey"
    MANUAL = 3, "Manual"


class BuyingGroup(models.Model):
    """The people of one account who decide together about one solution interest.

    Its name is made of both ("CRM for Northwind"). Whoever writes a group or its members locks the account
    first (docs/engine.md, The order of locks): journeys, jobs and staff then never wait for one another in a circle.
    """

    account = models.ForeignKey("accounts.Account", models.CASCADE, related_name="buying_groups")
    # `one_buying_group_per_account_and_interest` starts with it.
    solution_interest = models.ForeignKey(
        "buying_groups.SolutionInterest", models.PROTECT, related_name="groups", db_index=False
    )
    stage = models.ForeignKey("buying_groups.Stage", models.SET_NULL, null=True, related_name="+")
    status = models.CharField(max_length=50, blank=True, default="")
    # 0–100, unrounded; null until they are first computed (spec 3.6).
    completeness = models.FloatField("completeness score", null=True)
    engagement = models.FloatField("engagement score", null=True)
    # Roles of the template, whether they are required or not, in which it has fewer members than they need: the bit
    # `Role.bit` of each. Written with completeness; null until then, which counts as lacking all.
    lacking = models.IntegerField(null=True, editable=False)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "solution_interest", "account", name="one_buying_group_per_account_and_interest"
            ),
            models.CheckConstraint(
                condition=models.Q(completeness__isnull=True)
                | models.Q(completeness__gte=0, completeness__lte=100),
                name="completeness_is_a_percentage",
            ),
            models.CheckConstraint(
                condition=models.Q(engagement__isnull=True)
                | models.Q(engagement__gte=0, engagement__lte=100),
                name="engagement_is_a_percentage",
            ),
        ]
        indexes = [
            # The list, by each of its sorts; a score that was never computed is below all others.
            models.Index("updated_at", "id", name="buying_group_updated"),
            models.Index(
                models.F("completeness").desc(nulls_last=True),
                models.F("id").desc(),
                name="buying_group_completeness",
            ),
            models.Index(
                models.F("engagement").desc(nulls_last=True),
                models.F("id").desc(),
                name="buying_group_engagement",
            ),
            # The list, by status; which ones there are.
            models.Index("status", "id", name="buying_group_status", condition=models.Q(status__gt="")),
        ]
        permissions = [
            ("edit_members_buyinggroup", "Can add and remove members of buying groups"),
            ("export_buyinggroup", "Can export buying groups"),
        ]

    def __str__(self) -> str:
        return f"{self.solution_interest} for {self.account}"


class GroupMember(models.Model):
    """A person's place in a buying group. A removal is soft: the row stays and says who removed them."""

    pk = models.CompositePrimaryKey("group_id", "person_id")
    group = models.ForeignKey(
        BuyingGroup, models.CASCADE, related_name="members", db_constraint=False, db_index=False
    )
    # The person's page lists the groups; conditions ask for them.
    person = models.ForeignKey(
        "accounts.Person", models.CASCADE, related_name="group_memberships", db_constraint=False
    )
    role = models.ForeignKey("buying_groups.Role", models.PROTECT, related_name="+", db_constraint=False)
    source = models.PositiveSmallIntegerField(choices=MemberSource)
    # The journey, or the user.
    source_id = models.BigIntegerField(null=True)
    is_removed = models.BooleanField("removed", default=False)
    # Of the last effective change.
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = "member of a buying group"
        verbose_name_plural = "members of buying groups"

    def __str__(self) -> str:
        return f"{self.person_id} in {self.group_id}"


class IgnoredChange(models.Model):
    """A change of a membership that a higher source forbade, with its reason (spec 3.5).

    Asked for again and again (by the maintenance of every day), it is on record once for the change that
    stands in its way.
    """

    class Reason(models.IntegerChoices):
        """Whose last effective change stands."""

        MANUAL_MEMBER = 1, "Assigned by hand"
        JOURNEY_MEMBER = 2, "Assigned by a journey"
        MANUAL_REMOVAL = 3, "Removed by hand"
        JOURNEY_REMOVAL = 4, "Removed by a journey"

    group = models.ForeignKey(BuyingGroup, models.CASCADE, related_name="ignored_changes", db_index=False)
    person = models.ForeignKey("accounts.Person", models.CASCADE, related_name="+", db_constraint=False)
    source = models.PositiveSmallIntegerField(choices=MemberSource)
    source_id = models.BigIntegerField(null=True)
    # The role that was wanted; null: the person was to be removed.
    role = models.ForeignKey(
        "buying_groups.Role",
        models.SET_NULL,
        null=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    is_removal = models.BooleanField()
    reason = models.PositiveSmallIntegerField(choices=Reason)
    # `GroupMember.changed_at` of the change that stands.
    against = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "group", "person", "source", "source_id", "is_removal", "role", "against",
                name="an_ignored_change_once",
                nulls_distinct=False,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.person_id} in {self.group_id}: {self.Reason(self.reason).label}"


class GroupScore(models.Model):
    """A group's scores at the end of a day; no row for a day on which they stayed as they were."""

    pk = models.CompositePrimaryKey("group_id", "day")
    group = models.ForeignKey(
        BuyingGroup, models.CASCADE, related_name="scores", db_constraint=False, db_index=False
    )
    day = models.DateField()
    completeness = models.FloatField(null=True)
    engagement = models.FloatField(null=True)

    def __str__(self) -> str:
        return f"{self.group_id} on {self.day}"
