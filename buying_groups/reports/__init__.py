"""What is asked about buying groups. Each report is a few statements, however many groups there are.

Start here: `selection` says which groups are meant, `bands` what a score falls into. `distributions` (how many
groups, by scores, interest and stage) and `coverage` (role by solution interest) are the overview; `roles` (what a
group has and lacks), `members` and `history` are about one group; `search` finds groups by words.
"""

from __future__ import annotations
