"""The catalogue of actions, for clients that build journeys."""

from __future__ import annotations
