"""The one list of kinds of nodes."""

from __future__ import annotations

from journeys.nodes.account_audience import AccountAudience
from journeys.nodes.base import NodeKind
from journeys.nodes.merge import Merge
from journeys.nodes.split_accounts import SplitAccounts
from journeys.nodes.take_action import TakeAction
from journeys.nodes.wait import Wait

KINDS: dict[str, NodeKind] = {
    kind.kind: kind for kind in (AccountAudience(), TakeAction(), SplitAccounts(), Wait(), Merge())
}
