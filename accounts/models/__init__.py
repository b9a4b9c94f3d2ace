"""What is known of companies and their people."""

from __future__ import annotations

from accounts.models.account import Account
from accounts.models.account_list import AccountList, ListMember
from accounts.models.api_token import ApiToken, IdempotencyKey
from accounts.models.attribute import CustomAttribute, PersonScore, Score
from accounts.models.audience import Audience
from accounts.models.change import AccountChange, ChangeReader
from accounts.models.event import Event, EventType
from accounts.models.import_job import Import, ImportProblem
from accounts.models.notice import Notice
from accounts.models.person import AccountPerson, Consent, Person
from accounts.models.table_layout import TableLayout

__all__ = [
    "Account",
    "AccountChange",
    "AccountList",
    "AccountPerson",
    "ApiToken",
    "Audience",
    "ChangeReader",
    "Consent",
    "CustomAttribute",
    "Event",
    "EventType",
    "IdempotencyKey",
    "Import",
    "ImportProblem",
    "ListMember",
    "Notice",
    "Person",
    "PersonScore",
    "Score",
    "TableLayout",
]
