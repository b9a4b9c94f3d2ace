"""Stages as they are given to the service."""

from __future__ import annotations


def stage(name: str, *leads_to: str, **given) -> dict:
    return {"name": name, "leads_to": list(leads_to), **given}


def entry(name: str, *leads_to: str) -> dict:
    return stage(name, *leads_to, is_entry=True)


def success(name: str, *leads_to: str) -> dict:
    return stage(name, *leads_to, outcome="success")


def failure(name: str, *leads_to: str) -> dict:
    return stage(name, *leads_to, outcome="failure")


# As few as a model can have.
SMALL = [entry("Open", "Won"), success("Won")]
