"""The admin of accounts, people, lists and audiences; and `Table`, the base of every list in the product."""
