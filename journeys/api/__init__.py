"""Journeys over REST. Start with `urls`; what all resources share is in `accounts.api`.

journeys     the list, and a journey's fields
maps         its nodes, as the document has them
transitions  publish, close, abort, hold, release; duplicate
files        import and export
reports      problems, forecast, counters, history, who points here
entries      who travels; visits, why
node_kinds   what a map can be made of
engine       the hold of the whole engine
"""

from __future__ import annotations
