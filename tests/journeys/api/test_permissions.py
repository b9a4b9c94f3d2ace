"""Who may do what: the permission of each route, literally, and what happens without it."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from rest_framework.test import APIClient

from accounts.api.base import ApiViewSet
from tests.factories import UserFactory
from tests.factories.api import client_of, user_with
from tests.journeys.api.routes import Route, routes

TABLE = """
GET accounts/                                         accounts.view_account
POST accounts/                                        accounts.add_account
GET accounts/<id:pk>/                                 accounts.view_account
PATCH accounts/<id:pk>/                               accounts.change_account
DELETE accounts/<id:pk>/                              accounts.delete_account
GET accounts/<id:account_id>/timeline/                accounts.view_account
GET people/                                           accounts.view_person
POST people/                                          accounts.add_person
GET people/<id:pk>/                                   accounts.view_person
PATCH people/<id:pk>/                                 accounts.change_person
DELETE people/<id:pk>/                                accounts.delete_person
GET people/<id:person_id>/timeline/                   accounts.view_person
GET people/<id:person_id>/relations/                  accounts.view_person
POST people/<id:person_id>/relations/                 accounts.change_person
PATCH people/<id:person_id>/relations/<id:account_id>/   accounts.change_person
DELETE people/<id:person_id>/relations/<id:account_id>/  accounts.change_person
GET people/<id:person_id>/scores/                     accounts.view_person
PUT people/<id:person_id>/scores/<slug:name>/         accounts.change_person
GET account-lists/                                    accounts.view_accountlist
POST account-lists/                                   accounts.add_accountlist
GET account-lists/<id:pk>/                            accounts.view_accountlist
PATCH account-lists/<id:pk>/                          accounts.change_accountlist
DELETE account-lists/<id:pk>/                         accounts.delete_accountlist
POST account-lists/<id:pk>/publish/                   accounts.publish_accountlist
GET account-lists/<id:list_id>/members/               accounts.view_accountlist
POST account-lists/<id:list_id>/members/              accounts.edit_members_accountlist
DELETE account-lists/<id:list_id>/members/            accounts.edit_members_accountlist
POST account-lists/<id:list_id>/members/by-filter/    accounts.edit_members_accountlist
GET audiences/                                        accounts.view_audience
POST audiences/                                       accounts.add_audience
GET audiences/<id:pk>/                                accounts.view_audience
PATCH audiences/<id:pk>/                              accounts.change_audience
DELETE audiences/<id:pk>/                             accounts.delete_audience
GET audiences/<id:pk>/count/                          accounts.view_audience
GET audiences/<id:pk>/explain/                        accounts.view_audience
GET account-lists/<id:pk>/explain/                    accounts.view_accountlist
POST conditions/count/                                accounts.view_account
POST conditions/explain/                              accounts.view_account
GET custom-attributes/                                accounts.view_customattribute
POST custom-attributes/                               accounts.add_customattribute
GET custom-attributes/<id:pk>/                        accounts.view_customattribute
PATCH custom-attributes/<id:pk>/                      accounts.change_customattribute
DELETE custom-attributes/<id:pk>/                     accounts.delete_customattribute
GET scores/                                           accounts.view_score
POST scores/                                          accounts.add_score
GET scores/<id:pk>/                                   accounts.view_score
PATCH scores/<id:pk>/                                 accounts.change_score
DELETE scores/<id:pk>/                                accounts.delete_score
GET imports/                                          accounts.view_import
POST imports/                                         accounts.add_import
GET imports/<id:pk>/                                  accounts.view_import
GET imports/<id:pk>/preview/                          accounts.view_import
POST imports/<id:pk>/start/                           accounts.add_import
POST imports/<id:pk>/cancel/                          accounts.change_import
GET imports/<id:import_id>/problems/                  accounts.view_import
GET tokens/                                           accounts.view_apitoken
POST tokens/                                          accounts.add_apitoken
DELETE tokens/<str:token_key>/                        accounts.delete_apitoken
GET condition-fields/                                 accounts.view_account
GET buying-groups/                                    buying_groups.view_buyinggroup
GET buying-groups/overview/                           buying_groups.view_buyinggroup
GET buying-groups/<id:pk>/                            buying_groups.view_buyinggroup
POST buying-groups/<id:pk>/stage/                     buying_groups.change_buyinggroup
POST buying-groups/<id:pk>/status/                    buying_groups.change_buyinggroup
GET buying-groups/<id:group_id>/members/              buying_groups.view_buyinggroup
POST buying-groups/<id:group_id>/members/             buying_groups.edit_members_buyinggroup
PATCH buying-groups/<id:group_id>/members/            buying_groups.edit_members_buyinggroup
DELETE buying-groups/<id:group_id>/members/           buying_groups.edit_members_buyinggroup
GET buying-groups/<id:group_id>/scores/               buying_groups.view_buyinggroup
GET buying-groups/<id:group_id>/ignored-changes/      buying_groups.view_buyinggroup
GET buying-groups/<id:group_id>/timeline/             buying_groups.view_buyinggroup
GET roles/                                            buying_groups.view_role
POST roles/                                           buying_groups.add_role
GET roles/<id:pk>/                                    buying_groups.view_role
PATCH roles/<id:pk>/                                  buying_groups.change_role
DELETE roles/<id:pk>/                                 buying_groups.delete_role
GET personas/                                         buying_groups.view_persona
POST personas/                                        buying_groups.add_persona
GET personas/<id:pk>/                                 buying_groups.view_persona
PATCH personas/<id:pk>/                               buying_groups.change_persona
DELETE personas/<id:pk>/                              buying_groups.delete_persona
GET role-templates/                                   buying_groups.view_roletemplate
POST role-templates/                                  buying_groups.add_roletemplate
GET role-templates/<id:pk>/                           buying_groups.view_roletemplate
PATCH role-templates/<id:pk>/                         buying_groups.change_roletemplate
DELETE role-templates/<id:pk>/                        buying_groups.delete_roletemplate
GET role-templates/<id:pk>/problems/                  buying_groups.view_roletemplate
POST role-templates/<id:pk>/publish/                  buying_groups.publish_roletemplate
GET solution-interests/                               buying_groups.view_solutioninterest
POST solution-interests/                              buying_groups.add_solutioninterest
GET solution-interests/<id:pk>/                       buying_groups.view_solutioninterest
PATCH solution-interests/<id:pk>/                     buying_groups.change_solutioninterest
DELETE solution-interests/<id:pk>/                    buying_groups.delete_solutioninterest
POST solution-interests/<id:pk>/maintain/             buying_groups.change_solutioninterest
GET creation-jobs/                                    buying_groups.view_creationjob
POST creation-jobs/                                   buying_groups.add_creationjob
POST creation-jobs/estimate/                          buying_groups.add_creationjob
GET creation-jobs/<id:pk>/                            buying_groups.view_creationjob
DELETE creation-jobs/<id:pk>/                         buying_groups.delete_creationjob
POST creation-jobs/<id:pk>/run/                       buying_groups.add_creationjob
GET job-runs/                                         buying_groups.view_jobrun
POST job-runs/<id:pk>/cancel/                         buying_groups.change_jobrun
GET job-runs/<id:pk>/                                 buying_groups.view_jobrun
GET stage-model/                                      buying_groups.view_stagemodel
PUT stage-model/                                      buying_groups.change_stagemodel
DELETE stage-model/                                   buying_groups.delete_stagemodel
GET stage-model/problems/                             buying_groups.view_stagemodel
POST stage-model/publish/                             buying_groups.publish_stagemodel
GET weighting-models/                                 buying_groups.view_weightingmodel
GET weighting-models/<id:pk>/                         buying_groups.view_weightingmodel
PATCH weighting-models/<id:pk>/                       buying_groups.change_weightingmodel
DELETE weighting-models/<id:pk>/                      buying_groups.delete_weightingmodel
POST weighting-models/<id:pk>/duplicate/              buying_groups.add_weightingmodel
POST weighting-models/<id:pk>/activate/               buying_groups.change_weightingmodel
GET action-types/                                     journeys.view_journey
GET journeys/                                         journeys.view_journey
POST journeys/                                        journeys.add_journey
POST journeys/import/                                 journeys.add_journey
GET journeys/<id:journey_id>/                         journeys.view_journey
PATCH journeys/<id:journey_id>/                       journeys.change_journey
DELETE journeys/<id:journey_id>/                      journeys.delete_journey
GET journeys/<id:journey_id>/map/                     journeys.view_journey
PUT journeys/<id:journey_id>/map/                     journeys.change_journey
POST journeys/<id:journey_id>/map/undo/               journeys.change_journey
POST journeys/<id:journey_id>/publish/                journeys.publish_journey
POST journeys/<id:journey_id>/close/                  journeys.publish_journey
POST journeys/<id:journey_id>/abort/                  journeys.abort_journey
POST journeys/<id:journey_id>/hold/                   journeys.hold_journey
POST journeys/<id:journey_id>/release/                journeys.hold_journey
POST journeys/<id:journey_id>/duplicate/              journeys.add_journey
GET journeys/<id:journey_id>/export/                  journeys.export_journey
GET journeys/<id:journey_id>/problems/                journeys.view_journey
GET journeys/<id:journey_id>/forecast/                journeys.view_journey
GET journeys/<id:journey_id>/exits/                   journeys.view_journey
GET journeys/<id:journey_id>/counters/                journeys.view_journey
GET journeys/<id:journey_id>/pointing/                journeys.view_journey
GET journeys/<id:journey_id>/why/                     journeys.view_visit
GET journeys/<id:journey_id>/entries/                 journeys.view_entry
GET journeys/<id:journey_id>/history/                 journeys.view_journey
GET accounts/<id:account_id>/journeys/                journeys.view_journey
GET entries/<id:pk>/                                  journeys.view_entry
GET entries/<id:pk>/visits/                           journeys.view_visit
GET entries/<id:pk>/why/                              journeys.view_visit
POST entries/<id:pk>/remove/                          journeys.repair_journey
POST entries/<id:pk>/retry/                           journeys.repair_journey
GET node-kinds/                                       journeys.view_journey
GET document-schema/                                  journeys.view_journey
GET engine/                                           journeys.view_journey
POST engine/hold/                                     journeys.hold_engine
POST engine/release/                                  journeys.hold_engine
"""
NEEDED = {
    route.strip(): permission
    for route, permission in (line.rsplit(" ", 1) for line in TABLE.strip().splitlines())
}
VIEWING = sorted({permission for permission in NEEDED.values() if ".view_" in permission})
ROUTES = routes()
every_route = pytest.mark.parametrize("route", ROUTES, ids=str)

pytestmark = pytest.mark.django_db


def ask(client: APIClient, route: Route) -> int:
    answer = client.generic(
        route.method, route.path, "{}" if route.method != "GET" else "", "application/json"
    )
    assert answer.status_code < 500, answer.content
    if answer.status_code >= 400:
        assert answer["Content-Type"] == "application/problem+json"
    return int(answer.status_code)


def test_the_table_names_every_route_and_no_other():
    assert sorted(map(str, ROUTES)) == sorted(NEEDED)


@every_route
def test_every_view_is_one_of_ours_and_asks_for_the_permission_of_the_table(route: Route):
    assert issubclass(route.view, ApiViewSet)
    assert route.view.permissions[route.action] == NEEDED[str(route)]


@every_route
def test_anonymous_is_asked_to_log_in(route: Route):
    client = APIClient()

    assert ask(client, route) == 401


def test_everything_of_a_user_without_permissions_is_forbidden():
    client = client_of(user_with())

    assert {str(route): ask(client, route) for route in ROUTES} == dict.fromkeys(map(str, ROUTES), 403)


def test_who_may_only_view_can_get_and_nothing_else():
    client = client_of(user_with(*VIEWING))

    for route in ROUTES:
        status = ask(client, route)
        assert (status == 403) == (".view_" not in NEEDED[str(route)]), route


def test_the_one_permission_lets_in():
    by_permission = {permission: client_of(user_with(permission)) for permission in set(NEEDED.values())}

    for route in ROUTES:
        assert ask(by_permission[NEEDED[str(route)]], route) != 403, route


def test_a_token_that_may_read_reads_and_does_not_write():
    client = client_of(scopes=["read"])

    for route in ROUTES:
        reads = route.method == "GET" or route.action in route.view.reading
        assert (ask(client, route) == 403) == (not reads), route


def test_a_token_for_one_area_is_refused_in_the_others():
    client = client_of(scopes=["journeys:write"])

    for route in ROUTES:
        assert (ask(client, route) == 403) == (route.view.area != "journeys"), route


def test_the_built_in_groups_can_do_their_work():
    manager, sales = UserFactory(is_superuser=False), UserFactory(is_superuser=False)
    manager.groups.add(Group.objects.get(name="Journey manager"))
    sales.groups.add(Group.objects.get(name="Sales"))

    by_name = {str(route): route for route in ROUTES}
    publish, read = by_name["POST journeys/<id:journey_id>/publish/"], by_name["GET journeys/"]
    assert (ask(client_of(manager), publish), ask(client_of(manager), read)) == (404, 200)
    assert (ask(client_of(sales), publish), ask(client_of(sales), read)) == (403, 200)
