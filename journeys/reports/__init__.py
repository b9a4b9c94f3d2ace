"""What staff and clients read of a journey under way: numbers, the accounts behind them, and why.

`numbers` (each node's and the journey's), `entries` (the list behind a number), `why` (one account's way).
"""
