from __future__ import annotations

from decimal import Decimal

import pytest

from accounts.models import Account, AccountChange, Event, EventType, Import
from tests.accounts.imports.conftest import ImportCsv, figures, problems
from tests.conftest import NOW
from tests.factories import AccountFactory, CustomAttributeFactory

ROWS = "external_id,name,domain,employees\nA1,Acme,acme.com,10\nB1,Beta,beta.com,20\n"


def marked() -> set[int]:
    return set(AccountChange.objects.values_list("account_id", flat=True))


def changes() -> list[tuple[str, object, object]]:
    payloads = Event.objects.order_by("id").values_list("payload", flat=True)
    return [(payload["attribute"], payload["old"], payload["new"]) for payload in payloads]


class TestCreating:
    def test_creates_accounts_with_every_attribute(self, import_csv: ImportCsv) -> None:
        CustomAttributeFactory(name="tier")
        job = import_csv(
            "accounts",
            "external_id,name,domain,industry,sic_code,annual_revenue,employees,city,state,country,time_zone,owner_email,tier\n"
            "A1,Acme,ACME.com,Banking,6021,1234.5,300,Köln,NRW,Germany,Europe/Berlin,o@example.com,gold\n",
        )

        account = Account.objects.get()
        assert figures(job) == (1, 0, 0, 0)
        assert (account.external_id, account.name, account.domain) == ("A1", "Acme", "acme.com")
        assert (account.annual_revenue, account.employees) == (Decimal("1234.50"), 300)
        assert (account.city, account.time_zone, account.custom) == (
            "Köln",
            "Europe/Berlin",
            {"tier": "gold"},
        )
        assert (account.created_at, account.updated_at) == (NOW, NOW)

    def test_a_new_account_is_marked_and_has_no_changed_values(self, import_csv: ImportCsv) -> None:
        import_csv("accounts", ROWS)

        assert marked() == set(Account.objects.values_list("pk", flat=True))
        assert changes() == []

    def test_a_new_account_needs_a_name(self, import_csv: ImportCsv) -> None:
        job = import_csv("accounts", "external_id,name\nA1,\nB1,Beta\n")

        assert figures(job) == (1, 0, 0, 1)
        assert problems(job) == [(2, "name")]

    def test_a_row_that_says_nothing_to_find_it_by_is_a_problem(self, import_csv: ImportCsv) -> None:
        job = import_csv("accounts", "external_id,name,industry\n,,Banking\n")

        assert problems(job) == [(2, "external_id")]


class TestRepeating:
    def test_the_same_file_again_changes_nothing(self, import_csv: ImportCsv) -> None:
        CustomAttributeFactory(name="tier")
        content = (
            "external_id,name,domain,employees,tier\nA1,Acme,acme.com,10,gold\n,Beta,beta.com,,\n,Gamma,,,\n"
        )
        import_csv("accounts", content)
        AccountChange.objects.all().delete()
        before = list(Account.objects.order_by("pk").values())

        job = import_csv("accounts", content)

        assert figures(job) == (0, 0, 3, 0)
        assert list(Account.objects.order_by("pk").values()) == before
        assert (changes(), marked()) == ([], set())

    def test_a_file_that_says_two_things_of_one_account_changes_nothing_when_repeated(
        self, import_csv: ImportCsv
    ) -> None:
        content = "external_id,name,industry\nA1,Acme,Banking\nA1,Acme Group,\n"
        first = import_csv("accounts", content)

        job = import_csv("accounts", content)

        assert (figures(first), figures(job)) == ((1, 1, 0, 0), (0, 0, 2, 0))
        assert Account.objects.values_list("name", "industry").get() == ("Acme Group", "Banking")
        assert changes() == []


class TestUpdating:
    def test_only_what_really_changes_is_written_recorded_and_marked(self, import_csv: ImportCsv) -> None:
        CustomAttributeFactory(name="tier")
        acme = AccountFactory(external_id="A1", name="Acme", employees=10, custom={"tier": "gold", "x": 1})
        AccountFactory(external_id="B1", name="Beta", employees=20, custom={"tier": "none"})

        job = import_csv("accounts", "external_id,name,employees,tier\nA1,Acme,11,silver\nB1,Beta,20,none\n")

        acme.refresh_from_db()
        assert figures(job) == (0, 1, 1, 0)
        assert (acme.employees, acme.custom, acme.updated_at) == (11, {"tier": "silver", "x": 1}, NOW)
        assert changes() == [("account.employees", 10, 11), ("account.custom.tier", "gold", "silver")]
        assert marked() == {acme.pk}

    def test_an_event_says_who_and_when(self, import_csv: ImportCsv) -> None:
        acme = AccountFactory(external_id="A1", industry="")

        job = import_csv("accounts", "external_id,industry\nA1,Banking\n")

        event = Event.objects.get()
        assert event.type_id == EventType.BuiltIn.ACCOUNT_DATA_CHANGED
        assert (event.account_id, event.person_id) == (acme.pk, None)
        assert (event.source, event.source_id) == (Event.Source.IMPORT, job.pk)
        assert (event.occurred_at, event.received_at) == (NOW, NOW)
        assert event.payload == {"attribute": "account.industry", "old": None, "new": "Banking"}

    def test_an_empty_cell_leaves_the_value(self, import_csv: ImportCsv) -> None:
        AccountFactory(external_id="A1", name="Acme", industry="Banking")

        job = import_csv("accounts", "external_id,name,industry\nA1,, \n")

        assert figures(job) == (0, 0, 1, 0)
        assert Account.objects.values_list("name", "industry").get() == ("Acme", "Banking")

    def test_nothing_is_recorded_when_events_are_off(self, import_csv: ImportCsv, settings) -> None:
        settings.RECORD_EVENTS = False
        AccountFactory(external_id="A1")

        import_csv("accounts", "external_id,industry\nA1,Banking\n")

        assert changes() == []
        assert Account.objects.get().industry == "Banking"


class TestIdentity:
    def test_the_external_id_comes_first(self, import_csv: ImportCsv) -> None:
        by_id = AccountFactory(external_id="A1", domain="acme.com", industry="")
        AccountFactory(external_id="B1", domain="beta.com", industry="")

        import_csv("accounts", "external_id,domain,industry\nA1,acme.com,Banking\n")

        assert list(Account.objects.filter(industry="Banking")) == [by_id]

    def test_then_the_domain_whatever_its_case(self, import_csv: ImportCsv) -> None:
        acme = AccountFactory(domain="Acme.com", industry="")

        job = import_csv("accounts", "domain,industry\nacme.COM,Banking\n")

        acme.refresh_from_db()
        assert figures(job) == (0, 1, 0, 0)
        assert acme.industry == "Banking"

    def test_an_account_found_by_domain_gets_the_external_id_it_lacks(self, import_csv: ImportCsv) -> None:
        acme = AccountFactory(external_id=None, domain="acme.com")

        job = import_csv("accounts", "external_id,domain\nA1,acme.com\n")

        acme.refresh_from_db()
        assert (figures(job), acme.external_id) == ((0, 1, 0, 0), "A1")

    def test_another_external_id_is_another_account_of_the_same_domain(self, import_csv: ImportCsv) -> None:
        AccountFactory(external_id="A1", domain="acme.com")

        job = import_csv("accounts", "external_id,name,domain\nA2,Acme Asia,acme.com\n")

        assert figures(job) == (1, 0, 0, 0)
        assert Account.objects.filter(domain="acme.com").count() == 2

    def test_a_domain_of_several_accounts_is_a_problem(self, import_csv: ImportCsv) -> None:
        AccountFactory.create_batch(2, domain="acme.com")

        job = import_csv("accounts", "domain,name\nacme.com,Acme\n")

        assert problems(job) == [(2, "domain")]
        assert "Several accounts have the domain “acme.com”" in job.problems.get().reason

    def test_an_external_id_and_a_domain_of_two_accounts_are_a_problem(self, import_csv: ImportCsv) -> None:
        AccountFactory(external_id="A1", domain="acme.com")
        AccountFactory(external_id=None, domain="beta.com")

        job = import_csv("accounts", "external_id,domain\nA1,beta.com\n")

        assert problems(job) == [(2, "domain")]
        assert Account.objects.get(external_id="A1").domain == "acme.com"

    def test_without_both_an_account_is_found_by_its_exact_name(self, import_csv: ImportCsv) -> None:
        acme = AccountFactory(name="Acme", industry="")

        job = import_csv("accounts", "name,industry\nAcme,Banking\nacme,Retail\n")

        acme.refresh_from_db()
        assert (figures(job), acme.industry) == ((1, 1, 0, 0), "Banking")

    def test_a_name_of_several_accounts_is_a_problem(self, import_csv: ImportCsv) -> None:
        AccountFactory.create_batch(2, name="Acme")

        assert problems(import_csv("accounts", "name\nAcme\n")) == [(2, "name")]


class TestTheSameTwice:
    def test_the_same_row_twice_is_created_once(self, import_csv: ImportCsv) -> None:
        job = import_csv("accounts", "external_id,name\nA1,Acme\nA1,Acme\n")

        assert figures(job) == (1, 0, 1, 0)
        assert Account.objects.count() == 1

    def test_the_same_domain_twice_is_created_once(self, import_csv: ImportCsv) -> None:
        job = import_csv("accounts", "name,domain,city\nAcme,acme.com,Bonn\nAcme,acme.com,Rome\n")

        assert figures(job) == (1, 1, 0, 0)
        assert Account.objects.get().city == "Rome"

    def test_a_row_without_external_id_finds_the_one_before_it(self, import_csv: ImportCsv) -> None:
        job = import_csv("accounts", "external_id,name,domain,city\nA1,Acme,acme.com,\n,,acme.com,Rome\n")

        assert figures(job) == (1, 1, 0, 0)
        assert Account.objects.values_list("external_id", "city").get() == ("A1", "Rome")

    def test_two_rows_that_find_the_same_account_in_different_ways_are_both_stored(
        self, import_csv: ImportCsv
    ) -> None:
        AccountFactory(external_id="A1", domain="acme.com", industry="", city="")

        job = import_csv("accounts", "external_id,domain,industry,city\nA1,,Banking,Bonn\n,acme.com,,Rome\n")

        assert figures(job) == (0, 2, 0, 0)
        assert Account.objects.values_list("industry", "city").get() == ("Banking", "Rome")

    def test_rows_keep_their_order_around_one_that_is_found_in_another_way(
        self, import_csv: ImportCsv
    ) -> None:
        import_csv(
            "accounts",
            "external_id,name,domain,city\nA1,Acme,acme.com,Bonn\n,,acme.com,Rome\nA1,,,Graz\n,,acme.com,Oslo\n",
        )

        assert Account.objects.values_list("external_id", "city").get() == ("A1", "Oslo")

    def test_one_account_very_often_is_stored_in_order(self, import_csv: ImportCsv) -> None:
        rows = "".join(f"{'A1' if number % 2 else ''},acme.com,{number}\n" for number in range(100))
        AccountFactory(external_id="A1", domain="acme.com", employees=None)

        job = import_csv("accounts", f"external_id,domain,employees\n{rows}")

        assert figures(job) == (0, 100, 0, 0)
        assert Account.objects.get().employees == 99


class TestBadRows:
    def test_every_fault_of_a_row_is_reported_and_the_others_are_stored(self, import_csv: ImportCsv) -> None:
        job = import_csv(
            "accounts",
            'external_id,name,Size,timezone\nA1,"Acme\nInc",12.000,Berlin\nB1,Beta,-1,\nC1,Gamma\nD1,Delta,5,UTC\n',
        )

        assert figures(job) == (1, 0, 0, 3)
        assert problems(job) == [(2, "name"), (2, "Size"), (2, "timezone"), (4, "Size"), (5, "")]
        assert Account.objects.get().name == "Delta"

    @pytest.mark.parametrize(
        ("column", "value"),
        [
            ("employees", "1,5"),
            ("employees", "12.5"),
            ("employees", "9223372036854775808"),
            ("employees", "many"),
            ("annual_revenue", "1e30"),
            ("annual_revenue", "0.001"),
            ("domain", "not a domain"),
            ("owner_email", "nobody"),
            ("time_zone", "CET+1"),
            ("industry", "x" * 256),
            ("industry", "nul\0byte"),
        ],
    )
    def test_a_value_that_does_not_fit_is_a_problem_of_its_column(
        self, import_csv: ImportCsv, column: str, value: str
    ) -> None:
        job = import_csv("accounts", f'external_id,name,{column}\nA1,Acme,"{value}"\nB1,Beta,\n')

        assert figures(job) == (1, 0, 0, 1)
        assert problems(job) == [(2, column)]


class TestStatements:
    def test_ten_rows_and_a_thousand_take_the_same_number(self, import_csv: ImportCsv, count_queries) -> None:
        def rows(count: int, start: int) -> str:
            lines = [
                f"X{number},Company {number},c{number}.example" for number in range(start, start + count)
            ]
            return "\n".join(["external_id,name,domain", *lines])

        few = count_queries(lambda: import_csv("accounts", rows(10, 0)))

        assert count_queries(lambda: import_csv("accounts", rows(1_000, 5_000))) == few
        assert Import.objects.filter(created__in=(10, 1_000)).count() == 2
