"""What is done with chosen entries needs some."""

from __future__ import annotations

import pytest
from django.utils import timezone

from tests.factories.journeys import in_status

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("act", ["retry", "remove"])
def test_nothing_can_be_done_before_something_is_chosen(client, to, act: str):
    answer = client.post(to("entries_act", in_status("live", now=timezone.now())), {"act": act}, follow=True)

    said = [str(message) for message in answer.context["messages"]]
    assert said == ["Choose entries first: tick them in the list."]
