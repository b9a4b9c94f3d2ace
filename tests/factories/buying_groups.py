from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import factory

from accounts.models import Person
from buying_groups.models import (
    BuyingGroup,
    GroupMember,
    MemberSource,
    Persona,
    Role,
    RoleTemplate,
    SolutionInterest,
    TemplateRole,
)
from tests.factories.accounts import AccountFactory, PersonFactory

LONG_AGO = datetime(2027, 1, 1, tzinfo=UTC)


def role(name: str) -> Role:
    """One of the built-in roles."""
    return Role.objects.get(name=name, is_built_in=True)


def job_title(*titles: str) -> dict[str, Any]:
    """A condition on people: their job title is one of these."""
    return {
        "match": "all",
        "filters": [{"field": "person.job_title", "operator": "is", "value": list(titles)}],
    }


def note_lacking(group: BuyingGroup) -> None:
    """What the writer of members keeps of a group: the roles in which it lacks some, counted one by one."""
    counted = Counter(
        GroupMember.objects.filter(group=group, is_removed=False).values_list("role", flat=True)
    )
    needed = TemplateRole.objects.filter(
        template__solution_interests=group.solution_interest_id
    ).select_related("role")
    group.lacking = sum(one.role.bit for one in needed if counted[one.role_id] < one.members_needed)
    BuyingGroup.objects.filter(pk=group.pk).update(lacking=group.lacking)


class RoleTemplateFactory(factory.django.DjangoModelFactory):
    """A live template. `roles`: in the order of priority, {name of a built-in role: columns}.

    A role with a `condition` assigns automatically, one without does not.
    """

    class Meta:
        model = RoleTemplate
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Template {n}")
    status = RoleTemplate.Status.LIVE
    created_at = LONG_AGO
    updated_at = LONG_AGO
    published_at = LONG_AGO

    @factory.post_generation
    def roles(self, create: bool, extracted: Mapping[str, Mapping[str, Any]] | None, **_: object) -> None:
        given = {"Decision Maker": {}} if extracted is None else extracted
        for priority, (name, columns) in enumerate(given.items(), start=1):
            TemplateRole.objects.create(
                template=self, role=role(name), priority=priority,
                **{"assigns_automatically": "condition" in columns, **columns},
            )  # fmt: skip


class SolutionInterestFactory(factory.django.DjangoModelFactory):
    """`roles` as in RoleTemplateFactory."""

    class Meta:
        model = SolutionInterest

    class Params:
        roles = None

    name = factory.Sequence(lambda n: f"Interest {n}")
    template = factory.LazyAttribute(lambda interest: RoleTemplateFactory(roles=interest.roles))
    created_at = LONG_AGO
    updated_at = LONG_AGO


class BuyingGroupFactory(factory.django.DjangoModelFactory):
    """`members`: {person: name of a built-in role}, assigned by hand."""

    class Meta:
        model = BuyingGroup
        skip_postgeneration_save = True

    account = factory.SubFactory(AccountFactory)
    solution_interest = factory.SubFactory(SolutionInterestFactory)
    created_at = LONG_AGO
    updated_at = LONG_AGO

    @factory.post_generation
    def members(self, create: bool, extracted: Mapping[Person, str] | None, **columns: Any) -> None:
        for person, name in (extracted or {}).items():
            GroupMember.objects.create(
                group=self, person=person, role=role(name),
                **{"source": MemberSource.MANUAL, "changed_at": LONG_AGO, **columns},
            )  # fmt: skip
        note_lacking(self)


class GroupMemberFactory(factory.django.DjangoModelFactory):
    """A member by hand; `role` is the name of a built-in role."""

    class Meta:
        model = GroupMember

    group = factory.SubFactory(BuyingGroupFactory)
    person = factory.SubFactory(PersonFactory)
    role = factory.Transformer("Decision Maker", transform=role)
    source = MemberSource.MANUAL
    changed_at = LONG_AGO

    @classmethod
    def _create(cls, model_class: type[GroupMember], *args: Any, **kwargs: Any) -> GroupMember:
        made: GroupMember = super()._create(model_class, *args, **kwargs)
        note_lacking(made.group)
        return made


class PersonaFactory(factory.django.DjangoModelFactory):
    """`attributes`: {what is known of people, as "job_title" or "custom.tier": texts}."""

    class Meta:
        model = Persona

    class Params:
        attributes = {"job_title": ["VP"]}

    name = factory.Sequence(lambda n: f"Persona {n}")
    position = factory.Sequence(lambda n: n + 1)
    condition = factory.LazyAttribute(
        lambda persona: {
            "match": "all",
            "filters": [
                {"field": f"person.{name}", "operator": "is", "value": values}
                for name, values in persona.attributes.items()
            ],
        }
    )
    created_at = LONG_AGO
    updated_at = LONG_AGO
