"""The members of buying groups. Start here: `precedence` says whose change counts, `write` makes it.

Who leaves an account leaves its groups (`leave`).
"""

from __future__ import annotations
