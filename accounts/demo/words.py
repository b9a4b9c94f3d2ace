"""What the accounts and people of `volume` are called and where they are."""

from __future__ import annotations

INDUSTRIES = (
    "Banking", "Insurance", "Information Technology", "Health Care", "Retail", "Chemicals", "Automotive",
    "Energy", "Telecommunications", "Media", "Real Estate", "Aerospace & Defense", "Food & Beverages",
    "Pharmaceuticals", "Logistics", "Construction", "Utilities", "Semiconductors", "Professional Services",
    "Education",
)  # fmt: skip
# Country, time zone, language; the first ones come most often.
COUNTRIES = (
    ("United States", "America/New_York", "en"), ("Germany", "Europe/Berlin", "de"),
    ("United Kingdom", "Europe/London", "en"), ("France", "Europe/Paris", "fr"),
    ("Japan", "Asia/Tokyo", "ja"), ("Netherlands", "Europe/Amsterdam", "nl"),
    ("Spain", "Europe/Madrid", "es"), ("Sweden", "Europe/Stockholm", "sv"), ("Italy", "Europe/Rome", "it"),
    ("Canada", "America/Toronto", "en"), ("India", "Asia/Kolkata", "en"),
    ("Brazil", "America/Sao_Paulo", "pt"),
)  # fmt: skip
NAMES = (
    "Northwind", "Alder", "Beacon", "Cobalt", "Delta", "Ember", "Falcon", "Granite", "Harbor", "Ironwood",
    "Juniper", "Keystone", "Lumen", "Meridian", "Nimbus", "Orchard", "Pinnacle", "Quartz", "Ridge",
    "Summit",
)  # fmt: skip
KINDS = (
    "Industries", "Systems", "Holdings", "Group", "Labs", "Partners", "Works", "Networks",
)  # fmt: skip
FIRST = (
    "Anna", "Ben", "Clara", "David", "Elena", "Felix", "Grace", "Henry", "Iris", "Jonas", "Karin", "Leo",
    "Mia", "Noah",
)  # fmt: skip
LAST = (
    "Adler", "Baker", "Costa", "Dubois", "Evans", "Fischer", "Garcia", "Hansen", "Ito", "Jansen", "Klein",
    "Lopez",
)  # fmt: skip
TITLES = (
    "Chief Information Officer", "Vice President Sales", "Head of Marketing", "IT Manager",
    "Marketing Manager", "Procurement Manager", "Data Analyst", "Software Engineer", "Sales Representative",
    "Consultant", "Controller", "Security Specialist",
)  # fmt: skip
