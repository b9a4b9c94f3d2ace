"""A draft's targets are kept with their names too: it may name a journey that is made, or made anew, later."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import Lower

# The actions that name a journey do so in the setting `journey`; a name that was never found has no id.
FILL = r"""
    INSERT INTO journeys_drafttarget (draft_id, target, name)
    SELECT DISTINCT draft.journey_id, (named.journey ->> 'id')::bigint, tidied.name
    FROM journeys_draft AS draft
    CROSS JOIN LATERAL jsonb_path_query(draft.nodes, '$[*].settings.journey') AS named (journey)
    CROSS JOIN LATERAL btrim(regexp_replace(named.journey ->> 'name', '\s+', ' ', 'g')) AS tidied (name)
    WHERE jsonb_typeof(named.journey) = 'object' AND length(tidied.name) <= 200
"""
BACK = """
    UPDATE journeys_draft AS draft SET targets = known.ids
    FROM (SELECT draft_id, array_agg(DISTINCT target) AS ids FROM journeys_drafttarget WHERE target IS NOT NULL
        GROUP BY draft_id) AS known
    WHERE known.draft_id = draft.journey_id
"""


class Migration(migrations.Migration):
    dependencies = [("journeys", "0013_names_of_targets")]

    operations = [
        migrations.CreateModel(
            name="DraftTarget",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("target", models.BigIntegerField(null=True)),
                ("name", models.CharField(max_length=200)),
                (
                    "draft",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="targets",
                        to="journeys.draft",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index("target", name="draft_target"),
                    models.Index(Lower("name"), name="draft_target_name"),
                ]
            },
        ),
        migrations.RunSQL(FILL, BACK),
        migrations.RemoveIndex(model_name="draft", name="draft_targets"),
        migrations.RemoveField(model_name="draft", name="targets"),
    ]
