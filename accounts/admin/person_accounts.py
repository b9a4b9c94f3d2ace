"""The accounts of a person: where they belong, as what, and how they come and go."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.admin import door, relation_form
from accounts.models import Person


def add(request: HttpRequest, person_id: int) -> HttpResponse:
    """The person comes to an account."""
    person = door.one(request, Person.objects.all(), person_id)
    door.require(request, "accounts.change_person")
    form = relation_form.AccountForm(request.POST or None)
    added = door.submit(
        request, form, lambda given: relation_form.add(request, given["account"].pk, person.pk, given)
    )
    if added is not None:
        said = _("%(person)s belongs to “%(account)s” now.") % {
            "person": person,
            "account": form.cleaned_data["account"],
        }
        return door.done(request, said, door.to(person, "change", person.pk))
    return door.page(
        request,
        "relation.html",
        Person,
        title=_("Add to an account"),
        status=400 if form.errors else 200,
        form=form,
        heading=_("Add %s to an account") % person,
        back=door.to(person, "change", person.pk),
        submit=_("Add"),
        object=person,
        icon="domain_add",
    )


@require_POST
def edit(request: HttpRequest, person_id: int, account_id: int) -> HttpResponse:
    relation_form.edit(request, account_id, person_id)
    return HttpResponseRedirect(door.to(Person, "change", person_id))


@require_POST
def remove(request: HttpRequest, person_id: int, account_id: int) -> HttpResponse:
    relation_form.remove(request, account_id, person_id)
    return HttpResponseRedirect(door.to(Person, "change", person_id))
