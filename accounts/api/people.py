from __future__ import annotations

from django_filters import CharFilter, FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import clock
from accounts.api.accounts import by_client
from accounts.api.attribute_values import PersonSerializer
from accounts.api.base import Listed, Retrieved
from accounts.api.body import object_of
from accounts.api.filters import FoldedFilter, IdFilter, YesNoFilter
from accounts.api.pages import Searched
from accounts.models import Person
from accounts.services import people


class PersonFilter(FilterSet):
    external_id = CharFilter()
    email = FoldedFilter()
    account = IdFilter(field_name="relations__account_id", label="The id of an account they belong to.")
    is_test = YesNoFilter()


class PersonViewSet(Listed, Retrieved):
    """People. Which accounts they belong to is in `relations`, their named scores in `scores`."""

    area = "accounts"
    permissions = {
        "list": "accounts.view_person",
        "retrieve": "accounts.view_person",
        "create": "accounts.add_person",
        "partial_update": "accounts.change_person",
        "destroy": "accounts.delete_person",
    }
    queryset = Person.objects.all()
    serializer_class = PersonSerializer
    pagination_class = Searched
    filterset_class = PersonFilter
    is_large = True
    search_fields = ("email", "first_name", "last_name")
    ordering_fields = {"id": "id", "last_name": "last_name"}
    ordering = "id"

    @extend_schema(responses={201: PersonSerializer})
    def create(self, request: Request) -> Response:
        """A new person, of no account yet."""
        return self.created(people.create(object_of(request), by=request.user, now=clock.now()))

    def partial_update(self, request: Request, pk: int) -> Response:
        """Change the values that are given; each that really changes is recorded."""
        changed = people.edit(
            pk, object_of(request), by=request.user, now=clock.now(), source=by_client(request)
        )
        return self.shown(changed)

    def destroy(self, request: Request, pk: int) -> Response:
        """Delete a person with relations, scores and events."""
        if not people.delete([pk], by=request.user, now=clock.now(), source=by_client(request)):
            raise NotFound
        return Response(status=204)
