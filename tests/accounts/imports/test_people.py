from __future__ import annotations

import pytest

from accounts.models import AccountChange, AccountPerson, Event, EventType, Person, PersonScore
from tests.accounts.imports.conftest import ImportCsv, figures, problems
from tests.conftest import NOW
from tests.factories import AccountFactory, CustomAttributeFactory, PersonFactory, ScoreFactory


def marked() -> set[int]:
    return set(AccountChange.objects.values_list("account_id", flat=True))


def payloads(type: EventType.BuiltIn) -> list[dict[str, object]]:
    return list(Event.objects.filter(type_id=type).order_by("id").values_list("payload", flat=True))


class TestCreating:
    def test_creates_people_with_every_attribute(self, import_csv: ImportCsv) -> None:
        CustomAttributeFactory(subject="person", name="vip", type="yes_no")
        job = import_csv(
            "people",
            "external_id;email;first_name;last_name;job_title;date_of_birth;unsubscribed;consent_email;consent_sms;vip\n"
            "P1;Anna@Acme.com;Anna;Müller;IT Manager;1980-02-29;no;yes;not given;Y\n",
        )

        person = Person.objects.get()
        assert figures(job) == (1, 0, 0, 0)
        assert (person.email, person.last_name) == ("Anna@Acme.com", "Müller")
        assert str(person.date_of_birth) == "1980-02-29"
        assert (person.unsubscribed, person.consent_email, person.consent_sms) == (False, "yes", "")
        assert (person.custom, person.created_at) == ({"vip": True}, NOW)

    def test_a_person_without_external_id_and_email_is_a_problem(self, import_csv: ImportCsv) -> None:
        assert problems(import_csv("people", "email,first_name\n,Anna\n")) == [(2, "email")]

    def test_the_account_of_a_new_person_is_marked(self, import_csv: ImportCsv) -> None:
        acme, _ = AccountFactory(external_id="A1"), AccountFactory()

        import_csv("people", "email,account.external_id\nanna@acme.com,A1\n")

        assert marked() == {acme.pk}
        assert Event.objects.count() == 0


class TestRepeating:
    def test_the_same_file_again_changes_nothing(self, import_csv: ImportCsv) -> None:
        AccountFactory(external_id="A1")
        ScoreFactory(name="fit")
        CustomAttributeFactory(subject="person", name="vip", type="yes_no")
        content = (
            "external_id,email,first_name,account.external_id,role,primary,score.fit,custom.vip\n"
            "P1,anna@acme.com,Anna,A1,employee,yes,5,yes\n,ben@acme.com,Ben,A1,contractor,,7,\n"
        )
        import_csv("people", content)
        AccountChange.objects.all().delete()
        before = [list(model.objects.values()) for model in (Person, AccountPerson, PersonScore)]

        job = import_csv("people", content)

        assert figures(job) == (0, 0, 2, 0)
        assert [list(model.objects.values()) for model in (Person, AccountPerson, PersonScore)] == before
        assert (Event.objects.count(), marked()) == (0, set())


class TestIdentity:
    def test_the_external_id_comes_first_and_a_new_email_is_recorded(self, import_csv: ImportCsv) -> None:
        acme = AccountFactory()
        anna = PersonFactory(external_id="P1", email="anna@acme.com", accounts=[acme])

        job = import_csv("people", "external_id,email\nP1,a.m@acme.com\n")

        assert figures(job) == (0, 1, 0, 0)
        event = Event.objects.get()
        assert (event.type_id, event.person_id) == (EventType.BuiltIn.PERSON_DATA_CHANGED, anna.pk)
        assert event.payload == {"attribute": "person.email", "old": "anna@acme.com", "new": "a.m@acme.com"}
        assert marked() == {acme.pk}

    def test_then_the_email_whatever_its_case(self, import_csv: ImportCsv) -> None:
        anna = PersonFactory(email="Anna@Acme.com", job_title="")

        import_csv("people", "email,job_title\nanna@acme.com,Manager\n")

        anna.refresh_from_db()
        assert anna.job_title == "Manager"

    def test_a_person_found_by_email_gets_the_external_id_it_lacks(self, import_csv: ImportCsv) -> None:
        PersonFactory(email="anna@acme.com")

        import_csv("people", "external_id,email\nP1,anna@acme.com\n")

        assert Person.objects.get().external_id == "P1"

    def test_an_email_of_another_external_id_is_a_problem(self, import_csv: ImportCsv) -> None:
        PersonFactory(external_id="P1", email="anna@acme.com")

        job = import_csv("people", "external_id,email\nP2,anna@acme.com\n")

        assert problems(job) == [(2, "email")]
        assert Person.objects.count() == 1

    def test_an_external_id_and_an_email_of_two_people_are_a_problem(self, import_csv: ImportCsv) -> None:
        PersonFactory(external_id="P1", email="anna@acme.com")
        PersonFactory(external_id="P2", email="ben@acme.com")

        assert problems(import_csv("people", "external_id,email\nP1,ben@acme.com\n")) == [(2, "email")]

    def test_an_email_of_two_external_ids_in_one_file_is_a_problem(self, import_csv: ImportCsv) -> None:
        job = import_csv("people", "external_id,email\nP1,anna@acme.com\nP2,anna@acme.com\n")

        assert figures(job) == (1, 0, 0, 1)
        assert problems(job) == [(3, "email")]

    def test_an_email_of_several_people_is_a_problem(self, import_csv: ImportCsv) -> None:
        PersonFactory.create_batch(2, email="anna@acme.com")

        assert problems(import_csv("people", "email\nanna@acme.com\n")) == [(2, "email")]

    def test_the_same_row_twice_is_created_once(self, import_csv: ImportCsv) -> None:
        assert figures(import_csv("people", "email\nanna@acme.com\nAnna@acme.com\n")) == (1, 1, 0, 0)
        assert Person.objects.count() == 1


class TestAccounts:
    @pytest.mark.parametrize(
        ("column", "value"),
        [("account.external_id", "A1"), ("account.domain", "ACME.com"), ("account.name", "Acme")],
    )
    def test_the_account_is_found_by_each_of_its_columns(
        self, import_csv: ImportCsv, column: str, value: str
    ) -> None:
        acme = AccountFactory(external_id="A1", domain="acme.com", name="Acme")
        AccountFactory()

        import_csv("people", f"email,{column},role,primary\nanna@acme.com,{value},employee,yes\n")

        relation = AccountPerson.objects.get()
        assert (relation.account_id, relation.role, relation.is_primary) == (acme.pk, "employee", True)

    @pytest.mark.parametrize("column", ["account.external_id", "account.domain", "account.name"])
    def test_an_account_that_is_not_there_is_a_problem_and_the_person_is_left_out(
        self, import_csv: ImportCsv, column: str
    ) -> None:
        job = import_csv("people", f"email,{column}\nanna@acme.com,acme.com\nben@acme.com,\n")

        assert problems(job) == [(2, column)]
        assert [person.email for person in Person.objects.all()] == ["ben@acme.com"]

    @pytest.mark.parametrize("column", ["domain", "name"])
    def test_a_domain_or_name_of_several_accounts_is_a_problem(
        self, import_csv: ImportCsv, column: str
    ) -> None:
        AccountFactory.create_batch(2, domain="acme.com", name="acme.com")

        job = import_csv("people", f"email,account.{column}\nanna@acme.com,acme.com\n")

        assert problems(job) == [(2, f"account.{column}")]

    def test_a_role_without_an_account_is_a_problem(self, import_csv: ImportCsv) -> None:
        assert problems(import_csv("people", "email,role\nanna@acme.com,employee\n")) == [(2, "role")]

    def test_a_person_of_two_accounts_takes_two_rows(self, import_csv: ImportCsv) -> None:
        AccountFactory(external_id="A1")
        AccountFactory(external_id="B1")
        content = (
            "email,account.external_id,role,primary\n"
            "anna@acme.com,A1,employee,yes\nanna@acme.com,B1,contractor,no\n"
        )

        first, second = import_csv("people", content), import_csv("people", content)

        assert (figures(first), figures(second)) == ((1, 1, 0, 0), (0, 0, 2, 0))
        assert set(AccountPerson.objects.values_list("account__external_id", "role", "is_primary")) == {
            ("A1", "employee", True),
            ("B1", "contractor", False),
        }

    def test_a_new_relation_marks_both_accounts(self, import_csv: ImportCsv) -> None:
        old, new = AccountFactory(), AccountFactory(external_id="B1")
        PersonFactory(email="anna@acme.com", accounts=[old])

        job = import_csv("people", "email,account.external_id\nanna@acme.com,B1\n")

        assert figures(job) == (0, 1, 0, 0)
        assert marked() == {old.pk, new.pk}

    def test_a_change_of_role_is_recorded_on_both(self, import_csv: ImportCsv) -> None:
        acme = AccountFactory(external_id="A1")
        anna = PersonFactory(email="anna@acme.com", accounts=[acme], accounts__role="employee")

        job = import_csv("people", "email,account.external_id,role\nanna@acme.com,A1,contractor\n")

        event = Event.objects.get()
        assert figures(job) == (0, 1, 0, 0)
        assert (event.account_id, event.person_id, event.source_id) == (acme.pk, anna.pk, job.pk)
        assert event.payload == {
            "attribute": "person.role_in_account",
            "old": "employee",
            "new": "contractor",
        }

    def test_a_new_primary_account_takes_the_mark_from_the_old_one(self, import_csv: ImportCsv) -> None:
        acme, beta = AccountFactory(external_id="A1"), AccountFactory(external_id="B1")
        anna = PersonFactory(email="anna@acme.com", accounts=[beta])
        AccountPerson.objects.create(account=acme, person=anna, is_primary=True)

        import_csv("people", "email,account.external_id,primary\nanna@acme.com,B1,yes\n")

        assert [relation.account for relation in AccountPerson.objects.filter(is_primary=True)] == [beta]
        assert {event.account_id for event in Event.objects.all()} == {acme.pk, beta.pk}

    def test_an_empty_role_leaves_the_role(self, import_csv: ImportCsv) -> None:
        acme = AccountFactory(external_id="A1")
        PersonFactory(email="anna@acme.com", accounts=[acme], accounts__role="employee")

        job = import_csv("people", "email,account.external_id,role\nanna@acme.com,A1,\n")

        assert figures(job) == (0, 0, 1, 0)
        assert AccountPerson.objects.get().role == "employee"


class TestScores:
    def test_a_changed_score_is_recorded_and_marks_the_account(self, import_csv: ImportCsv) -> None:
        fit, acme = ScoreFactory(name="fit"), AccountFactory()
        anna = PersonFactory(email="anna@acme.com", accounts=[acme])
        ben = PersonFactory(email="ben@acme.com")
        PersonScore.objects.create(person=anna, score=fit, value=5)
        PersonScore.objects.create(person=ben, score=fit, value=7)

        job = import_csv("people", "email,score.fit\nanna@acme.com,-9\nben@acme.com,7\n")

        assert figures(job) == (0, 1, 1, 0)
        assert payloads(EventType.BuiltIn.SCORE_CHANGED) == [{"score": "fit", "old": 5, "new": -9}]
        assert marked() == {acme.pk}

    def test_a_first_score_of_a_known_person_was_nothing(self, import_csv: ImportCsv) -> None:
        ScoreFactory(name="fit")
        PersonFactory(email="anna@acme.com")

        import_csv("people", "email,score.fit\nanna@acme.com,0\n")

        assert payloads(EventType.BuiltIn.SCORE_CHANGED) == [{"score": "fit", "old": None, "new": 0}]

    @pytest.mark.parametrize("value", ["1.5", "9223372036854775808", "+5%", "high"])
    def test_a_score_is_a_whole_number(self, import_csv: ImportCsv, value: str) -> None:
        ScoreFactory(name="fit")

        assert problems(import_csv("people", f"email,score.fit\nanna@acme.com,{value}\n")) == [
            (2, "score.fit")
        ]


class TestBadRows:
    @pytest.mark.parametrize(
        ("column", "value"),
        [
            ("email", "anna at acme"),
            ("date_of_birth", "1.2.1980"),
            ("date_of_birth", "2023-02-29"),
            ("unsubscribed", "perhaps"),
            ("consent_email", "maybe"),
            ("time_zone", "Berlin"),
            ("postal_code", "x" * 21),
        ],
    )
    def test_a_value_that_does_not_fit_is_a_problem_of_its_column(
        self, import_csv: ImportCsv, column: str, value: str
    ) -> None:
        header = f"external_id,{column}"

        job = import_csv("people", f"{header}\nP1,{value}\nP2,\n")

        assert figures(job) == (1, 0, 0, 1)
        assert problems(job) == [(2, column)]


class TestStatements:
    def test_ten_rows_and_a_thousand_take_the_same_number(self, import_csv: ImportCsv, count_queries) -> None:
        ScoreFactory(name="fit")
        AccountFactory(external_id="A1")

        def rows(count: int) -> str:
            lines = [f"p{number}@acme.com,A1,employee,yes,{count}" for number in range(count)]
            return "\n".join(["email,account.external_id,role,primary,score.fit", *lines])

        few = count_queries(lambda: import_csv("people", rows(10)))

        assert count_queries(lambda: import_csv("people", rows(1_000))) == few
        assert Person.objects.count() == 1_000
