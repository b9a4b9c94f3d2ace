from __future__ import annotations

import pytest

from accounts import conditions
from tests.accounts.conditions.conftest import asked, condition
from tests.factories import AccountFactory, AccountListFactory, AudienceFactory, PersonFactory, ScoreFactory

pytestmark = pytest.mark.django_db


class TestExplain:
    def test_gives_each_filter_its_verdict_value_and_words(self, now):
        account = AccountFactory(industry="Banking", employees=50)
        what = condition(
            asked("account.industry", "is", "banking"), asked("account.employees", "at_least", 10_000)
        )

        tree = conditions.explain(what, account_id=account.pk, now=now)

        assert tree is not None
        assert (tree.match, tree.verdict) == ("all", False)
        assert [(part.verdict, part.seen, part.text) for part in tree.parts] == [
            (True, "Banking", "Industry is banking"),
            (False, 50, "Employees at least 10,000"),
        ]

    @pytest.mark.parametrize(("match", "verdict"), [("all", False), ("any", True)])
    def test_gives_groups_their_verdict(self, now, match, verdict):
        inner = condition(asked("account.name", "is", "A"), asked("account.name", "is", "B"), match=match)
        tree = conditions.explain(condition(inner), account_id=AccountFactory(name="A").pk, now=now)
        assert tree is not None
        assert (tree.parts[0].match, tree.parts[0].verdict, tree.verdict) == (match, verdict, verdict)

    @pytest.mark.parametrize("match", ["all", "any"])
    def test_an_empty_group_holds(self, now, match):
        tree = conditions.explain(condition(match=match), account_id=AccountFactory().pk, now=now)
        assert tree is not None
        assert tree.verdict is True

    def test_shows_the_condition_of_an_audience_beneath_it(self, now):
        account = AccountFactory(employees=5)
        AudienceFactory(name="Small", condition=condition(asked("account.employees", "at_most", 9)))
        AudienceFactory(name="Large", condition=condition(asked("account.employees", "at_least", 100)))
        listed = AccountListFactory(name="L", members=[account])
        what = condition(
            asked("account.in_audience", "is", ["Small", "Large"]),
            asked("account.member_of_list", "is", {"id": listed.pk, "name": "L"}),
        )

        tree = conditions.explain(what, account_id=account.pk, now=now)

        assert tree is not None
        audience, member = tree.parts
        assert [(part.text, part.verdict) for part in audience.parts] == [("Small", True), ("Large", False)]
        assert audience.parts[1].parts[0].seen == 5
        assert (member.verdict, member.seen, member.text) == (True, True, "Account list is L")

    def test_explains_a_person_at_an_account(self, now):
        ScoreFactory(name="fit")
        one, other = AccountFactory(), AccountFactory()
        person = PersonFactory(accounts=[one], accounts__role="contractor")
        what = condition(
            asked("person.role_in_account", "is", "Contractor"), asked("person.score.fit", "is_empty")
        )
        at_one = conditions.explain(what, account_id=one.pk, person_id=person.pk, now=now)
        at_other = conditions.explain(what, account_id=other.pk, person_id=person.pk, now=now)
        assert at_one is not None
        assert at_other is not None
        assert [part.verdict for part in at_one.parts] == [True, True]
        assert [part.verdict for part in at_other.parts] == [False, True]

    def test_there_is_none_for_an_account_that_does_not_exist(self, now):
        assert conditions.explain(condition(), account_id=999_999_999, now=now) is None
        account = AccountFactory()
        assert conditions.explain(condition(), account_id=account.pk, person_id=999_999_999, now=now) is None

    def test_asks_one_query_whatever_the_number_of_filters(self, now, count_queries):
        account = AccountFactory()

        def of(n):
            return condition(*[asked("account.name", "is", f"{i}") for i in range(n)])

        queries = [
            count_queries(lambda n=n: conditions.explain(of(n), account_id=account.pk, now=now))
            for n in (1, 25)
        ]
        assert queries == [1, 1]

    def test_explains_the_largest_condition(self, now):
        group = condition(*[asked("account.name", "is_not", "x")] * 25)
        tree = conditions.explain(condition(*[group] * 10), account_id=AccountFactory().pk, now=now)
        assert tree is not None
        assert tree.verdict is True

    def test_agrees_with_compile(self, now, holds):
        account = AccountFactory(industry="ÄRZTE")
        what = condition(asked("account.industry", "is", "ärzte"), asked("account.city", "is_not", "Rome"))
        tree = conditions.explain(what, account_id=account.pk, now=now)
        assert tree is not None
        assert tree.verdict is holds(what, account) is True
