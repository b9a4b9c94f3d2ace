"""The addresses of buying groups: the list of a million, a group of a thousand members, the overview, what they are made of."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib.auth.models import User
from django.db.models import Model

from accounts.api import cursors
from accounts.models import Account
from buying_groups.models import (
    BuyingGroup,
    JobRun,
    Role,
    RoleTemplate,
    SolutionInterest,
    Stage,
    StageModel,
    WeightingModel,
)
from buying_groups.reports import bands
from tests.benchmarks import pages_groups
from tests.benchmarks.pages_lists import LAST, path_of, sortable
from tests.benchmarks.pages_places import Page, page

# Words of accounts, of interests, of both; frequent, in one row, in none.
SEARCHES = (
    "n", "no", "northwind", "northwind labs", "777777", "example", "zzqqzz", "crm", "c", "cloud backup", "fleet", "training", "crm for",
    "crm northwind", "training for northwind", "fleet 777777", "an",
)  # fmt: skip
SMALL_LISTS: dict[type[Model], tuple[str, ...]] = {
    SolutionInterest: ("c", "cloud"), Role: ("d",), RoleTemplate: ("d", "draft 77"), WeightingModel: ("w", "weights 77"),
}  # fmt: skip


def named(viewer: User) -> Iterator[Page]:
    """All of them; each name begins with “groups”."""
    yield from _browse(viewer)
    yield from _filters()
    yield from _overview()
    yield from _group()
    yield from _made_of(viewer)
    yield from _api()
    yield from _api_of_group()


def _browse(viewer: User) -> Iterator[Page]:
    """The list plain, by each of its sorts both ways, by each search, on its second and its last page."""
    path = path_of(BuyingGroup)
    yield page("groups", path)
    for column, number in sortable(BuyingGroup, viewer):
        yield page(f"groups by {column}", path, o=number)
        yield page(f"groups by {column}, down", path, o=f"-{number}")
        yield page(f"groups by {column} “northwind”", path, o=number, q="northwind")
    for term in SEARCHES:
        yield page(f"groups “{term}”", path, q=term)
    yield page("groups, page 2", path, p=2)
    yield page("groups, last page", path, p=LAST)


def _filters() -> Iterator[Page]:
    """Each filter alone, and with others, a sort or a search."""
    path = path_of(BuyingGroup)
    largest, *_others, smallest = SolutionInterest.objects.order_by("pk")
    stage = Stage.objects.order_by("position")[3]
    for name, interest in (("largest", largest), ("smallest", smallest)):
        yield page(f"groups: {name} interest", path, solution_interest=interest.pk)
        yield page(f"groups: {name} interest, stage", path, solution_interest=interest.pk, stage=stage.pk)
        yield page(f"groups: {name} interest “northwind”", path, solution_interest=interest.pk, q="northwind")
        yield page(f"groups: {name} interest, country", path, solution_interest=interest.pk, country="Brazil")
    yield page("groups: stage", path, stage=stage.pk)
    yield page("groups: no stage", path, stage=0)
    yield page("groups: status", path, status="tender")
    yield page("groups: no such status", path, status="zzqqzz")
    for column in ("completeness", "engagement"):
        for band in bands.BANDS:
            yield page(f"groups: {column} {band.key}", path, **{column: band.key})
    yield page(
        "groups: complete, engaged, stage", path, completeness="75-100", engagement="75-100", stage=stage.pk
    )
    for role in Role.objects.order_by("position"):
        for asked in ("filled", "missing"):
            yield page(f"groups: {role} {asked}", path, role=f"{role.pk}:{asked}")
    auditor, decider = Role.objects.get(name="Auditor"), Role.objects.get(name="Decision Maker")
    yield page(
        "groups: smallest interest, Auditor filled",
        path,
        solution_interest=smallest.pk,
        role=f"{auditor.pk}:filled",
    )
    yield page(
        "groups: largest interest, Decision Maker missing",
        path,
        solution_interest=largest.pk,
        role=f"{decider.pk}:missing",
    )
    yield page(
        "groups: Decision Maker missing “northwind”", path, role=f"{decider.pk}:missing", q="northwind"
    )
    yield page("groups: industry", path, industry="Banking")
    yield page("groups: rare country", path, country="Brazil")
    yield page("groups: no such industry", path, industry="zzqqzz")
    yield page("groups: industry, country, stage", path, industry="Banking", country="Brazil", stage=stage.pk)


def _overview() -> Iterator[Page]:
    """The page, and the figures that it asks for."""
    path = f"{path_of(BuyingGroup)}overview/"
    stage, largest = Stage.objects.order_by("position")[3], SolutionInterest.objects.order_by("pk")[0]
    yield page("groups overview", path)
    yield page("groups overview, figures", path, figures=1)
    yield page("groups overview, figures: interest", path, figures=1, solution_interest=largest.pk)
    yield page("groups overview, figures: stage", path, figures=1, stage=stage.pk)
    yield page("groups overview, figures: country", path, figures=1, country="Brazil")
    yield page(
        "groups overview, figures: industry, stage", path, figures=1, industry="Banking", stage=stage.pk
    )
    for chart in ("completeness", "coverage"):
        yield page(f"groups overview, {chart} CSV", f"{path}{chart}.csv")


def _group() -> Iterator[Page]:
    """A group of a thousand members, and one of three: their tabs and dialogs."""
    person = pages_groups.first().members.filter(is_removed=False).order_by("person_id")[0].person_id
    for name, group in (
        ("a thousand", pages_groups.first()),
        ("three", BuyingGroup.objects.order_by("-pk")[0]),
    ):
        path = f"{path_of(BuyingGroup)}{group.pk}/"
        yield page(f"groups, one of {name}", f"{path}change/")
        for part in ("scores", "ignored", "timeline", "members/assign", "stage", "status"):
            yield page(f"groups, one of {name}, {part}", f"{path}{part}/")
    path = f"{path_of(BuyingGroup)}{pages_groups.first().pk}/"
    yield page("groups, one of a thousand, page 2", f"{path}change/", page=2)
    yield page("groups, one of a thousand, assign “northwind”", f"{path}members/assign/", q="northwind")
    for part in ("role", "remove"):
        yield page(f"groups, one of a thousand, {part}", f"{path}members/{part}/", person=person)
    account = Account.objects.order_by("pk")[0]
    yield page("groups of an account", f"/admin/accounts/account/{account.pk}/change/")
    yield page("groups of a person", f"/admin/accounts/person/{person}/change/")


def _made_of(viewer: User) -> Iterator[Page]:
    """Solution interests, templates, roles, stages, weights: lists and pages."""
    for model, terms in SMALL_LISTS.items():
        noun, path = f"groups’ {model._meta.verbose_name_plural}", path_of(model)
        yield page(noun, path)
        for column, number in sortable(model, viewer):
            yield page(f"{noun} by {column}", path, o=number)
        for term in terms:
            yield page(f"{noun} “{term}”", path, q=term)
    interest = SolutionInterest.objects.order_by("pk")[0]
    path = f"{path_of(SolutionInterest)}{interest.pk}/"
    for part in ("change", "settings", "progress", "create-groups", "maintain", "delete"):
        yield page(f"groups’ interest, {part}", f"{path}{part}/")
    templates = RoleTemplate.objects.order_by("pk")
    for name, template in (("live", templates[0]), ("draft", templates.filter(status="draft")[0])):
        yield page(f"groups’ {name} template", f"{path_of(RoleTemplate)}{template.pk}/change/")
    yield page("groups’ role", f"{path_of(Role)}{Role.objects.order_by('-pk')[0].pk}/change/")
    yield page("groups’ stages", path_of(StageModel))
    for name, model in zip(("active", "draft"), WeightingModel.objects.order_by("pk")[:2], strict=True):
        yield page(f"groups’ {name} weighting model", f"{path_of(WeightingModel)}{model.pk}/change/")


def _api() -> Iterator[Page]:
    """Lists of the API: sorts, filters, searches, cursors; the overview."""
    path, group = "/api/v1/buying-groups/", pages_groups.first()
    smallest = SolutionInterest.objects.order_by("-pk")[0]
    stage, auditor = Stage.objects.order_by("position")[3], Role.objects.get(name="Auditor")
    asked = {
        "smallest interest": {"solution_interest": smallest.pk}, "stage": {"stage": stage.pk}, "no stage": {"has_stage": "false"},
        "status": {"status": "Tender"}, "account": {"account": group.account_id},
        "person": {"person": group.members.order_by("person_id")[0].person_id},
        "role filled": {"role_filled": auditor.pk}, "role not filled": {"role_not_filled": auditor.pk},
        "complete": {"completeness_at_least": 90}, "not computed": {"has_completeness": "false"},
        "engaged": {"engagement_at_least": 99.9}, "industry": {"industry": "Banking"}, "country": {"country": "Brazil"},
        "smallest interest, country": {"solution_interest": smallest.pk, "country": "Brazil"},
    }  # fmt: skip
    for sort in ("id", "-id", "updated_at", "-updated_at"):
        yield page(f"groups API by {sort}", path, ordering=sort)
    for name, query in asked.items():
        yield page(f"groups API: {name}", path, **query)
    for term in SEARCHES:
        yield page(f"groups API “{term}”", path, search=term)
    half = BuyingGroup(pk=group.pk + pages_groups.BuyingGroup.objects.order_by("-pk")[0].pk // 2)
    yield page("groups API, half-way", path, cursor=cursors.of_row(half, [("id", False)]), page_size=500)
    yield page("groups API, overview", f"{path}overview/")
    for noun in (
        "roles",
        "role-templates",
        "solution-interests",
        "creation-jobs",
        "job-runs",
        "weighting-models",
        "stage-model",
    ):
        yield page(f"groups API {noun}", f"/api/v1/{noun}/")
    yield page("groups API, one of job-runs", f"/api/v1/job-runs/{JobRun.objects.order_by('-pk')[0].pk}/")


def _api_of_group() -> Iterator[Page]:
    path = f"/api/v1/buying-groups/{pages_groups.first().pk}/"
    yield page("groups API, one", path)
    for part in ("members", "scores", "ignored-changes", "timeline"):
        yield page(f"groups API, one, {part}", f"{path}{part}/")
