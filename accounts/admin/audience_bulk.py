"""Several audiences at once, away. First a page that says which, and why others are left out."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.admin import bulk, door, drafts
from accounts.models import Audience
from accounts.services import audiences, deleting

IN_ORDER = Audience.objects.order_by("name", "pk")


def delete(request: HttpRequest) -> HttpResponse:
    """Those that nobody uses go; of the others it is said who does."""
    door.require(request, "accounts.view_audience")
    door.require(request, "accounts.delete_audience")
    found = bulk.meant(request, IN_ORDER)
    kept = deleting.kept(found)
    ids = [row.pk for row in found if row.pk not in kept]
    return bulk.delete_page(
        request,
        found,
        Audience,
        kept={pk: refused.message for pk, refused in kept.items()},
        act=lambda: audiences.delete_several(ids, by=request.user),
        done=lambda n: ngettext("%(n)s audience is deleted.", "%(n)s audiences are deleted.", n),
        title=_("Delete audiences"),
        heading=lambda n: ngettext("Delete %(n)s audience", "Delete %(n)s audiences", n),
        says=[
            ("delete_forever", _("The audiences and their conditions, for good.")),
            ("domain", _("The accounts stay; none of them leaves a journey by this.")),
            *drafts.naming("audience", [row for row in found if row.pk not in kept]),
        ],
        nothing=_("Each of the chosen audiences is in use, and cannot be deleted meanwhile."),
    )


BULKS = (bulk.Bulk("delete_selected", gettext_lazy("Delete"), ("accounts.delete_audience",), delete),)
