"""A journey to look at, over the companies that ship with the project (`accounts.demo`)."""
