"""Users and groups in the look of the rest. Who is no superuser gives nobody more than they have themselves.

What somebody lacks they neither give nor take, and who may do more than they is changed by others: a new
password would be a way in. `ANYBODY` lifts this for other users, not for oneself and not for what groups hold.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, Permission, User
from django.db.models import Q, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

# What would let somebody give themselves more than they have.
RISES = ("is_superuser", "user_permissions")

# Made by config.groups, which gives it to administrators.
ANYBODY = "auth.manage_any_user"

for model in (User, Group):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


@admin.register(User)
class UserAdmin(DjangoUserAdmin, ModelAdmin):
    """Who may log in, and to which groups they belong."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_filter_submit = True
    list_fullwidth = True
    warn_unsaved_form = True

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        own = list(super().get_readonly_fields(request, obj))
        return own if _is_superuser(request) else [*own, *RISES]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        if _may_manage_anybody(request) and (obj is None or obj.pk != request.user.pk):
            return form
        return _within(form, "groups", _groups_within(request))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or _may_touch(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or _may_touch(request, obj))


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, ModelAdmin):
    """What the members of a group may do."""

    list_fullwidth = True
    warn_unsaved_form = True

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        return form if _is_superuser(request) else _within(form, "permissions", _permissions_of(request))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may = super().has_delete_permission(request, obj)
        return may and (obj is None or _groups_within(request).filter(pk=obj.pk).exists())


def _within(form: type[ModelForm], name: str, offered: QuerySet[Any]) -> type[ModelForm]:
    """The form with only these choices of a field; what is chosen beyond them is not shown and stays."""
    if name not in form.base_fields:
        return form

    # mypy knows no base that is there at run time only: the admin makes its form for each request.
    class Within(form):  # type: ignore[valid-type, misc]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            field, chosen = self.fields[name], self.initial.get(name, [])
            known = set(offered.values_list("pk", flat=True))
            self.kept = [one for one in chosen if one.pk not in known]
            self.initial[name] = [one for one in chosen if one.pk in known]
            field.queryset = offered
            if self.kept:
                field.help_text = f"{_stays(name, len(self.kept))} {field.help_text}"

        def _save_m2m(self) -> None:
            self.cleaned_data[name] = [*self.cleaned_data[name], *self.kept]
            super()._save_m2m()

    return Within


def _stays(name: str, n: int) -> str:
    if name == "groups":
        said = ngettext(
            "%(n)s group that may do more than you stays as well.",
            "%(n)s groups that may do more than you stay as well.",
            n,
        )
    else:
        said = ngettext(
            "%(n)s permission that you do not have yourself stays as well.",
            "%(n)s permissions that you do not have yourself stay as well.",
            n,
        )
    return said % {"n": n}


def _permissions_of(request: HttpRequest) -> QuerySet[Permission]:
    """What the user may do, from wherever; everything for a superuser."""
    held: set[str] = getattr(request.user, "get_all_permissions", set)()
    labels = Permission.objects.order_by().values_list("pk", "content_type__app_label", "codename")
    found = [pk for pk, app, codename in labels if f"{app}.{codename}" in held]
    return Permission.objects.filter(pk__in=found).select_related("content_type")


def _groups_within(request: HttpRequest) -> QuerySet[Group]:
    """Groups whose members may do nothing that the user may not."""
    lacking = Permission.objects.exclude(pk__in=_permissions_of(request).order_by().values("pk"))
    return Group.objects.exclude(permissions__in=lacking.order_by().values("pk"))


def _is_superuser(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "is_superuser", False))


def _may_manage_anybody(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "has_perm", lambda _label: False)(ANYBODY))


def _may_touch(request: HttpRequest, user: User) -> bool:
    """A superuser's login and password are for superusers only, and nobody's are for who may do less."""
    if _is_superuser(request) or user.is_superuser:
        return _is_superuser(request)
    if user.pk == request.user.pk or _may_manage_anybody(request):
        return True
    # Asked of the tables: who is not active has no permission until somebody sets them to active again.
    theirs = Permission.objects.filter(Q(user=user) | Q(group__user=user))
    mine = _permissions_of(request).order_by().values("pk")
    return not theirs.order_by().exclude(pk__in=mine).exists()
