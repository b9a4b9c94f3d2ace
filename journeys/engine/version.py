"""What this code understands of published maps.

Publishing stamps a map with the version; a worker moves only maps whose stamp it knows, so that an old worker
that still runs during an upgrade never moves what a newer one published. Raise it with every change of what
`Node.settings`, `Path` or the meaning of a kind hold.
"""

from __future__ import annotations

ENGINE_VERSION = 1
