"""Rules that bulk statements cannot go round, and storage tuned for rows that move."""

from __future__ import annotations

from django.db import migrations

LEGAL = [
    ("draft", "live"), ("draft", "scheduled"), ("scheduled", "live"), ("live", "closed"), ("scheduled", "aborted"),
    ("live", "aborted"), ("closed", "aborted"), ("live", "finished"), ("closed", "finished"),
]  # fmt: skip

TRIGGER = f"""
CREATE FUNCTION journeys_status_moves_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.status, NEW.status) NOT IN ({", ".join(f"('{old}', '{new}')" for old, new in LEGAL)}) THEN
        RAISE EXCEPTION 'a journey cannot go from % to %', OLD.status, NEW.status
            USING ERRCODE = 'check_violation', CONSTRAINT = 'journey_status_moves_on';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER journey_status_moves_on BEFORE UPDATE OF status ON journeys_journey
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION journeys_status_moves_on();
"""

BACK = "DROP TRIGGER journey_status_moves_on ON journeys_journey; DROP FUNCTION journeys_status_moves_on();"

# Dead rows of a big move slow the next empty poll until they are vacuumed.
HOT = "autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000, autovacuum_analyze_scale_factor = 0.05"


class Migration(migrations.Migration):
    dependencies = [("journeys", "0001_initial")]

    operations = [
        migrations.RunSQL(TRIGGER, BACK),
        migrations.RunSQL(
            f"ALTER TABLE journeys_entry SET (fillfactor = 80, {HOT})",
            "ALTER TABLE journeys_entry RESET (fillfactor, autovacuum_vacuum_scale_factor,"
            " autovacuum_vacuum_threshold, autovacuum_analyze_scale_factor)",
        ),
    ]
