"""The one list of actions."""

from __future__ import annotations

from actions.base import Action
from actions.kinds.account_change_data_value import AccountChangeDataValue
from actions.kinds.change_data_value import ChangeDataValue
from actions.kinds.change_score import ChangeScore

ACTIONS: dict[str, Action] = {
    action.type: action
    for action in (
        AccountChangeDataValue(),
        ChangeDataValue(),
        ChangeScore(),
    )
}
