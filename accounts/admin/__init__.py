"""The admin of accounts, people, lists and audiences; and `Table`, the base of every list in the product.

Start here. A noun has its list (`accounts`, `people`, `lists`, `audiences`, `imports` …, each a `Table`) and its
pages (`account_pages` …), functions that call one of `accounts.services` and say what it refused. Nothing is saved
by the admin's own forms.

    door        a request comes in: who, what may be done, what a service refused, said to staff
    table       a list: columns, capped counts, CSV; `filters`, `counting`, `cells`, `quick_rows` belong to it
    bulk        several rows at once: from the ticks to a page that asks; account_bulk, person_bulk, list_bulk …
    attribute_form, conditions    forms out of the list of attributes; the builder of conditions
    timeline, story               events in words, paged by a cursor
"""

from __future__ import annotations

from accounts.admin import quick_rows
from accounts.admin.accounts import AccountAdmin
from accounts.admin.attributes import CustomAttributeAdmin
from accounts.admin.audiences import AudienceAdmin
from accounts.admin.imports import ImportAdmin
from accounts.admin.lists import AccountListAdmin
from accounts.admin.notices import NoticeAdmin
from accounts.admin.people import PersonAdmin
from accounts.admin.scores import ScoreAdmin
from accounts.admin.tokens import ApiTokenAdmin
from accounts.admin.users import GroupAdmin, UserAdmin

__all__ = [
    "AccountAdmin",
    "AccountListAdmin",
    "ApiTokenAdmin",
    "AudienceAdmin",
    "CustomAttributeAdmin",
    "GroupAdmin",
    "ImportAdmin",
    "NoticeAdmin",
    "PersonAdmin",
    "ScoreAdmin",
    "UserAdmin",
]

quick_rows.install()
