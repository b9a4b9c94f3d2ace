"""What the built-in attributes are called (spec 1.12), in the order in which they are listed; the keys are columns."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LABELS: dict[str, dict[str, Promise]] = {
    "account": {
        "external_id": _("External id"),
        "name": _("Name"),
        "domain": _("Domain"),
        "industry": _("Industry"),
        "sic_code": _("SIC code"),
        "annual_revenue": _("Annual revenue"),
        "employees": _("Employees"),
        "city": _("City"),
        "state": _("State"),
        "country": _("Country"),
        "time_zone": _("Time zone"),
        "owner_email": _("Owner email"),
    },
    "person": {
        "external_id": _("External id"),
        "email": _("Work email"),
        "first_name": _("First name"),
        "last_name": _("Last name"),
        "job_title": _("Job title"),
        "phone": _("Phone"),
        "mobile_phone": _("Mobile phone"),
        "city": _("City"),
        "state": _("State"),
        "country": _("Country"),
        "postal_code": _("Postal code"),
        "language": _("Language"),
        "time_zone": _("Time zone"),
        "date_of_birth": _("Date of birth"),
        "engagement_score": _("Engagement score"),
        "unsubscribed": _("Unsubscribed"),
        "unsubscribed_reason": _("Unsubscribed reason"),
        "consent_email": _("Consent email"),
        "consent_sms": _("Consent SMS"),
        "email_invalid": _("Email invalid"),
        "email_suspended": _("Email suspended"),
        "marketing_suspended": _("Marketing suspended"),
        "is_test": _("Test person"),
    },
}
