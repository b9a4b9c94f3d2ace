"""The one list of actions."""

from __future__ import annotations

from actions.base import Action

ACTIONS: dict[str, Action] = {action.type: action for action in ()}
