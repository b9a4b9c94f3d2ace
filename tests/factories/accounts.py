from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import factory
from django.contrib.auth import get_user_model

from accounts.models import (
    Account,
    AccountList,
    AccountPerson,
    Audience,
    CustomAttribute,
    ListMember,
    Person,
    Score,
)

LONG_AGO = datetime(2027, 1, 1, tzinfo=UTC)


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = get_user_model()

    username = factory.Sequence(lambda n: f"user{n}")
    is_staff = True
    is_superuser = True


class AccountFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Account

    name = factory.Sequence(lambda n: f"Company {n}")
    domain = factory.Sequence(lambda n: f"company{n}.example")


class PersonFactory(factory.django.DjangoModelFactory):
    """`accounts` may be accounts, or how many new ones to make; `role` is the role at each."""

    class Meta:
        model = Person
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@company.example")

    @factory.post_generation
    def accounts(
        self, create: bool, extracted: Iterable[Account] | int | None, role: str = "", **_: object
    ) -> None:
        wanted = AccountFactory.create_batch(extracted) if isinstance(extracted, int) else extracted or []
        AccountPerson.objects.bulk_create(AccountPerson(account=a, person=self, role=role) for a in wanted)


class ScoreFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Score

    name = "fit"
    label = factory.LazyAttribute(lambda score: score.name.capitalize())


class CustomAttributeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CustomAttribute

    subject = CustomAttribute.Subject.ACCOUNT
    name = "tier"
    label = factory.LazyAttribute(lambda attribute: attribute.name.capitalize())
    type = CustomAttribute.Type.TEXT
    managed = True
    updatable = True


class AccountListFactory(factory.django.DjangoModelFactory):
    """A live static list; `members` are accounts."""

    class Meta:
        model = AccountList
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"List {n}")
    status = AccountList.Status.LIVE
    created_at = LONG_AGO
    updated_at = LONG_AGO

    @factory.post_generation
    def members(self, create: bool, extracted: Iterable[Account] | None, **_: object) -> None:
        ListMember.objects.bulk_create(
            ListMember(account_list=self, account=account, added_at=LONG_AGO) for account in extracted or []
        )


class AudienceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Audience

    name = factory.Sequence(lambda n: f"Audience {n}")
    condition = factory.LazyFunction(lambda: {"match": "all", "filters": []})
    created_at = LONG_AGO
    updated_at = LONG_AGO
