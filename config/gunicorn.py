"""Settings of the web server: `gunicorn --config python:config.gunicorn config.wsgi:application`."""

from __future__ import annotations

import os

bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
# A long request is one that should have been a task.
timeout = 60
# What a proxy says about the client is believed from these addresses only (docs/operations.md).
forwarded_allow_ips = os.environ.get("PROXY_ADDRESSES", "127.0.0.1,::1")
accesslog = "-" if os.environ.get("ACCESS_LOG") else None
loglevel = os.environ.get("LOG_LEVEL", "warning").lower()
# Workers are made anew from time to time, not all at once.
max_requests = 20_000
max_requests_jitter = 2_000
