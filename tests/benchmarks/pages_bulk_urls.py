"""What is asked before something is done to several rows: a page's worth of each list, and the filters that lead there."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Model, QuerySet

from accounts.models import Account, AccountList, Audience, Person
from buying_groups.models import BuyingGroup, RoleTemplate, SolutionInterest
from tests.benchmarks.pages_lists import LAST, path_of
from tests.benchmarks.pages_places import Page, page

TICKED = 50
DIALOGS: dict[type[Model], tuple[str, ...]] = {
    Account: ("add-to-list", "delete-selected"),
    Person: ("unsubscribe", "mark-as-test", "assign-to-group", "delete-selected"),
    AccountList: ("publish-selected", "delete-selected"),
    Audience: ("delete-selected",),
    BuyingGroup: ("stage-of-several", "status-of-several"),
}


def named() -> Iterator[Page]:
    """All of them."""
    for model, dialogs in DIALOGS.items():
        noun, ids = str(model._meta.verbose_name_plural), _ids(model._default_manager.order_by("pk"))
        for dialog in dialogs:
            yield page(f"several {noun}, {dialog}", f"{path_of(model)}{dialog}/", ids=ids)
    yield from _filters()


def _filters() -> Iterator[Page]:
    people = path_of(Person)
    for mark in ("unsubscribed", "email_invalid", "is_test"):
        yield page(f"people: {mark}", people, mark=mark)
    yield page("people: unsubscribed, last page", people, mark="unsubscribed", p=LAST)
    yield page("people: country", people, country="Germany")
    yield page("people: rare country", people, country="Brazil")
    yield page("people: rare country, unsubscribed", people, country="Brazil", mark="unsubscribed")
    yield page("people: country “fischer”", people, country="Germany", q="fischer")
    for model in (AccountList, Audience):
        for use in ("yes", "no"):
            yield page(f"{model._meta.verbose_name_plural}: use {use}", path_of(model), use=use)
    interest = SolutionInterest.objects.order_by("-pk").select_related("template")[0]
    for template in {interest.template_id, RoleTemplate.objects.order_by("pk")[0].pk}:
        yield page(f"groups: role template {template}", path_of(BuyingGroup), template=template)


def _ids(rows: QuerySet[Model]) -> str:
    return ",".join(str(pk) for pk in rows.values_list("pk", flat=True)[:TICKED])
