"""What every installation has: six roles, a weighting model and ten personas, written after every migration."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import EventType
from buying_groups.models import ActivityWeight, Persona, Role, WeightBand, WeightingModel

# In this order (reference 6.1); they cannot be edited or deleted.
ROLES = (
    "Decision Maker",
    "Influencer",
    "Practitioner",
    "Executive Steering Committee",
    "Champion",
    "Other",
)
FIRST_MODEL = "Activity weighting model 1"
# The bands that a first model has, and what its activities weigh (reference 8.5; contradiction C 8).
BANDS = {
    "No weight": 0, "Trivial": 30, "Minor": 40, "Normal": 60, "Important": 90, "Vital": 100,
}  # fmt: skip
# Whom their job titles tell (reference 15.2, contradiction C 20: ten); an administrator may change them.
PERSONAS: dict[str, tuple[str, ...]] = {
    "CXO / EVP": (
        "CEO", "CFO", "CIO", "CISO", "CMO", "COO", "CPO", "CRO", "CTO", "EVP", "President", "Founder", "Owner",
        "Managing Director", "Chief Executive Officer", "Chief Financial Officer", "Chief Information Officer",
        "Chief Information Security Officer", "Chief Marketing Officer", "Chief Operating Officer",
        "Chief Product Officer", "Chief Revenue Officer", "Chief Technology Officer", "Executive Vice President",
    ),
    "SVP / VP": (
        "SVP", "VP", "Senior Vice President", "Vice President", "VP Engineering", "VP Finance", "VP IT",
        "VP Marketing", "VP Operations", "VP Product", "VP Sales",
    ),
    "Senior Director / Director": (
        "Director", "Senior Director", "Finance Director", "IT Director", "Marketing Director",
        "Operations Director", "Sales Director",
    ),
    "Senior Manager / Manager": (
        "Manager", "Senior Manager", "Account Manager", "Finance Manager", "IT Manager", "Marketing Manager",
        "Office Manager", "Operations Manager", "Product Manager", "Project Manager", "Sales Manager",
    ),
    "Individual contributor": (
        "Associate", "Coordinator", "Specialist", "Representative", "Sales Representative", "Team Member",
    ),
    "Analyst": ("Analyst", "Business Analyst", "Data Analyst", "Financial Analyst", "Systems Analyst"),
    "Developer": (
        "Developer", "Engineer", "Programmer", "Software Developer", "Software Engineer",
        "Senior Developer", "Senior Software Engineer", "Web Developer",
    ),
    "Professional staff": ("Accountant", "Administrator", "Architect", "Assistant", "Attorney", "Buyer", "Designer"),
    "Consultant": ("Consultant", "Advisor", "Adviser", "Senior Consultant"),
    "Other": ("Other", "Unknown", "Not applicable", "Student", "Retired"),
}  # fmt: skip
_TYPES = EventType.BuiltIn
# What people do and what reaches them; not what is done to their records.
ACTIVITIES = (
    _TYPES.EMAIL_SENT, _TYPES.EMAIL_DELIVERED, _TYPES.EMAIL_OPENED, _TYPES.EMAIL_CLICKED, _TYPES.EMAIL_BOUNCED,
    _TYPES.EMAIL_COMPLAINED, _TYPES.EMAIL_UNSUBSCRIBED, _TYPES.SMS_SENT, _TYPES.SMS_DELIVERED, _TYPES.SMS_FAILED,
    _TYPES.SMS_CLICKED, _TYPES.SMS_REPLIED, _TYPES.WEB_PAGE_VISITED, _TYPES.WEB_LINK_CLICKED, _TYPES.FORM_FILLED,
    _TYPES.PERSON_INTERESTING_MOMENT, _TYPES.EVENT_ATTENDED, _TYPES.EVENT_REGISTERED,
)  # fmt: skip
WEIGHTS = {
    _TYPES.EMAIL_OPENED: "Trivial",
    _TYPES.EMAIL_CLICKED: "Trivial",
    _TYPES.FORM_FILLED: "Minor",
    _TYPES.WEB_LINK_CLICKED: "Minor",
    _TYPES.WEB_PAGE_VISITED: "Minor",
    _TYPES.EVENT_ATTENDED: "Normal",
    _TYPES.EVENT_REGISTERED: "Normal",
    _TYPES.PERSON_INTERESTING_MOMENT: "Normal",
}


def write(**_: Any) -> None:
    """Add what is missing; whatever an administrator changed stays."""
    tables = connection.introspection.table_names()
    if {model._meta.db_table for model in (Role, WeightingModel, Persona)} - set(tables):
        return  # migrated back to before it, or not yet up to it
    with transaction.atomic():
        _write_roles()
        if not WeightingModel.objects.filter(status=WeightingModel.Status.ACTIVE).exists():
            _write_model()
        if not Persona.objects.exists():
            _write_personas()


def _write_roles() -> None:
    there = set(Role.objects.filter(is_built_in=True).values_list("name", flat=True))
    Role.objects.bulk_create(
        Role(name=name, is_built_in=True, position=position)
        for position, name in enumerate(ROLES, start=1)
        if name not in there
    )


def _write_model() -> None:
    now = timezone.now()
    model = WeightingModel.objects.create(
        name=FIRST_MODEL,
        status=WeightingModel.Status.ACTIVE,
        created_at=now,
        updated_at=now,
        activated_at=now,
    )
    bands = {
        name: WeightBand.objects.create(model=model, name=name, value=value) for name, value in BANDS.items()
    }
    ActivityWeight.objects.bulk_create(
        ActivityWeight(model=model, event_type_id=type.value, band=bands[band])
        for type, band in WEIGHTS.items()
    )


def _write_personas() -> None:
    now = timezone.now()
    Persona.objects.bulk_create(
        Persona(
            name=name,
            position=position,
            condition={
                "match": "all",
                "filters": [{"field": "person.job_title", "operator": "is", "value": list(titles)}],
            },
            created_at=now,
            updated_at=now,
        )
        for position, (name, titles) in enumerate(PERSONAS.items(), start=1)
    )
