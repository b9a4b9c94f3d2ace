"""Accounts and people to try things with: real companies with invented people (`load`), or any number
(`volume`)."""
