"""What one has been told: one's own notices, and the bell above every page."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext_lazy

from accounts import notices
from accounts.models import Import, Notice
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
TEXTS = {"fair": gettext_lazy("%(n)s visitors")}
PAGE, NEWEST, READ = (f"admin:accounts_notice_{name}" for name in ("changelist", "newest", "read"))


@pytest.fixture(autouse=True)
def _texts(settings) -> None:
    settings.NOTICES = [f"{__name__}.TEXTS"]


@pytest.fixture
def told(client, now):
    """Tell whoever is logged in, or somebody else."""

    def tell(n: int = 1, user: User | None = None, about=None) -> Notice:
        user = user or User.objects.get(username="root")
        notices.tell(user.pk, "fair", {"n": n}, level="good", about=about, now=now)
        return Notice.objects.latest("pk")

    return tell


def test_everybody_sees_their_own_the_newest_first(client, told):
    told(1)
    told(2)
    told(3, UserFactory())

    lines = client.get(reverse(PAGE)).context["lines"]

    assert [line["text"] for line in lines] == ["2 visitors", "1 visitors"]
    assert all(line["is_new"] for line in lines)


def test_the_bell_counts_what_is_new(client, told):
    first = told(1)
    told(2)
    told(3, UserFactory())

    answer = client.get(reverse(NEWEST)).json()

    assert (answer["new"], [one["text"] for one in answer["newest"]]) == (2, ["2 visitors", "1 visitors"])
    client.post(reverse(READ), {"up_to": first.pk})
    assert client.get(reverse(NEWEST)).json()["new"] == 1


def test_reading_is_a_post_and_of_ones_own(client, told):
    last, other = told(1), told(2, UserFactory())

    assert client.get(reverse(READ)).status_code == 405
    client.post(reverse(READ), {"up_to": other.pk})
    client.post(reverse(READ), {"up_to": "x"})

    assert Notice.objects.get(pk=last.pk).read_at
    assert Notice.objects.get(pk=other.pk).read_at is None
    assert "data-read-notices" not in client.get(reverse(PAGE)).content.decode()


def test_leads_to_what_it_is_about_who_may_see_that(client, told, now, to):
    job = Import.objects.create(kind="accounts", file_name="a.csv", created_at=now)
    seller = UserFactory(is_superuser=False)
    theirs = Client()
    theirs.force_login(seller)
    for user in (None, seller):
        told(1, user, job)

    assert client.get(reverse(PAGE)).context["lines"][0]["url"] == to(Import, "change", job.pk)
    assert theirs.get(reverse(PAGE)).context["lines"][0]["url"] == ""


def test_is_for_staff(told):
    told(1)

    for name in (PAGE, NEWEST):
        assert Client().get(reverse(name)).status_code == 302


def test_many_cost_no_more_than_one(client, told, count_queries):
    told()
    few = [count_queries(lambda name=name: client.get(reverse(name))) for name in (PAGE, NEWEST)]
    for _ in range(4):
        told()

    assert [count_queries(lambda name=name: client.get(reverse(name))) for name in (PAGE, NEWEST)] == few
    for _ in range(100):
        told()
    assert client.get(reverse(NEWEST)).json()["new"] == 100
    assert count_queries(lambda: client.get(reverse(PAGE))) == few[0]


def test_says_what_it_is_for_before_the_first(client):
    assert "Nothing yet" in client.get(reverse(PAGE)).content.decode()


def test_the_bell_is_above_every_page_and_costs_it_nothing(client, told, count_queries):
    page = reverse("admin:index")
    few = count_queries(lambda: client.get(page))
    told()

    assert reverse(NEWEST) in client.get(page).content.decode()
    assert count_queries(lambda: client.get(page)) <= few
