from __future__ import annotations

from django_filters import CharFilter, FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import clock
from accounts.api.attribute_values import AccountSerializer
from accounts.api.base import Listed, Retrieved
from accounts.api.body import object_of
from accounts.api.filters import FoldedFilter, PartFilter
from accounts.api.pages import Searched
from accounts.events import Source
from accounts.models import Account, Event
from accounts.services import accounts


class AccountFilter(FilterSet):
    external_id = CharFilter()
    domain = FoldedFilter()
    industry = PartFilter("industry", Account, "the industry")
    country = PartFilter("country", Account, "the country")


class AccountViewSet(Listed, Retrieved):
    """Companies. Values are checked by their attributes; an import writes many at once."""

    area = "accounts"
    permissions = {
        "list": "accounts.view_account",
        "retrieve": "accounts.view_account",
        "create": "accounts.add_account",
        "partial_update": "accounts.change_account",
        "destroy": "accounts.delete_account",
    }
    queryset = Account.objects.all()
    serializer_class = AccountSerializer
    pagination_class = Searched
    filterset_class = AccountFilter
    is_large = True
    search_fields = ("name", "domain")
    ordering_fields = {"id": "id", "name": "name", "industry": "industry", "country": "country"}
    ordering = "id"

    @extend_schema(responses={201: AccountSerializer})
    def create(self, request: Request) -> Response:
        """A new account; readers of changes look at it."""
        return self.created(accounts.create(object_of(request), by=request.user, now=clock.now()))

    def partial_update(self, request: Request, pk: int) -> Response:
        """Change the values that are given; each that really changes is recorded."""
        changed = accounts.edit(
            pk, object_of(request), by=request.user, now=clock.now(), source=by_client(request)
        )
        return self.shown(changed)

    def destroy(self, request: Request, pk: int) -> Response:
        """Delete an account with its relations, memberships and events; its people stay."""
        if not accounts.delete([pk], by=request.user):
            raise NotFound
        return Response(status=204)


def by_client(request: Request) -> Source:
    """The source of what a client changes."""
    return Source(Event.Source.API, request.user.pk)
