"""Reading accounts and people from CSV files (spec 3.1). Start reading at `run.run`.

A file goes through `reading` (bytes → cells with their line), `mapping` (columns → attributes), `rows` (cells
→ values or problems) and `chunks` (a few thousand rows → set-based statements, in `accounts` and `people`).
"""
