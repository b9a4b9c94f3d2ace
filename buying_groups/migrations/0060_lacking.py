from __future__ import annotations

from django.db import migrations, models

# As `completeness.RECOMPUTE` keeps it from now on; what was never computed stays so.
FILL = """
    UPDATE buying_groups_buyinggroup AS held SET lacking = counted.lacking FROM (
        SELECT own.id, bit_or(CASE WHEN COALESCE(filled.members, 0) < needed.members_needed
            THEN 1 << (role.position - 1) ELSE 0 END) AS lacking
        FROM buying_groups_buyinggroup AS own
        JOIN buying_groups_solutioninterest AS interest ON interest.id = own.solution_interest_id
        JOIN buying_groups_templaterole AS needed ON needed.template_id = interest.template_id
        JOIN buying_groups_role AS role ON role.id = needed.role_id
        LEFT JOIN (
            SELECT group_id, role_id, count(*) AS members FROM buying_groups_groupmember
            WHERE NOT is_removed GROUP BY group_id, role_id
        ) AS filled ON filled.group_id = own.id AND filled.role_id = needed.role_id
        WHERE own.completeness IS NOT NULL GROUP BY own.id
    ) AS counted WHERE held.id = counted.id
"""


class Migration(migrations.Migration):
    """Which roles a group lacks members in, kept with its completeness: counting them took seconds."""

    dependencies = [("buying_groups", "0051_highest_root")]

    operations = [
        migrations.AddField(
            model_name="buyinggroup",
            name="lacking",
            field=models.IntegerField(editable=False, null=True),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
