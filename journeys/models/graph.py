"""The map: as the draft that people edit, and as the frozen rows that the engine walks."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext as _


class Draft(models.Model):
    """What staff and clients edit: the nodes as one document (docs/reference/document.md), with a revision.

    References in the nodes are stored as `{"id", "name"}` (journeys/document/references.py), so that a list
    that was renamed since is found again and shown by its new name.
    """

    journey = models.OneToOneField("journeys.Journey", models.CASCADE, primary_key=True, related_name="draft")
    nodes = models.JSONField(default=list)
    revision = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"draft of {self.journey_id}, revision {self.revision}"


class DraftTarget(models.Model):
    """What a draft names in its settings and conditions: for the dialogs that say who points to a journey, or whose
    draft will have a problem when a list is deleted.

    A draft may name what there is not yet, or not any more: then what has that name is meant.
    """

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="targets")
    resource = models.CharField(max_length=40, default="journey", db_default="journey")
    # Not a foreign key: what has gone may come again under its name.
    target = models.BigIntegerField(null=True)
    name = models.CharField(max_length=200)

    class Meta:
        indexes = [
            models.Index("target", "resource", name="draft_target"),
            models.Index(Lower("name"), name="draft_target_name"),
        ]

    def __str__(self) -> str:
        return self.name


class DraftRevision(models.Model):
    """What a draft was, for undo and comparison. Appended, never changed."""

    journey = models.ForeignKey("journeys.Journey", models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    nodes = models.JSONField()
    # The revision that undo goes back to from here; null: there is none.
    back_to = models.PositiveIntegerField(null=True)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint("journey", "number", name="one_draft_per_revision")]

    def __str__(self) -> str:
        return f"draft of {self.journey_id}, revision {self.number}"


class MapVersion(models.Model):
    """The map of a published journey, frozen: the document, and its rows in `Node` and `Path`."""

    journey = models.ForeignKey("journeys.Journey", models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(default=1)
    document = models.JSONField()
    # What a worker must understand to move this map (engine.ENGINE_VERSION when it was published).
    engine = models.PositiveSmallIntegerField()
    published_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("journey", "number", name="one_map_per_version")]

    def __str__(self) -> str:
        return f"version {self.number} of {self.journey_id}"


class Node(models.Model):
    """A step of a published map. Settings hold ids where the document holds names."""

    id = models.AutoField(primary_key=True)
    version = models.ForeignKey(MapVersion, models.CASCADE, related_name="nodes")
    key = models.CharField(max_length=63)
    kind = models.CharField(max_length=30)
    on = models.CharField(max_length=10, blank=True, default="")
    action = models.CharField(max_length=63, blank=True, default="")
    label = models.CharField(max_length=200, blank=True, default="")
    settings = models.JSONField(default=dict)
    # Topological order: every path leads to a higher one.
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint("version", "key", name="one_node_per_key"),
            models.UniqueConstraint("version", "position", name="one_node_per_position"),
        ]

    def __str__(self) -> str:
        return self.label or self.key


class Path(models.Model):
    """A labelled way out of a node; `next` is null where the journey ends. A plain `next` has the key ""."""

    id = models.AutoField(primary_key=True)
    node = models.ForeignKey(Node, models.CASCADE, related_name="paths")
    key = models.CharField(max_length=63, blank=True, default="")
    label = models.CharField(max_length=200, blank=True, default="")
    position = models.PositiveSmallIntegerField()
    condition = models.JSONField(null=True)
    percentage = models.PositiveSmallIntegerField(null=True)
    is_other = models.BooleanField(default=False)
    next = models.ForeignKey(Node, models.CASCADE, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint("node", "key", name="one_path_per_key")]

    def __str__(self) -> str:
        return self.label or self.key


class Reference(models.Model):
    """What a published map holds on to until the journey ends: it cannot be deleted meanwhile."""

    version = models.ForeignKey(MapVersion, models.CASCADE, related_name="references")
    node = models.ForeignKey(Node, models.CASCADE, related_name="references")
    account_list = models.ForeignKey("accounts.AccountList", models.PROTECT, null=True, related_name="+")
    audience = models.ForeignKey("accounts.Audience", models.PROTECT, null=True, related_name="+")
    solution_interest = models.ForeignKey(
        "buying_groups.SolutionInterest", models.PROTECT, null=True, related_name="+"
    )
    buying_group_role = models.ForeignKey("buying_groups.Role", models.PROTECT, null=True, related_name="+")
    buying_group_stage = models.ForeignKey("buying_groups.Stage", models.PROTECT, null=True, related_name="+")
    # Add to / remove from a journey. Not protected: a target that goes is skipped at run time. What is left of it
    # then is its last known name, for the home page.
    target_journey = models.ForeignKey(
        "journeys.Journey", models.SET_NULL, null=True, related_name="pointed_at_by"
    )
    target_name = models.CharField(max_length=200, blank=True, default="", db_default="")
    adds = models.BooleanField(default=False)

    def __str__(self) -> str:
        return _("journey %(name)s") % {"name": self.version.journey}

    @classmethod
    def named(cls) -> models.QuerySet[Reference]:
        """With what their names need, and without the map (`accounts.services.deleting`)."""
        found = cls._default_manager.select_related("version__journey")
        return found.defer("version__document", "version__journey__description")
