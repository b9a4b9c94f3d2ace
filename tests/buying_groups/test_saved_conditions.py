from __future__ import annotations

import pytest

from accounts.errors import Conflict
from accounts.services import lists
from buying_groups.models import RoleTemplate
from tests.factories import AccountListFactory, RoleTemplateFactory

pytestmark = pytest.mark.django_db


def test_what_a_template_names_is_kept_while_it_is_there():
    named = AccountListFactory(name="Enterprise")
    value = [{"id": named.pk, "name": "Enterprise"}]
    on_it = {
        "match": "all",
        "filters": [{"field": "account.member_of_list", "operator": "is", "value": value}],
    }
    RoleTemplateFactory(name="CRM", status="draft", roles={"Champion": {"condition": on_it}, "Other": {}})

    with pytest.raises(Conflict) as error:
        lists.delete(named, by=None)

    assert error.value.message == "“Enterprise” is used by role template CRM."
    RoleTemplate.objects.all().delete()
    lists.delete(named, by=None)
