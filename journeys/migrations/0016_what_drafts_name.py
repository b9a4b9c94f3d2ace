"""What drafts name beside journeys: for the dialogs that say whose draft will have a problem."""

from __future__ import annotations

from django.db import migrations, models

# In settings by the name of the setting; in conditions by the field of the filter, and a filter's own key `role`.
FILL = r"""
    INSERT INTO journeys_drafttarget (draft_id, resource, target, name)
    WITH filter AS (
        SELECT draft.journey_id, found.filter FROM journeys_draft AS draft
        CROSS JOIN LATERAL jsonb_path_query(draft.nodes, '$[*].paths[*].condition.** ? (exists (@.field))')
            AS found (filter)
    ), named AS (
        SELECT draft.journey_id, setting.resource, node.value #> ARRAY['settings', setting.key] AS reference
        FROM journeys_draft AS draft CROSS JOIN LATERAL jsonb_array_elements(draft.nodes) AS node (value)
        CROSS JOIN (VALUES ('account_list', 'account_list'), ('audience', 'audience'),
            ('solution_interest', 'solution_interest'), ('role', 'buying_group_role'), ('stage', 'buying_group_stage')
        ) AS setting (key, resource)
        UNION ALL
        SELECT filter.journey_id, field.resource, given.reference
        FROM filter JOIN (VALUES ('account.member_of_list', 'account_list'), ('account.in_audience', 'audience'),
            ('solution_interest', 'solution_interest'), ('stage', 'buying_group_stage')
        ) AS field (key, resource) ON field.key = filter.filter ->> 'field'
        CROSS JOIN LATERAL jsonb_path_query(filter.filter, '$.value[*]') AS given (reference)
        UNION ALL
        SELECT journey_id, 'buying_group_role', filter -> 'role' FROM filter
    )
    SELECT DISTINCT named.journey_id, named.resource, (named.reference ->> 'id')::bigint, tidied.name
    FROM named CROSS JOIN LATERAL btrim(regexp_replace(named.reference ->> 'name', '\s+', ' ', 'g')) AS tidied (name)
    WHERE jsonb_typeof(named.reference) = 'object' AND length(tidied.name) <= 200
"""
BACK = "DELETE FROM journeys_drafttarget WHERE resource <> 'journey'"


class Migration(migrations.Migration):
    dependencies = [("journeys", "0015_tidy_names")]

    operations = [
        migrations.AddField(
            model_name="drafttarget",
            name="resource",
            field=models.CharField(db_default="journey", default="journey", max_length=40),
        ),
        migrations.RemoveIndex(model_name="drafttarget", name="draft_target"),
        migrations.AddIndex(
            model_name="drafttarget",
            index=models.Index("target", "resource", name="draft_target"),
        ),
        # Last: rows whose foreign keys are not checked yet let no index be built.
        migrations.RunSQL(FILL, BACK),
    ]
