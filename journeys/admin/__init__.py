"""Journeys in the admin. Start with `list` (addresses), then:

    door        a request comes in: who, which journey; what services refuse, said to staff
    offers      buttons and menus: what a status allows and the user may do
    frame       what stands above the tabs; map_page, entries, entry (why), history, document are the tabs
    dialogs     a question on its own page; lifecycle, making, publish, settings, hold answer them
    home        the first page: what needs attention, what is live; navigation and search beside it

Nothing here changes a journey: every POST calls one of `journeys.services`.
"""

from __future__ import annotations

from django.contrib import admin

from journeys.admin import home
from journeys.admin.list import JourneyAdmin

__all__ = ["JourneyAdmin"]

admin.site.index_template = home.TEMPLATE
