from __future__ import annotations

import pytest

from accounts.imports.mapping import find_problems, guess, merged, targets
from accounts.models import CustomAttribute
from tests.factories import CustomAttributeFactory, ScoreFactory

pytestmark = pytest.mark.django_db


class TestGuess:
    def test_knows_our_own_names(self) -> None:
        known = targets("accounts")
        header = list(known)

        assert guess("accounts", header, known) == {name: name for name in header}

    @pytest.mark.parametrize(
        ("column", "target"),
        [
            ("External ID", "account.external_id"),
            ("Company Name", "account.name"),
            ("Website", "account.domain"),
            ("Number of employees", "account.employees"),
            ("Revenue", "account.annual_revenue"),
            ("timezone", "account.time_zone"),
            ("SIC-Code", "account.sic_code"),
            ("Account Owner", "account.owner_email"),
        ],
    )
    def test_knows_what_others_call_an_account_column(self, column: str, target: str) -> None:
        assert guess("accounts", [column], targets("accounts")) == {column: target}

    @pytest.mark.parametrize(
        ("column", "target"),
        [
            ("E-Mail", "person.email"),
            ("Given name", "person.first_name"),
            ("Title", "person.job_title"),
            ("ZIP", "person.postal_code"),
            ("Company ID", "account.external_id"),
            ("Company", "account.name"),
            ("Role", "role"),
            ("Primary", "primary"),
            ("score.fit", "person.score.fit"),
            ("custom.shoe_size", "person.custom.shoe_size"),
            ("Shoe size", "person.custom.shoe_size"),
        ],
    )
    def test_knows_what_others_call_a_person_column(self, column: str, target: str) -> None:
        ScoreFactory(name="fit")
        CustomAttributeFactory(
            subject=CustomAttribute.Subject.PERSON, name="shoe_size", label="Shoe size", type="number"
        )

        assert guess("people", [column], targets("people")) == {column: target}

    @pytest.mark.parametrize(
        "column", ["Fit", "fit", "Fit score", "FIT-SCORE", "Score fit", "How well", "How well score"]
    )
    def test_knows_named_scores_by_name_and_by_label(self, column: str) -> None:
        ScoreFactory(name="fit", label="How well")

        assert guess("people", [column], targets("people")) == {column: "person.score.fit"}

    def test_a_score_called_as_an_attribute_is_guessed_only_with_the_word(self) -> None:
        ScoreFactory(name="title", label="Title")
        header = ["Title", "Title score"]

        mapping = guess("people", header, targets("people"))

        assert mapping == {"Title": "person.job_title", "Title score": "person.score.title"}

    def test_leaves_out_what_it_does_not_know_and_what_is_taken(self) -> None:
        mapping = guess("accounts", ["name", "Company", "Favourite colour"], targets("accounts"))

        assert mapping == {"name": "account.name", "Company": "", "Favourite colour": ""}

    def test_does_not_offer_what_the_system_computes(self) -> None:
        assert guess("people", ["engagement_score"], targets("people")) == {"engagement_score": ""}


class TestMerged:
    def test_a_given_target_leaves_the_column_that_guessed_it(self) -> None:
        mapping = merged({"Company": "account.name", "Alias": ""}, {"Alias": "account.name"})

        assert mapping == {"Company": "", "Alias": "account.name"}


class TestFindProblems:
    def problems(self, mapping: dict[str, str]) -> list[tuple[str, tuple[str | int, ...]]]:
        found = find_problems("accounts", ["name", "city", "size"], mapping, targets("accounts"))
        return [(finding.code, finding.at) for finding in found]

    def test_finds_none_in_a_mapping_that_fits(self) -> None:
        assert self.problems({"name": "account.name", "city": ""}) == []

    def test_a_column_that_the_file_does_not_have(self) -> None:
        assert self.problems({"name": "account.name", "town": "account.city"}) == [
            ("unknown_column", ("town",))
        ]

    def test_a_field_that_does_not_exist(self) -> None:
        assert self.problems({"name": "account.name", "city": "account.shape"}) == [
            ("unknown_field", ("city",))
        ]

    def test_a_field_twice(self) -> None:
        assert self.problems({"name": "account.name", "city": "account.name"}) == [("field_twice", ("city",))]

    def test_nothing_to_find_an_account_again_by(self) -> None:
        assert self.problems({"city": "account.city"}) == [("no_identity", ())]
