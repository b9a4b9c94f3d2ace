"""The stored values: names of actions, and why an action skipped somebody."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ActionType(models.TextChoices):
    """One a file in `actions/kinds/`, of the same name."""

    ACCOUNT_CHANGE_DATA_VALUE = "account_change_data_value", _("Account Change Data Value")
    ACCOUNT_INTERESTING_MOMENT = "account_interesting_moment", _("Account Interesting Moment")
    ADD_ACCOUNT_TO_JOURNEY = "add_account_to_journey", _("Add Account to (other) Journey")
    ADD_TO_ACCOUNT_LIST = "add_to_account_list", _("Add to account list")
    REMOVE_ACCOUNT_FROM_JOURNEY = "remove_account_from_journey", _("Remove Account from Journey")
    REMOVE_FROM_ACCOUNT_LIST = "remove_from_account_list", _("Remove from account list")
    UPDATE_BUYING_GROUP_STAGE = "update_buying_group_stage", _("Update Buying Group Stage")
    UPDATE_BUYING_GROUP_STATUS = "update_buying_group_status", _("Update Buying Group Status")
    ASSIGN_TO_BUYING_GROUP = "assign_to_buying_group", _("Assign to Buying Group")
    CHANGE_DATA_VALUE = "change_data_value", _("Change Data Value")
    CHANGE_SCORE = "change_score", _("Change Score")
    PERSON_INTERESTING_MOMENT = "person_interesting_moment", _("Person Interesting Moment")
    REMOVE_FROM_BUYING_GROUP = "remove_from_buying_group", _("Remove from Buying Group")


class Group(models.TextChoices):
    """Where the picker shows an action."""

    MESSAGES = "messages", _("Messages")
    DATA = "data", _("Data")
    BUYING_GROUPS = "buying_groups", _("Buying groups")
    JOURNEYS_AND_LISTS = "journeys_and_lists", _("Journeys and lists")
    MARKETO = "marketo", _("Marketo")


class On(models.TextChoices):
    """What an action or a split is about."""

    ACCOUNTS = "accounts", _("Accounts")
    PEOPLE = "people", _("People")


class Writes(models.TextChoices):
    """What an action changes; the engine takes the locks for it (docs/engine.md, A batch owns its accounts)."""

    ACCOUNTS = "accounts"
    PEOPLE = "people"
    LISTS = "lists"
    JOURNEYS = "journeys"


class Reason(models.IntegerChoices):
    """Why an action did nothing for somebody. Stored with the visit; add at the end, never renumber.

    The labels are codes; staff read the words of `journeys.admin.words`.
    """

    TARGET_NOT_LIVE = 1, "target_not_live"
    ALREADY_INSIDE = 2, "already_inside"
    RE_ENTRY_NOT_ALLOWED = 3, "re_entry_not_allowed"
    ALREADY_MEMBER = 4, "already_member"
    NOT_A_MEMBER = 5, "not_a_member"
    NOT_INSIDE = 6, "not_inside"
    REFERENCE_GONE = 7, "reference_gone"
    VALUE_NOT_ALLOWED = 8, "value_not_allowed"
    NO_BUYING_GROUP = 9, "no_buying_group"
    NO_STAGE_MODEL = 10, "no_stage_model"
    TRANSITION_NOT_ALLOWED = 11, "transition_not_allowed"
    OVERRULED = 12, "overruled"
    PARTLY_OVERRULED = 13, "partly_overruled"
