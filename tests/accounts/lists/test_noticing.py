"""Whatever a condition names, or time turns: the lists follow (spec 3.2)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts import lists
from accounts.conditions.catalogue import FIELDS
from accounts.conditions.fields import Field
from accounts.lists import Moved
from accounts.models import (
    Account,
    ChangeReader,
)
from tests.accounts.conditions.conftest import asked, condition
from tests.accounts.lists.conftest import DAY, LARGE, STAFF, change, dynamic, members, pinned, settle
from tests.factories import AccountFactory, AccountListFactory, AudienceFactory, CustomAttributeFactory

VALUES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "text": ({"operator": "is", "value": "New.Value"}, {"value": "new.value"}),
    "number": ({"operator": "at_least", "value": 7}, {"value": 7}),
    "yes_no": ({"operator": "is", "value": True}, {"value": True}),
    "date": ({"operator": "on", "value": "2027-02-03"}, {"value": "2027-02-03"}),
}
COLUMNS: list[Field] = [field for field in FIELDS if isinstance(field, Field) and hasattr(field, "column")]


@pytest.mark.django_db
class TestEveryFieldOfAccounts:
    """Whatever a condition names: changing it is noticed (spec 3.2)."""

    @pytest.mark.parametrize(
        "field", [f for f in COLUMNS if f.subject == "account"], ids=lambda field: field.name
    )
    def test_a_built_in_attribute(self, now, field):
        wanted, stored = VALUES[field.type]
        self.notices(now, {"field": field.name, **wanted}, **{field.column: stored["value"]})

    @pytest.mark.parametrize("type", list(VALUES))
    def test_a_custom_attribute(self, now, type):
        CustomAttributeFactory(name="own", type=type)
        wanted, stored = VALUES[type]
        self.notices(now, {"field": "account.custom.own", **wanted}, custom={"own": stored["value"]})

    def test_a_static_list(self, now):
        static, account = AccountListFactory(), AccountFactory()
        account_list = dynamic(asked("account.member_of_list", "is", pinned(static)))
        lists.refresh(account_list, now=now)
        lists.add(static, [account.pk], source=STAFF, now=now)
        assert lists.refresh(account_list, now=now) == Moved(added=1)
        lists.remove(static, [account.pk], source=STAFF, now=now)
        assert lists.refresh(account_list, now=now) == Moved(removed=1)

    def test_an_audience(self, now):
        account = AccountFactory(employees=1)
        audience = AudienceFactory(condition=condition(LARGE))
        account_list = dynamic(asked("account.in_audience", "is", pinned(audience)))
        lists.refresh(account_list, now=now)
        change(account, employees=1000)
        assert lists.refresh(account_list, now=now) == Moved(added=1)

    def notices(self, now: Any, filter: dict[str, Any], **values: Any) -> None:
        account, account_list = AccountFactory(), dynamic(filter)
        assert lists.refresh(account_list, now=now) == Moved()
        change(account, **values)
        assert lists.refresh(account_list, now=now) == Moved(added=1)


@pytest.mark.django_db
class TestAnEditedAudience:
    def test_is_evaluated_over_all_accounts_once(self, now):
        account = AccountFactory(employees=10)
        audience = AudienceFactory(condition=condition(LARGE))
        account_list = dynamic(asked("account.in_audience", "is", pinned(audience)))
        lists.refresh(account_list, now=now)
        audience.condition = condition(asked("account.employees", "at_least", 1))
        audience.revision += 1
        audience.save()
        assert lists.refresh(account_list, now=now) == Moved(added=1)
        assert ChangeReader.objects.get().revision == 3
        settle()
        Account.objects.update(employees=0)
        lists.refresh(account_list, now=now)
        assert members(account_list) == {account.pk}


@pytest.mark.django_db
class TestAMovingTime:
    """At 09:00 UTC on 1 March: a day leaves the last 7 days at midnight."""

    @pytest.fixture
    def account_list(self):
        CustomAttributeFactory(name="signed", type="date")
        return dynamic(asked("account.custom.signed", "in_last", {"value": 7, "unit": "days"}))

    def test_turns_with_no_write(self, now, account_list):
        account = AccountFactory(custom={"signed": "2027-02-22"})
        lists.refresh(account_list, now=now)
        assert members(account_list) == {account.pk}
        assert lists.refresh(account_list, now=now + 14 * timedelta(hours=1)) == Moved()
        assert lists.refresh(account_list, now=now + 16 * timedelta(hours=1)) == Moved(removed=1)

    def test_a_date_to_come_comes(self, now, account_list):
        AccountFactory(custom={"signed": "2027-03-02"})
        assert lists.refresh(account_list, now=now) == Moved()
        assert lists.refresh(account_list, now=now + DAY) == Moved(added=1)

    def test_all_are_asked_at_most_every_15_minutes(self, now, account_list):
        midnight = now.replace(hour=0) + DAY
        AccountFactory(custom={"signed": "2027-02-22"})
        lists.refresh(account_list, now=midnight - timedelta(minutes=5))
        settle()
        assert lists.refresh(account_list, now=midnight) == Moved()
        assert lists.refresh(account_list, now=midnight + timedelta(minutes=9)) == Moved()
        assert lists.refresh(account_list, now=midnight + timedelta(minutes=10)) == Moved(removed=1)

    def test_nobody_is_asked_while_no_verdict_can_turn(self, now, account_list):
        AccountFactory(custom={"signed": "2027-02-22"})
        lists.refresh(account_list, now=now)
        settle()
        swept_at = ChangeReader.objects.get().swept_at
        lists.refresh(account_list, now=now + timedelta(hours=10))
        assert ChangeReader.objects.get().swept_at == swept_at

    def test_asks_only_those_that_a_field_names_when_it_can(self, now, settings):
        settings.CONDITION_FIELDS = [*settings.CONDITION_FIELDS, "tests.accounts.lists.toy.FIELDS"]
        turns, stays = AccountFactory(), AccountFactory()
        Account.objects.filter(pk=turns.pk).update(created_at=now - 7 * DAY + timedelta(minutes=1))
        Account.objects.filter(pk=stays.pk).update(created_at=now)
        account_list = dynamic(asked("account.created", "in_last", {"value": 7, "unit": "days"}))
        lists.refresh(account_list, now=now)
        assert members(account_list) == {turns.pk, stays.pk}
        settle()
        Account.objects.filter(pk=stays.pk).update(created_at=now - 99 * DAY)  # not marked: nobody may see it
        assert lists.refresh(account_list, now=now + timedelta(minutes=2)) == Moved(removed=1)
        assert members(account_list) == {stays.pk}
        assert ChangeReader.objects.get().swept_at == now + timedelta(minutes=2)
