"""A journey as a document: the one form in files, exports and the API (spec 1.10, 1.12).

Start here. A document goes in through

    parse       text → plain values; YAML with JSON's types only, every fault with line and column
    shape       keys and types of the document, its fields and its nodes
    graph       `next` of all nodes together: loops, second paths, what is not reached
    check       all of that, and each node by its kind: the findings of a map
    references  names → {"id", "name"}, as drafts store them

and comes out through

    references  {"id", "name"} → the names of now
    canonical   the one order of keys, the one way to write it: bytes
    files       a whole journey, both ways
    schema      the JSON Schema of it all

Common confusion: the *document* is the whole file; its `nodes` are the *map*, which is what a draft stores.
"""

from __future__ import annotations
