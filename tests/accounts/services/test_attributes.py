from __future__ import annotations

import pytest

from accounts.errors import Conflict
from accounts.findings import Invalid
from accounts.models import CustomAttribute
from accounts.services import attributes
from tests.accounts.conditions.conftest import asked, condition
from tests.factories import AccountFactory, AudienceFactory, CustomAttributeFactory

pytestmark = pytest.mark.django_db


def places(error: pytest.ExceptionInfo[Invalid]) -> list[tuple[str | int, ...]]:
    return [finding.at for finding in error.value.findings]


class TestCreate:
    def test_makes_an_attribute(self) -> None:
        attribute = attributes.create(subject="account", name="tier", label=" Tier ", type="text", by=None)

        assert (attribute.label, attribute.managed, attribute.updatable) == ("Tier", True, False)

    def test_refuses_a_name_that_is_taken_for_the_same_subject_only(self) -> None:
        CustomAttributeFactory(subject="account", name="tier")
        attributes.create(subject="person", name="tier", label="Tier", type="text", by=None)

        with pytest.raises(Invalid) as error:
            attributes.create(subject="account", name="tier", label="Tier", type="text", by=None)

        assert [(finding.code, finding.at) for finding in error.value.findings] == [("taken", ("name",))]

    def test_names_every_fault(self) -> None:
        with pytest.raises(Invalid) as error:
            attributes.create(
                subject="order", name="Tier!", label="", type="list", managed=False, updatable=True, by=None
            )

        assert set(places(error)) == {("updatable",), ("subject",), ("name",), ("label",), ("type",)}


class TestEdit:
    def test_changes_the_label_and_keeps_the_rest(self) -> None:
        attribute = attributes.edit(CustomAttributeFactory(name="tier").pk, label="Rank", by=None)

        assert (attribute.name, attribute.label, attribute.updatable) == ("tier", "Rank", True)

    def test_an_updatable_attribute_stays_managed(self) -> None:
        with pytest.raises(Invalid):
            attributes.edit(CustomAttributeFactory().pk, managed=False, by=None)


class TestDelete:
    def test_deletes_an_attribute_that_nobody_has(self) -> None:
        attributes.delete(CustomAttributeFactory(name="tier").pk, by=None)

        assert not CustomAttribute.objects.exists()

    def test_refuses_while_an_account_has_a_value(self) -> None:
        AccountFactory(custom={"tier": "gold"})

        with pytest.raises(Conflict) as error:
            attributes.delete(CustomAttributeFactory(name="tier").pk, by=None)

        assert error.value.code == "in_use"

    def test_refuses_while_a_condition_asks_for_it(self) -> None:
        attribute = CustomAttributeFactory(name="tier", label="Tier")
        audience = AudienceFactory(
            name="Gold", condition=condition(asked("account.custom.tier", "is", "gold"))
        )

        for act in (
            lambda: attributes.delete(attribute.pk, by=None),
            lambda: attributes.edit(attribute.pk, managed=False, updatable=False, by=None),
        ):
            with pytest.raises(Conflict) as error:
                act()
            assert error.value.message == "“Tier” is used by audience Gold."

        audience.delete()
        attributes.edit(attribute.pk, managed=False, updatable=False, by=None)
        attributes.delete(attribute.pk, by=None)

    def test_names_five_users_at_most(self) -> None:
        attribute = CustomAttributeFactory(name="tier", label="Tier")
        for n in range(7):
            AudienceFactory(name=f"A{n}", condition=condition(asked("account.custom.tier", "is", "gold")))

        with pytest.raises(Conflict, match=r"A0, audience A1, .* audience A4 and 2 more[.]$") as error:
            attributes.delete(attribute.pk, by=None)

        assert "A5" not in error.value.message

    def test_a_field_of_the_same_name_about_people_is_another_one(self) -> None:
        attribute = CustomAttributeFactory(subject="person", name="tier")
        AudienceFactory(condition=condition(asked("account.custom.tier", "is", "gold")))

        attributes.delete(attribute.pk, by=None)
