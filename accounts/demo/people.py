"""Three invented people for each company, always the same ones: seeded by the company's external id."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from random import Random
from typing import IO

from accounts.demo.names import CHIEFS, COUNTRIES, DEPARTMENTS, ELSEWHERE, FIRST, LAST, LEVELS

COLUMNS = [
    "external_id",
    "email",
    "first_name",
    "last_name",
    "job_title",
    "phone",
    "city",
    "state",
    "country",
    "language",
    "time_zone",
    "consent_email",
    "consent_sms",
    "account.external_id",
    "role",
    "primary",
    "score.fit",
]
# Yes, no, not given.
CONSENTS = ("yes", "no", "not given")
LETTERS = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "o", "æ": "ae"}

Row = dict[str, str]


def write_csv(companies: Iterable[Mapping[str, str]], file: IO[str]) -> int:
    """Write the people of these companies as a file for the import; how many they are."""
    writer = csv.DictWriter(file, COLUMNS)
    writer.writeheader()
    written = 0
    for row in generate(companies):
        writer.writerow(row)
        written += 1
    return written


def generate(companies: Iterable[Mapping[str, str]]) -> Iterator[Row]:
    """The people; a company that comes twice gets them once, an email that is taken gets a number."""
    companies_seen: set[str] = set()
    emails: set[str] = set()
    for company in companies:
        if company["external_id"] in companies_seen:
            continue
        companies_seen.add(company["external_id"])
        yield from _people_of(company, emails)


def _people_of(company: Mapping[str, str], emails: set[str]) -> Iterator[Row]:
    # A choice of names for the demo, no secret.
    random = Random(company["external_id"])  # noqa: S311
    language, time_zone = COUNTRIES.get(company["country"], ELSEWHERE)
    departments = random.sample(DEPARTMENTS, len(LEVELS))
    for number, (titles, department) in enumerate(zip(LEVELS, departments, strict=True), 1):
        first, last = random.choice(FIRST[language].split()), random.choice(LAST[language].split())
        title = random.choice(titles).format(department=department, chief=random.choice(CHIEFS))
        yield {
            "external_id": f"{company['external_id']}-{number}",
            "email": _free_email(first, last, _domain(company), emails),
            "first_name": first,
            "last_name": last,
            "job_title": title,
            "phone": f"+1 555 {random.randrange(100, 1000)} {random.randrange(10_000):04}",
            "city": company["city"],
            "state": company["state"],
            "country": company["country"],
            "language": language,
            "time_zone": company["timezone"] or time_zone,
            "consent_email": random.choices(CONSENTS, (80, 8, 12))[0],
            "consent_sms": random.choices(CONSENTS, (30, 20, 50))[0],
            "account.external_id": company["external_id"],
            "role": random.choices(("employee", "contractor"), (92, 8))[0],
            "primary": "yes",
            "score.fit": str(random.randrange(0, 101, 5)),
        }


def _domain(company: Mapping[str, str]) -> str:
    return company["domain"] or f"{_ascii(company['name'])}.example"


def _free_email(first: str, last: str, domain: str, taken: set[str]) -> str:
    name = f"{_ascii(first)}.{_ascii(last)}"
    email, number = f"{name}@{domain}", 2
    while email in taken:
        email, number = f"{name}{number}@{domain}", number + 1
    taken.add(email)
    return email


def _ascii(name: str) -> str:
    """A name as it stands in an address: "Jürgen Groß" → "juergen-gross"."""
    spelled = "".join(LETTERS.get(letter, letter) for letter in name.lower())
    plain = unicodedata.normalize("NFKD", spelled.replace("'", "")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or "company"
