"""Several audiences at once, away; and which of them are in use."""

from __future__ import annotations

import pytest

from accounts.models import Audience
from tests.accounts.conditions.conftest import asked, condition
from tests.factories import AudienceFactory

pytestmark = pytest.mark.django_db


def ids(*rows):
    return {"ids": ",".join(str(row.pk) for row in rows)}


@pytest.fixture
def pair():
    """One that nobody uses, and one that another audience uses."""
    free, base = AudienceFactory(name="Free"), AudienceFactory(name="Base")
    inside = condition(asked("account.in_audience", "is", {"id": base.pk, "name": "Base"}))
    AudienceFactory(name="Outer", condition=inside)
    return free, base


def test_those_that_nobody_uses_go_after_a_question(client, to, pair):
    url = to(Audience, "delete_selected")
    page = client.get(url, ids(*pair))
    assert "Delete 1 audience" in page.content.decode()
    assert page.context["left_out"] == [("Base", "“Base” is used by audience Outer.")]

    answer = client.post(url, ids(*pair), follow=True)

    assert [str(message) for message in answer.context["messages"]] == ["1 audience is deleted."]
    assert set(Audience.objects.values_list("name", flat=True)) == {"Base", "Outer"}


def test_is_asked_in_the_same_queries_for_three_and_thirty(client, to, count_queries):
    def queries(n):
        given = ids(*AudienceFactory.create_batch(n))
        url = to(Audience, "delete_selected")
        asked = count_queries(lambda: client.get(url, given))
        return asked, count_queries(lambda: client.post(url, given))

    assert queries(3) == queries(30)


def test_is_for_whoever_may_delete_audiences(client_with, to, pair):
    for permissions in (["view_audience", "change_audience"], ["delete_audience"]):
        assert client_with(*permissions).post(to(Audience, "delete_selected"), ids(*pair)).status_code == 403
    assert Audience.objects.count() == 3


def test_are_filtered_by_use(client, to, pair):
    def names(use):
        answer = client.get(to(Audience, "changelist"), {"use": use})
        return {row.name for row in answer.context["cl"].result_list}

    assert names("yes") == {"Base"}
    assert names("no") == {"Free", "Outer"}
