"""Buying groups for the demo's companies: what they are made of, and what their people did lately."""
