"""How engaged people and buying groups are: every night, from what people did in the last 30 days (spec 3.6).

The reading of reference 8.4. Start here: `run` does it all, on record; `activities` counts, `people` and `groups`
compute and write one sort of score each, `batches` holds what a batch of either writes.
"""

from __future__ import annotations

from buying_groups.engagement.run import run_engagement

__all__ = ["run_engagement"]
