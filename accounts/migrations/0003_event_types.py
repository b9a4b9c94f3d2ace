"""The built-in kinds of event, with the ids that the code knows them by."""

from __future__ import annotations

from django.db import migrations

NAMES = """
email_sent email_delivered email_opened email_clicked email_bounced email_complained email_unsubscribed
sms_sent sms_delivered sms_failed sms_clicked sms_replied web_page_visited form_filled
account_interesting_moment person_interesting_moment account_data_changed person_data_changed score_changed
assigned_to_buying_group removed_from_buying_group buying_group_stage_changed buying_group_status_changed
buying_group_completeness_changed buying_group_engagement_changed journey_entered journey_completed
added_to_account_list removed_from_account_list
""".split()


def add(apps, schema_editor):
    event_type = apps.get_model("accounts", "EventType")
    labels = [name.replace("_", " ").capitalize().replace("Sms", "SMS") for name in NAMES]
    event_type.objects.bulk_create(
        event_type(id=number, name=name, label=label) for number, (name, label) in enumerate(zip(NAMES, labels), 1)
    )
    # What an administrator adds starts well above the built-in ones.
    schema_editor.execute("SELECT setval(pg_get_serial_sequence('accounts_eventtype', 'id'), 1000)")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_storage")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
