from __future__ import annotations

from accounts.models import Account
from accounts.services import accounts
from journeys.engine.verify import verify
from journeys.models import Entry, Visit
from tests.factories import AccountFactory, AccountListFactory, ScoreFactory
from tests.factories.maps import action, publish_map, start, wait
from tests.journeys.engine.tools import Engine


class TestDeletedAccount:
    def test_leaves_every_number_equal_to_its_list(self, engine: Engine) -> None:
        ScoreFactory()
        stays, goes = AccountFactory.create_batch(2)
        members = AccountListFactory(members=[stays, goes])
        publish_map(
            start(members), action("raise", "change_score", score="fit", change="+5"), wait("rest", days=1)
        )
        engine.run()

        accounts.delete([goes.pk], by=None)

        assert list(Account.objects.all()) == [stays]
        assert set(Entry.objects.values_list("account_id", flat=True)) == {stays.pk}
        assert set(Visit.objects.values_list("entry__account_id", flat=True)) == {stays.pk}
        assert verify() == {}
