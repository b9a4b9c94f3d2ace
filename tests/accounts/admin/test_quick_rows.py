"""Rows of a list are made without what is the same in all of them."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.urls import reverse
from unfold.admin import checkbox as unfold_checkbox
from unfold.templatetags import unfold_list

from accounts.admin import quick_rows
from tests.factories import AccountFactory

pytestmark = pytest.mark.django_db


def test_headings_are_made_once_a_list():
    made = []
    headings = quick_rows.headings_once(lambda changes: made.append(changes) or [{"text": "Name"}])  # type: ignore[func-returns-value,arg-type,return-value]
    one, other = SimpleNamespace(), SimpleNamespace()
    assert [headings(one), headings(one), headings(other)] == [[{"text": "Name"}]] * 3  # type: ignore[arg-type]
    assert made == [one, other]


def test_unfold_still_has_the_place_where_they_are_put():
    assert unfold_list.result_headers.__qualname__ == "headings_once.<locals>.headings"


def test_each_row_has_the_checkbox_that_unfold_would_give_it():
    assert quick_rows.checkbox(17) == unfold_checkbox.render("_selected_action", "17")


def test_rows_are_labelled_by_the_headings_of_their_own_list(admin_client):
    AccountFactory(name="Northwind")
    page = admin_client.get(reverse("admin:accounts_account_changelist")).content.decode()
    assert 'data-label="Domain"' in page
    lists = admin_client.get(reverse("admin:accounts_person_changelist")).content.decode()
    assert 'data-label="Domain"' not in lists
