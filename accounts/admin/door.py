"""How a request comes in: who asks and when, which row is meant, and what a service refused, said to staff."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import models
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import Conflict, Stale
from accounts.findings import Finding, Invalid

T = TypeVar("T")
Row = TypeVar("Row", bound=models.Model)
HIGHEST_ID = 2**63 - 1


def said(request: HttpRequest) -> dict[str, Any]:
    """What services want to know: who, and when."""
    return {"by": request.user, "now": timezone.now()}


def may(request: HttpRequest, permission: str) -> bool:
    """Whether whoever asks has it ("accounts.view_account")."""
    user = request.user
    return isinstance(user, User) and user.has_perm(permission)


def require(request: HttpRequest, permission: str) -> None:
    """:raises PermissionDenied: when whoever asks lacks it; a service asks again"""
    if not may(request, permission):
        said = _("You may not do this: the permission “%(name)s” is missing.") % {"name": permission}
        raise PermissionDenied(said)


def permission(model: type[models.Model], action: str) -> str:
    """ "accounts.view_account"."""
    return f"{model._meta.app_label}.{action}_{model._meta.model_name}"


def one(request: HttpRequest, rows: models.QuerySet[Row], id: Any) -> Row:
    """The row of a page, for whoever may view its sort.

    :raises PermissionDenied: :raises Http404:
    """
    require(request, permission(rows.model, "view"))
    found = rows.filter(pk=number(id)).first()
    if found is None:
        raise Http404(
            _("There is no such %(noun)s, or it has been deleted.") % {"noun": rows.model._meta.verbose_name}
        )
    return found


def number(text: Any) -> int:
    """An id out of an address or a form; 0, which nothing has, when it is none."""
    text = str(text or "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def to(model: type[models.Model] | models.Model, name: str, *args: Any) -> str:
    """The address of one of the pages of a model: `to(Account, "change", 3)`."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)


def page(
    request: HttpRequest,
    template: str,
    model: type[models.Model],
    *,
    title: str,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """A page in the frame of the admin; `template` below accounts/admin, or with the folder of another app."""
    frame = {**admin.site.each_context(request), "opts": model._meta, "title": title, **context}
    name = template if "/" in template else f"accounts/admin/{template}"
    return TemplateResponse(request, name, frame, status=status)


def submit(request: HttpRequest, form: Form, act: Callable[[dict[str, Any]], T]) -> T | None:
    """What the service made of a posted form; None when nothing was posted, or the form says what is wrong."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        return act(form.cleaned_data)
    except Invalid as wrong:
        put(form, wrong.findings)
    except Stale as refused:
        form.add_error(None, ValidationError(str(refused), code="stale"))
    except Conflict as refused:
        form.add_error(None, str(refused))
    except ObjectDoesNotExist:
        form.add_error(None, _("It has been deleted meanwhile."))
    return None


def put(form: Form, findings: Iterable[Finding]) -> None:
    """Show what a service found wrong at the fields of a form; the rest above them."""
    for finding in findings:
        names = [
            "__".join(str(part) for part in finding.at[:length]) for length in range(len(finding.at), 0, -1)
        ]
        field = next((name for name in names if name in form.fields), None)
        form.add_error(field, finding.message)


def attempt(request: HttpRequest, act: Callable[[], T], done: Callable[[T], str]) -> bool:
    """Do something that has no form; what came of it is said on the next page."""
    try:
        result = act()
    except Invalid as wrong:
        for finding in wrong.findings:
            messages.error(request, finding.message)
    except (Conflict, Stale) as refused:
        messages.error(request, str(refused))
    except ObjectDoesNotExist:
        messages.error(request, _("It has been deleted meanwhile."))
    else:
        messages.success(request, done(result))
        return True
    return False


def done(request: HttpRequest, message: str, url: str) -> HttpResponse:
    """What was done, said on the next page."""
    messages.success(request, message)
    return HttpResponseRedirect(url)
