"""What makes buying groups and keeps them: runs over all accounts or groups, in batches that can be repeated.

Start here: `batches` is the frame of a run, `creation` and `maintenance` what it does with a batch; `targets`
says who gets which role.
"""

from __future__ import annotations
