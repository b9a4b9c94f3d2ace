from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy

from accounts import notices
from accounts.models import Notice
from accounts.services import notices as services
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
TEXTS = {"fair": gettext_lazy("%(n)s visitors from %(city)s"), "name": gettext_lazy("Name")}


@pytest.fixture(autouse=True)
def _texts(settings) -> None:
    settings.NOTICES = [f"{__name__}.TEXTS"]


@pytest.fixture
def user(db: None):
    return UserFactory()


def told(user, now, code="fair", **params) -> Notice:
    notices.tell(user.pk, code, {"n": 12_345, "city": "Rome", **params}, level="good", now=now)
    return Notice.objects.latest("pk")


def test_says_its_text_in_the_language_of_who_reads_it(user, now):
    notice = told(user, now)

    assert notices.text(notice) == "12,345 visitors from Rome"
    with translation.override("de"):
        assert notices.text(notice).startswith("12.345")
        assert notices.text(told(user, now, "name")) == "Name"


def test_a_code_that_is_not_known_any_more_says_something_all_the_same(user, now):
    assert notices.text(told(user, now, "gone")) == "Something that you have asked for is over."


def test_a_long_text_is_cut(user, now):
    said = notices.text(told(user, now, city="x" * 1_000))

    assert len(said) < 300
    assert said.endswith("…")


def test_nobody_is_told_what_nobody_has_asked_for(now):
    notices.tell(None, "fair", {"n": 1, "city": ""}, level="good", now=now)

    assert not Notice.objects.exists()


def test_everybody_has_their_own_and_reads_up_to_what_they_have_seen(user, now):
    first, second = told(user, now), told(user, now)
    told(UserFactory(), now)

    assert set(services.own(user)) == {first, second}
    assert services.read(user, up_to=first.pk, now=now) == 1
    assert services.read(user, up_to=first.pk, now=now + timedelta(hours=1)) == 0
    assert list(Notice.objects.order_by("pk").values_list("read_at", flat=True)) == [now, None, None]


def test_old_ones_go(user, now):
    told(user, now - timedelta(days=31))
    kept = told(user, now)

    assert notices.expire(before=now - timedelta(days=30)) == 1
    assert Notice.objects.get() == kept
