"""Several lists or audiences that go at once; whoever is used by what stays, stays."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from accounts.lists import refresh_due
from accounts.models import AccountList, Audience, ChangeReader, ListMember
from accounts.services import audiences, deleting, lists
from buying_groups.models import CreationJob
from tests.accounts.conditions.conftest import asked, condition
from tests.factories import (
    AccountFactory,
    AccountListFactory,
    AudienceFactory,
    SolutionInterestFactory,
    UserFactory,
)
from tests.factories.journeys import JourneyFactory, publish, simple_map

pytestmark = pytest.mark.django_db


def on(*rows: AccountList) -> dict[str, Any]:
    named = [{"id": row.pk, "name": row.name} for row in rows]
    return condition(asked("account.member_of_list", "is", named))


def dynamic(name: str, *named: AccountList, **keys: Any) -> AccountList:
    row: AccountList = AccountListFactory(name=name, type="dynamic", condition=on(*named), **keys)
    return row


def reasons(*rows: Any) -> dict[str, str]:
    kept = deleting.kept(rows)
    return {row.name: kept[row.pk].message for row in rows if row.pk in kept}


def job_of(now: Any, name: str = "CRM", **source: Any) -> CreationJob:
    interest = SolutionInterestFactory(name=name)
    made: CreationJob = CreationJob.objects.create(solution_interest=interest, created_at=now, **source)
    return made


class TestKept:
    def test_says_who_uses_each_of_them(self, now):
        free, base, used, sourced = (
            AccountListFactory(name=name) for name in ("Free", "Base", "Used", "Sourced")
        )
        dynamic("On it", base)
        publish(JourneyFactory(name="Welcome", nodes=simple_map("Used")), now=now)
        job_of(now, account_list=sourced)

        assert reasons(free, base, used, sourced) == {
            "Base": "“Base” is used by list On it.",
            "Used": "“Used” is used by journey Welcome.",
            "Sourced": "“Sourced” is used by buying groups of CRM from Sourced.",
        }

    def test_what_only_those_use_that_go_too_may_go(self):
        base = AccountListFactory(name="Base")
        middle = dynamic("Middle", base)
        top = dynamic("Top", middle)

        assert reasons(base, middle, top) == {}
        assert reasons(base, top) == {"Base": "“Base” is used by list Middle."}

    def test_what_is_used_by_one_that_stays_stays_too(self, now):
        base = AccountListFactory(name="Base")
        middle = dynamic("Middle", base)
        publish(JourneyFactory(name="Welcome", nodes=simple_map("Middle")), now=now)

        assert reasons(base, middle) == {
            "Base": "“Base” is used by list Middle.", "Middle": "“Middle” is used by journey Welcome.",
        }  # fmt: skip

    def test_a_draft_that_names_itself_may_go(self):
        row = AccountListFactory(name="Ring", type="dynamic", status="draft")
        AccountList.objects.update(condition=on(row))

        assert reasons(row) == {}

    def test_an_audience_and_a_list_of_one_name_are_told_apart(self):
        audience, stays = AudienceFactory(name="Twin"), AccountListFactory(name="Twin")
        named = {"id": audience.pk, "name": "Twin"}
        AccountList.objects.filter(pk=stays.pk).update(
            type="dynamic", condition=condition(asked("account.in_audience", "is", named))
        )

        assert reasons(audience) == {"Twin": "“Twin” is used by list Twin."}

    def test_of_very_many_users_some_are_named(self, now, monkeypatch):
        monkeypatch.setattr(deleting, "LOOKED_AT", 2)
        used = AccountListFactory(name="Used")
        for number in range(3):
            job_of(now, f"Interest {number}", account_list=used)

        assert reasons(used)["Used"].endswith("from Used and others.")

    def test_works_in_another_language(self):
        base = AccountListFactory(name="Base")
        with translation.override("de"):
            assert reasons(base, dynamic("Top", base)) == {}

    def test_takes_the_same_queries_for_three_and_thirty(self, now, count_queries):
        def queries(n):
            rows = []
            for number in range(n):
                row = AccountListFactory(name=f"Used {n} {number}")
                publish(JourneyFactory(nodes=simple_map(row.name)), now=now)
                job_of(now, f"Interest {n} {number}", account_list=row)
                rows.append(row)
            asked = count_queries(lambda: deleting.kept(rows))
            assert len(deleting.kept(rows)) == n
            return asked

        assert queries(3) == queries(30)


class TestDeleteSeveral:
    def test_deletes_those_that_nobody_uses(self, now):
        AccountFactory(employees=1000)
        large = AccountListFactory(
            type="dynamic", condition=condition(asked("account.employees", "at_least", 1000))
        )
        static, base = AccountListFactory(members=[AccountFactory()]), AccountListFactory(name="Base")
        dynamic("On it", base)
        refresh_due(now=now)
        assert ListMember.objects.count() == 2

        deleted = lists.delete_several([large.pk, static.pk, base.pk, 0], by=None)

        assert deleted.n == 2
        assert [refused.message for refused in deleted.refused] == ["“Base” is used by list On it."]
        assert set(AccountList.objects.values_list("name", flat=True)) == {"Base", "On it"}
        assert not ListMember.objects.exists()
        assert ChangeReader.objects.count() == 1

    def test_deletes_audiences_too(self):
        free, base = AudienceFactory(name="Free"), AudienceFactory(name="Base")
        inside = condition(asked("account.in_audience", "is", {"id": base.pk, "name": "Base"}))
        AudienceFactory(name="Outer", condition=inside)

        deleted = audiences.delete_several([free.pk, base.pk], by=None)

        assert (deleted.n, len(deleted.refused)) == (1, 1)
        assert set(Audience.objects.values_list("name", flat=True)) == {"Base", "Outer"}

    def test_nothing_to_delete_is_no_error(self):
        assert lists.delete_several([], by=None) == deleting.Deleted(0, [])
        assert audiences.delete_several([], by=None) == deleting.Deleted(0, [])

    def test_needs_the_permission(self):
        someone = UserFactory(is_superuser=False)
        for call in (lists.delete_several, audiences.delete_several):
            with pytest.raises(PermissionDenied):
                call([], by=someone)

    def test_takes_the_same_queries_for_three_and_thirty(self, count_queries):
        def queries(n):
            ids = [row.pk for row in AccountListFactory.create_batch(n)]
            return count_queries(lambda: lists.delete_several(ids, by=None))

        assert queries(3) == queries(30)


def test_used_is_what_cannot_go(now):
    names = ("Free", "Base", "Used", "Sourced")
    free, base, used, sourced = (AccountListFactory(name=name) for name in names)
    dynamic("On it", base)
    publish(JourneyFactory(nodes=simple_map("Used")), now=now)
    job_of(now, account_list=sourced)

    job_of(now, "Other", account_list=sourced)

    assert deleting.used(AccountList) == {base.pk, used.pk, sourced.pk}
    assert free.pk not in deleting.used(AccountList)
    assert deleting.used(Audience) == set()
