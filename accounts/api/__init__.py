"""The REST API: what every app's part of it shares, and the resources of accounts (spec 6.2).

Start here. A request comes in through

    authentication  whose token is it, is it still good; `scopes` what the token may do at all
    permissions     the Django permission of the action, the same one as in the admin
    throttle        so many requests a minute for each token
    query           query parameters: unknown ones are refused; `fields`, `search`, `ordering`
    parsers, body   strict JSON; `fields` and `serializers` check types, the services check meaning
    idempotency     the same POST with the same key is done once
    etag            If-Match: somebody else's save in between is 412

and goes out through `pages` (pages and cursors), `serializers`, or `problem` (RFC 9457, made by `handler`).
`base` puts these together; `schema` describes them for OpenAPI. A view translates in, calls one service,
translates out.
"""

from __future__ import annotations
