"""The engine measured against hand-written SQL: `make bench`, docs/benchmarks.md. Start reading at `__main__.py`."""
