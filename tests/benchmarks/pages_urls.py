"""The named list of addresses that are measured: lists with their sorts, filters and searches, a journey, its entries, an account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.db.models import Model

from accounts.api import cursors
from accounts.models import Account, AccountList, Audience, Import, Person
from journeys.api.journeys import JourneyViewSet
from journeys.models import Entry, Journey
from journeys.reports.entries import Behind
from tests.benchmarks import pages_bulk_urls, pages_group_urls
from tests.benchmarks.pages_lists import LAST, path_of, sortable
from tests.benchmarks.pages_places import Page, Places, page

# Every list that can be searched, with a letter, two, a word in every sixteenth or twentieth row, one in a single row, and none.
SEARCHES: Mapping[type[Model], tuple[str, ...]] = {
    Journey: ("w", "we", "welcome", "renewal banking", "· germany 7777", "zzqqzz"),
    Account: ("n", "no", "northwind", "northwind labs", "777777", "example", "zzqqzz"),
    Person: ("a", "an", "anna", "anna fischer", "777777", "example", "zzqqzz"),
    AccountList: ("w", "welcome"),
    Audience: ("w", "welcome"),
    Import: ("w", "welcome"),
}


def named(places: Places) -> list[Page]:
    """All of them."""
    return [
        *_home(),
        *_lists(places),
        *_filters(places),
        *_journey(places),
        *_details(places),
        *_api(places),
        *_api_of_journey(places),
        *pages_group_urls.named(places.viewer),
        *pages_bulk_urls.named(),
    ]


def _home() -> Iterator[Page]:
    yield page("home", "/admin/")
    for term in ("a", "we", "welcome", "northwind", "anna fischer", "777777", "example", "zzqqzz"):
        yield page(f"quick search “{term}”", "/admin/search/", s=term, extended=1)


# --- Lists of the admin ---------------------------------------------------------------------------------------------


def _lists(places: Places) -> Iterator[Page]:
    """Each list plain, by each of its sorts both ways, by each search, on its second and its last page."""
    for model, terms in SEARCHES.items():
        noun, path = str(model._meta.verbose_name_plural), path_of(model)
        yield page(noun, path)
        for column, number in sortable(model, places.viewer):
            yield page(f"{noun} by {column}", path, o=number)
            yield page(f"{noun} by {column}, down", path, o=f"-{number}")
        for term in terms:
            yield page(f"{noun} “{term}”", path, q=term)
        yield page(f"{noun}, page 2", path, p=2)
        if model in (Journey, Account, Person):
            yield page(f"{noun}, last page", path, p=LAST)


def _filters(places: Places) -> Iterator[Page]:
    """Each filter of each list, alone and with a sort or a search."""
    yield from _filters_of_journeys(places)
    yield from _filters_of_accounts(places)
    lists, imports = path_of(AccountList), path_of(Import)
    yield page("account lists: dynamic", lists, type="dynamic")
    yield page("account lists: live", lists, status="live")
    yield page("imports: failed", imports, status="failed")
    yield page("imports: people", imports, kind="people")


def _filters_of_journeys(places: Places) -> Iterator[Page]:
    path = path_of(Journey)
    for status in Journey.Status.values:
        yield page(f"journeys: {status}", path, status=status)
    yield page("journeys: live or closed", path, status=["live", "closed"])
    yield page("journeys: live, by name", path, status="live", o=1)
    yield page("journeys: scheduled “welcome”", path, status="scheduled", q="welcome")
    yield page("journeys: creator", path, creator=places.staff)
    yield page("journeys: publisher", path, publisher=places.staff)
    yield page("journeys: creator, live, by name", path, creator=places.staff, status="live", o=1)
    for column in ("created_at", "updated_at", "published_at"):
        yield page(
            f"journeys: {column} in a year",
            path,
            **{f"{column}_from": "2024-01-01", f"{column}_to": "2024-12-31"},
        )
        yield page(
            f"journeys: {column} on a day, by name",
            path,
            **{f"{column}_from": "2025-03-03", f"{column}_to": "2025-03-03"},
            o=1,
        )


def _filters_of_accounts(places: Places) -> Iterator[Page]:
    path = path_of(Account)
    big, middle, small = (found.pk for found in places.lists)
    yield page("accounts: industry", path, industry="Banking")
    yield page("accounts: industries with “in”", path, industry="in")
    yield page("accounts: country", path, country="Germany")
    yield page("accounts: rare country", path, country="Brazil")
    yield page("accounts: industry and country", path, industry="Banking", country="Brazil")
    yield page("accounts: industry “777777”", path, industry="Banking", q="777777")
    yield page("accounts: country “northwind”", path, country="Brazil", q="northwind")
    for name, pk in (("half of all", big), ("5,000", middle), ("100", small)):
        yield page(f"accounts: on a list of {name}", path, list=pk)
    yield page("accounts: on a list of 100, by country", path, list=small, o=8)
    yield page("accounts: from 500 employees", path, employees_from=500)
    yield page("accounts: from 299,000 employees", path, employees_from=299_000)
    yield page("accounts: exactly 12,345 employees", path, employees_from=12_345, employees_to=12_345)
    yield page("accounts: no such employees", path, employees_from=900_000)
    yield page("accounts: industry, from 299,000 employees", path, industry="Banking", employees_from=299_000)
    yield page("people: unknown filter", path_of(Person), e=1)


# --- Pages of the admin ---------------------------------------------------------------------------------------------


def _journey(places: Places) -> Iterator[Page]:
    """The big journey: its map, its numbers, its entries behind each of them, why, its dialogs."""
    path = f"/admin/journeys/journey/{places.journey.pk}/"
    yield page("journey", f"{path}change/")
    for part in (
        "counters",
        "history",
        "document",
        "publish",
        "close",
        "abort",
        "duplicate",
        "settings",
        "re-entry",
    ):
        yield page(f"journey, {part}", f"{path}{part}/")
    yield from _entries(
        "entries",
        f"{path}entries/",
        "q",
        {str(value): value for value in Entry.Status.values},
        "after",
        places,
    )
    for state in ("completed", "waiting", "failed"):
        yield page(f"why, {state}", f"{path}entries/{places.entries[state]}/")
    yield page("why not", f"{path}why-not/{places.account.pk}/")
    draft = f"/admin/journeys/journey/{places.draft.pk}/"
    for part in ("change", "document", "publish", "delete", "duplicate"):
        yield page(f"draft, {part}", f"{draft}{part}/")


def _entries(
    name: str, path: str, search: str, statuses: Mapping[str, int], after: str, places: Places
) -> Iterator[Page]:
    """The entries, of each status, behind each number of each node, by a search, and far behind."""
    middle = places.entries["middle"]
    deep = middle if after == "after" else cursors.encode([middle])
    yield page(name, path)
    for status, value in statuses.items():
        yield page(f"{name}: {Entry.Status(value).label}", path, status=status)
    for key in places.nodes:
        for behind in Behind:
            yield page(f"{name}: {behind} at {key}", path, node=key, behind=behind.value)
    for term in ("n", "northwind", "777777", "zzqqzz"):
        yield page(f"{name} “{term}”", path, **{search: term})
        yield page(f"{name}: there at wait “{term}”", path, node="wait", behind="there", **{search: term})
    yield page(f"{name}, half-way", path, **{after: deep})
    yield page(
        f"{name}: Failed, half-way",
        path,
        **{after: deep, "status": next(s for s, v in statuses.items() if v == Entry.Status.FAILED)},
    )
    yield page(f"{name}: skipped at score, half-way", path, node="score", behind="skipped", **{after: deep})


def _details(places: Places) -> Iterator[Page]:
    """An account and a person with ten thousand events, lists, an audience, an import."""
    account, person = (
        f"/admin/accounts/{noun}/{row.pk}/"
        for noun, row in (("account", places.account), ("person", places.person))
    )
    for part in ("change", "details", "timeline", "people", "delete"):
        yield page(f"account, {part}", f"{account}{part}/")
    for part in ("change", "details", "timeline", "scores", "delete"):
        yield page(f"person, {part}", f"{person}{part}/")
    yield page("account, timeline, older", f"{account}timeline/", before="2025-03-03T00:00:00+00:00_0_1_0")
    for name, found in zip(("half of all", "5,000", "100"), places.lists, strict=True):
        path = f"/admin/accounts/accountlist/{found.pk}/"
        yield page(f"list of {name}", f"{path}change/")
        for term in ("n", "northwind", "777777"):
            yield page(f"list of {name} “{term}”", f"{path}change/", q=term)
        yield page(f"list of {name}, further on", f"{path}change/", after=1, name="Northwind")
        for part in ("settings", "delete"):
            yield page(f"list of {name}, {part}", f"{path}{part}/")
    audience = f"/admin/accounts/audience/{places.audience.pk}/"
    yield page("audience", f"{audience}change/")
    yield page("audience, explained", f"{audience}explain/", account=places.account.pk)
    yield page("import with a thousand bad rows", f"/admin/accounts/import/{places.job.pk}/change/")


def _api(places: Places) -> Iterator[Page]:
    """Lists of the API: sorts, filters, searches, pages and cursors."""
    api, account, person = "/api/v1/", places.account, places.person
    yield from _api_journeys(places)
    for noun, model, sorts in (
        ("accounts", Account, ("id", "name", "industry", "country")), ("people", Person, ("id", "last_name")),
    ):  # fmt: skip
        yield from (
            page(f"API {noun} by {sort}", f"{api}{noun}/", ordering=sort)
            for sort in (*sorts, *(f"-{sort}" for sort in sorts))
        )
        yield from (page(f"API {noun} “{term}”", f"{api}{noun}/", search=term) for term in SEARCHES[model])
        yield page(
            f"API {noun}, half-way",
            f"{api}{noun}/",
            cursor=cursors.of_row(model(pk=account.pk + 500_000), [("id", False)]),
            page_size=500,
        )
    yield page("API accounts: industry", f"{api}accounts/", industry="Banking")
    yield page("API accounts: country, by name", f"{api}accounts/", country="Brazil", ordering="name")
    yield page("API accounts: industry “777777”", f"{api}accounts/", industry="Banking", search="777777")
    yield page("API accounts: domain", f"{api}accounts/", domain=account.domain.upper())
    yield page("API people: email", f"{api}people/", email=person.email.upper())
    yield page("API people: account", f"{api}people/", account=account.pk)
    yield page("API people: test", f"{api}people/", is_test="true")
    for noun, row in (("accounts", account), ("people", person)):
        yield page(f"API {noun}, one", f"{api}{noun}/{row.pk}/")
        yield page(f"API {noun}, timeline", f"{api}{noun}/{row.pk}/timeline/")
    yield page("API account, journeys", f"{api}accounts/{account.pk}/journeys/")
    yield from (
        page(f"API {noun}", f"{api}{noun}/")
        for noun in ("account-lists", "audiences", "imports", "condition-fields", "node-kinds")
    )
    yield from (
        page(f"API members of a list, {number}", f"{api}account-lists/{found.pk}/members/")
        for number, found in enumerate(places.lists, 1)
    )
    yield page("API lists of an account", f"{api}account-lists/", account=account.pk)
    yield page("API rows left out", f"{api}imports/{places.job.pk}/problems/")


def _api_journeys(places: Places) -> Iterator[Page]:
    path = "/api/v1/journeys/"
    for sort in JourneyViewSet.ordering_fields:
        yield page(f"API journeys by {sort}", path, ordering=sort)
        yield page(f"API journeys by {sort}, down", path, ordering=f"-{sort}")
    for term in SEARCHES[Journey]:
        yield page(f"API journeys “{term}”", path, search=term)
    yield page("API journeys: live or closed", path, status="live,closed")
    yield page("API journeys: creator", path, created_by=places.staff)
    yield page(
        "API journeys: end in a month",
        path,
        end_after="2028-11-01T00:00:00Z",
        end_before="2028-12-01T00:00:00Z",
    )
    yield page("API journeys, 500 rows", path, page_size=500)
    yield page("API journeys, page 200", path, page=LAST)
    yield page("API journeys, beyond the last page", path, page=100_000)


def _api_of_journey(places: Places) -> Iterator[Page]:
    """The big journey in the API."""
    path = f"/api/v1/journeys/{places.journey.pk}/"
    yield page("API journey", path)
    for part in ("map", "counters", "history", "problems", "pointing", "export", "forecast"):
        yield page(f"API journey, {part}", f"{path}{part}/")
    yield page("API draft, problems", f"/api/v1/journeys/{places.draft.pk}/problems/")
    yield page("API journey, why", f"{path}why/", account=places.account.pk)
    statuses = {status.name.lower(): int(status) for status in Entry.Status}
    yield from _entries("API entries", f"{path}entries/", "search", statuses, "cursor", places)
    for state in ("completed", "failed"):
        for part in ("", "visits/", "why/"):
            yield page(
                f"API entry, {state} {part.strip('/')}".strip(),
                f"/api/v1/entries/{places.entries[state]}/{part}",
            )
