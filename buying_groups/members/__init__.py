"""The members of buying groups. Start here: `precedence` says whose change counts, `write` makes it,
`restore` takes back one that was made by hand.

Who leaves an account leaves its groups (`leave`).
"""

from __future__ import annotations
