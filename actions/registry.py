"""The one list of actions."""

from __future__ import annotations

from actions.base import Action
from actions.kinds.account_change_data_value import AccountChangeDataValue
from actions.kinds.account_interesting_moment import AccountInterestingMoment
from actions.kinds.add_account_to_journey import AddAccountToJourney
from actions.kinds.add_to_account_list import AddToAccountList
from actions.kinds.assign_to_buying_group import AssignToBuyingGroup
from actions.kinds.change_data_value import ChangeDataValue
from actions.kinds.change_score import ChangeScore
from actions.kinds.person_interesting_moment import PersonInterestingMoment
from actions.kinds.remove_account_from_journey import RemoveAccountFromJourney
from actions.kinds.remove_from_account_list import RemoveFromAccountList
from actions.kinds.remove_from_buying_group import RemoveFromBuyingGroup
from actions.kinds.update_buying_group_stage import UpdateBuyingGroupStage
from actions.kinds.update_buying_group_status import UpdateBuyingGroupStatus

ACTIONS: dict[str, Action] = {
    action.type: action
    for action in (
        AccountChangeDataValue(),
        AccountInterestingMoment(),
        AddAccountToJourney(),
        AddToAccountList(),
        AssignToBuyingGroup(),
        ChangeDataValue(),
        ChangeScore(),
        PersonInterestingMoment(),
        RemoveAccountFromJourney(),
        RemoveFromAccountList(),
        RemoveFromBuyingGroup(),
        UpdateBuyingGroupStage(),
        UpdateBuyingGroupStatus(),
    )
}
