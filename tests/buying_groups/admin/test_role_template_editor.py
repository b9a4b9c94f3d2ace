"""The cards of a role template: read and written all at once, in the order in which they stand."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from buying_groups.models import Role, RoleTemplate
from buying_groups.services import role_templates
from tests.accounts.conditions.conftest import asked, condition
from tests.conftest import NO_ID
from tests.factories import AccountListFactory, RoleTemplateFactory, SolutionInterestFactory
from tests.factories.buying_groups import job_title, role

pytestmark = pytest.mark.django_db
CHIEFS = job_title("Chief Executive Officer")
NOBODY = {"match": "all", "filters": []}


@pytest.fixture
def draft(now) -> RoleTemplate:
    cards = [
        {"role": role("Champion").pk, "condition": CHIEFS, "weight": 100, "members_needed": 2},
        {"role": role("Other").pk, "assigns_automatically": False, "is_required": False},
    ]
    return role_templates.create(name="CRM", roles=cards, by=None, now=now)


def sent(page: Any, do: str = "", **changed: Any) -> dict[str, Any]:
    """What the browser sends of the page; `changed`: {"0-weight": 20} for card 0, None for a box not ticked."""
    given: dict[str, Any] = {"card": [], "do": do, "seen": page.context["form"]["seen"].value()}
    for card in page.context["cards"]:
        form = card["form"]
        given["card"].append(form.key)
        for bound in form:
            value = bound.value()
            value = json.dumps(value) if isinstance(value, dict) else value
            if value not in (None, False):
                given[bound.html_name] = "on" if value is True else value
    for key, value in changed.items():
        name = f"card-{key}"
        given = {**given, name: value} if value is not None else {k: v for k, v in given.items() if k != name}
    return given


def saved(template: RoleTemplate) -> list[tuple[str, int, bool, bool, int]]:
    rows = template.roles.select_related("role").order_by("priority")
    return [
        (row.role.name, row.weight, row.assigns_automatically, row.is_required, row.members_needed)
        for row in rows
    ]


@pytest.fixture
def edit(client, to, draft):
    """Change the page and send it."""

    def act(do: str = "", **changed: Any) -> Any:
        url = to(RoleTemplate, "change", draft.pk)
        return client.post(url, sent(client.get(url), do, **changed))

    return act


AS_IT_WAS = [("Champion", 100, True, True, 2), ("Other", 60, False, False, 1)]


class TestReading:
    def test_sending_what_was_shown_changes_nothing(self, edit, draft):
        assert edit().status_code == 302

        assert saved(draft) == AS_IT_WAS
        assert draft.roles.get(priority=1).condition == CHIEFS

    def test_shows_the_share_of_each_weight(self, client, to, draft):
        shown = client.get(to(RoleTemplate, "change", draft.pk)).context["shares"]

        assert [(one["name"], one["percent"]) for one in shown] == [("Champion", 62), ("Other", 38)]

    def test_says_what_is_missing_and_in_which_card(self, client, to, draft, now):
        gone = condition(asked("account.member_of_list", "is", "Gone"))
        cards = [{"role": role("Champion").pk}, {"role": role("Other").pk, "condition": gone}]
        role_templates.set_roles(draft, cards, by=None, now=now)

        page = client.get(to(RoleTemplate, "change", draft.pk))

        assert [(one["card"], one["name"]) for one in page.context["problems"]] == [
            (0, "Champion"),
            (1, "Other"),
        ]
        [finding] = page.context["cards"][1]["form"].fields["condition"].widget.findings
        assert finding.at == ("filters", 0, "value")

    def test_many_cards_cost_no_more_queries_than_one(self, client, to, count_queries, now):
        named = condition(asked("account.member_of_list", "is", AccountListFactory().name))

        def of(n: int) -> int:
            cards = [{"role": pk, "condition": named} for pk in Role.objects.values_list("pk", flat=True)[:n]]
            template = role_templates.create(name=f"T{n}", roles=cards, by=None, now=now)
            return count_queries(lambda: client.get(to(RoleTemplate, "change", template.pk)))

        of(2)
        assert of(6) == of(1)


class TestSaving:
    def test_keeps_what_was_changed(self, edit, draft):
        edit(**{
            "0-weight": 20, "0-is_required": None, "0-members_needed": 3, "1-assigns_automatically": "on",
            "1-condition": json.dumps(job_title("CFO")), "1-role": role("Influencer").pk,
        })  # fmt: skip

        assert saved(draft) == [("Champion", 20, True, False, 3), ("Influencer", 60, True, False, 1)]
        assert draft.roles.get(priority=2).condition == job_title("CFO")

    def test_the_order_is_that_of_the_page(self, client, to, draft):
        url = to(RoleTemplate, "change", draft.pk)

        client.post(url, {**sent(client.get(url)), "card": ["1", "0"]})

        assert saved(draft) == [AS_IT_WAS[1], AS_IT_WAS[0]]

    @pytest.mark.parametrize(
        ("do", "order"),
        [
            ("down-0", ["Other", "Champion"]), ("up-1", ["Other", "Champion"]), ("up-0", ["Champion", "Other"]),
            ("down-1", ["Champion", "Other"]), ("remove-0", ["Other"]), ("remove-9", ["Champion", "Other"]),
            ("add", ["Champion", "Other", "Decision Maker"]), ("nonsense", ["Champion", "Other"]),
        ],
    )  # fmt: skip
    def test_moves_removes_and_adds_without_javascript_too(self, edit, draft, do, order):
        assert edit(do).status_code == 302

        assert [name for name, *_ in saved(draft)] == order

    @pytest.mark.parametrize(
        ("changed", "card", "field"),
        [
            ({"0-weight": 61}, 0, "weight"),
            ({"0-members_needed": 0}, 0, "members_needed"),
            ({"0-members_needed": "x"}, 0, "members_needed"),
            ({"1-role": NO_ID}, 1, "role"),
            ({"0-condition": "{"}, 0, "condition"),
            ({"0-condition": json.dumps(condition(asked("person.x", "is", 1)))}, 0, "condition"),
        ],
    )
    def test_says_what_is_wrong_in_the_card_and_keeps_what_was_typed(self, edit, draft, changed, card, field):
        answer = edit(**changed)

        assert answer.status_code == 400
        forms = [one["form"] for one in answer.context["cards"]]
        assert [list(form.errors) for form in forms] == [[field] if n == card else [] for n in (0, 1)]
        [(_key, value)] = changed.items()
        assert str(forms[card][field].value()) == str(value)
        assert saved(draft) == AS_IT_WAS

    def test_a_role_twice_is_said_at_the_second_card(self, edit, draft):
        answer = edit(**{"1-role": role("Champion").pk})

        assert answer.context["cards"][1]["form"].errors["role"] == ["This role is in the template already."]

    def test_each_finding_is_said_at_its_filter(self, edit):
        wrong = condition(*CHIEFS["filters"], asked("person.job_title", "is", []))

        answer = edit(**{"0-condition": json.dumps(wrong)})

        [finding] = answer.context["cards"][0]["form"].fields["condition"].widget.findings
        assert finding.at == ("filters", 1, "value")

    def test_is_refused_when_somebody_else_has_saved_meanwhile(self, client, to, draft, now):
        url = to(RoleTemplate, "change", draft.pk)
        page = client.get(url)
        role_templates.edit(draft, description="theirs", by=None, now=now + timedelta(hours=1))

        answer = client.post(url, sent(page, **{"0-weight": 20}))

        assert "Somebody has changed “CRM” in between." in answer.content.decode()
        assert saved(draft) == AS_IT_WAS
        assert client.post(url, {**sent(answer), "seen": "nonsense"}).status_code == 302

    def test_an_empty_condition_may_wait(self, edit, draft):
        assert edit(**{"0-condition": json.dumps(NOBODY)}).status_code == 302
        assert draft.roles.get(priority=1).condition == NOBODY


class TestLive:
    def test_is_to_read_with_what_uses_it(self, client, to):
        live = RoleTemplateFactory(roles={"Champion": {"condition": CHIEFS}, "Other": {"is_required": False}})
        interest = SolutionInterestFactory(name="CRM", template=live)

        page = client.get(to(RoleTemplate, "change", live.pk))

        text = page.content.decode()
        assert "Job title is Chief Executive Officer" in text
        assert "whom staff and journeys choose" in text
        assert "not required" in text
        assert list(page.context["interests"]) == [interest]
        assert "data-role-cards" not in text

    def test_sending_changes_nothing(self, client, to, draft):
        live = RoleTemplateFactory()

        client.post(to(RoleTemplate, "change", live.pk), {"card": []})

        assert live.roles.count() == 1


class TestARoleWithoutAFilter:
    @pytest.fixture
    def nobody(self, draft, now):
        cards = [{"role": role("Champion").pk, "condition": NOBODY}, {"role": role("Other").pk}]
        role_templates.set_roles(draft, cards, by=None, now=now)
        return draft

    def test_says_that_nobody_gets_it(self, client, to, nobody):
        page = client.get(to(RoleTemplate, "change", nobody.pk)).content.decode()

        # Two cards, and the one that is copied for another.
        assert page.count('data-nothing="Add a filter: without one nobody gets this role."') == 3

    def test_is_read_as_given_to_nobody(self, client_with, to, nobody):
        page = client_with("view_roletemplate").get(to(RoleTemplate, "change", nobody.pk)).content.decode()

        assert page.count("nobody yet: a filter is missing") == 2
        assert "everyone" not in page


class TestWhoMay:
    def test_a_draft_is_to_read_for_who_may_only_view(self, client_with, to, draft):
        client = client_with("view_roletemplate")
        url = to(RoleTemplate, "change", draft.pk)

        assert "data-role-cards" not in client.get(url).content.decode()
        assert client.post(url, {"card": []}).status_code == 403
        assert client_with().get(url).status_code == 403

    def test_the_preview_counts_people_for_who_may_view_templates(self, client_with, to, client):
        given = {"condition": json.dumps(CHIEFS)}
        url = to(RoleTemplate, "preview")

        assert client.post(url, given).json() == {
            "findings": [], "words": "Job title is Chief Executive Officer", "people": 0,
        }  # fmt: skip
        assert client_with("view_roletemplate").post(url, given).status_code == 200
        assert client_with("view_role").post(url, given).status_code == 403
