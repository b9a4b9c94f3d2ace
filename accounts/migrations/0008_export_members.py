"""The permission to export the members of account lists, beside the one to edit them."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_notices"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="accountlist",
            options={
                "permissions": [
                    ("publish_accountlist", "Can publish account lists"),
                    ("edit_members_accountlist", "Can add and remove members"),
                    ("export_members_accountlist", "Can export members"),
                ],
            },
        ),
    ]
